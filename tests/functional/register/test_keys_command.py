"""Making and changing keys in an installation that takes files in, also when the change is killed on its way."""

import multiprocessing
import os
import signal
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from omsorgstall.access import Scope
from omsorgstall.app.cli import intake, keys
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline import keeping_keys
from omsorgstall.app.settings import Places
from omsorgstall.core import OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.intake import PseudonymKey
from omsorgstall.register import catalogue, rewriting, store_keys
from omsorgstall.register.keys import ENCRYPTION_VARIABLE, SERVICE_VARIABLE, MasterKey, encryption_file
from tests.builders.submissions import HEADER, PERSON, SERVICE, submission

KEY, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An encrypted store with one submission."""
    for name in (ENCRYPTION_VARIABLE, SERVICE_VARIABLE, keeping_keys.NEW_VARIABLE, "OMSORGSTALL_PSEUDONYM_KEY"):
        monkeypatch.delenv(name, raising=False)
    made = Places(tmp_path / "store", None)
    run(keys, "create", "--store", str(made.store))
    file = submission(tmp_path / "first.xml", service=[SERVICE])
    run(intake, str(file), "--store", str(made.store), "--new-key", "--test-persons", "--processes", "1")
    return made


def run(module, *arguments):
    done = CliRunner().invoke(module.app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def code(call, *arguments):
    with pytest.raises(OmsorgstallError) as caught:
        call(*arguments)
    return caught.value.code


def services(places):
    with open_register(places) as store, Engine.local() as engine:
        if not store.vintages():
            store.freeze("v", "final", [2022])
        table = engine.open(store.source("v", Scope.national("test", "test")))["service"]
        return engine.run(table.service_id, "test").to_pylist()


def test_what_the_program_takes_in_is_encrypted_and_read_again(places):
    files = list(places.register.glob("submissions/*/*.parquet"))
    assert files
    assert all(f.read_bytes()[:4] == b"PARE" for f in files)  # the mark of an encrypted Parquet file
    assert services(places) == [{"service_id": "t1"}]


def test_a_key_is_made_once(places):
    assert code(keeping_keys.create_encryption_key, places) == "encryption-key-exists"
    encryption_file(places.store).unlink()
    assert code(keeping_keys.create_encryption_key, places) == "no-encryption-key"


def test_a_change_of_keys_replaces_the_file_and_the_old_key_opens_nothing(places, monkeypatch):
    old = encryption_file(places.store).read_text("ascii")
    assert "keys of 1 submissions" in run(keys, "rotate", "--store", str(places.store))
    assert services(places) == [{"service_id": "t1"}]
    monkeypatch.setenv(ENCRYPTION_VARIABLE, old)
    assert code(open_register, places) == "wrong-encryption-key"


def test_a_key_in_the_environment_is_changed_for_another(places, monkeypatch):
    monkeypatch.setenv(keeping_keys.NEW_VARIABLE, KEY)
    run(keys, "rotate", "--store", str(places.store))
    monkeypatch.setenv(ENCRYPTION_VARIABLE, KEY)
    monkeypatch.setenv(keeping_keys.NEW_VARIABLE, OTHER)
    run(keys, "rotate", "--store", str(places.store))
    monkeypatch.setenv(ENCRYPTION_VARIABLE, OTHER)
    assert services(places) == [{"service_id": "t1"}]
    monkeypatch.delenv(keeping_keys.NEW_VARIABLE)
    assert code(keeping_keys.rotate_encryption_key, places, "kari") == "no-new-key"


def killed_at(point, store):
    """Rotate in this process, which dies before or after the transaction, as if its machine lost power."""

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    if point == "within the transaction":
        catalogue._audit_row = die
    else:
        Path.replace = die
    keeping_keys.rotate_encryption_key(Places(store, None), "kari")


@pytest.mark.parametrize("point", ["within the transaction", "after it"])
def test_a_change_of_keys_that_was_killed_is_ended_by_running_it_again(places, point):
    process = multiprocessing.get_context("spawn").Process(target=killed_at, args=(point, places.store))
    process.start()
    process.join(timeout=120)
    assert process.exitcode == -signal.SIGKILL
    if point == "after it":
        assert code(open_register, places) == "wrong-encryption-key"
    run(keys, "rotate", "--store", str(places.store))
    assert services(places) == [{"service_id": "t1"}]
    assert [p.name for p in places.store.parent.glob("*encryption-key*")] == [encryption_file(places.store).name]


def test_taking_in_with_another_pseudonym_key_says_so_and_changes_nothing(places, monkeypatch, tmp_path):
    before = {p: p.read_bytes() for p in places.register.rglob("*") if p.is_file()}
    monkeypatch.setenv("OMSORGSTALL_PSEUDONYM_KEY", KEY)
    file = submission(tmp_path / "second.xml", service=[SERVICE | {"service_id": "t2"}])
    with pytest.raises(OmsorgstallError) as caught:
        run(intake, str(file), "--store", str(places.store), "--test-persons")
    assert caught.value.code == "wrong-pseudonym-key"
    assert {p: p.read_bytes() for p in places.register.rglob("*") if p.is_file()} == before


def repseudonymised_until(point, store):
    """Give new pseudonyms in this process, which dies on the way."""

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    if point == "while writing":
        rewriting.finish = die
    elif point == "within the transaction":
        catalogue._audit_row = die
    elif point == "after it":
        store_keys.clear = die
    else:
        Path.replace = die
    keeping_keys.repseudonymise(Places(store, None), "kari")


def people(places):
    with open_register(places) as store, Engine.local() as engine:
        name = f"v{len(store.vintages())}"
        store.freeze(name, "final", sorted({s.data_year for s in store.submissions()}))
        table = engine.open(store.source(name, Scope.national("test", "test")))["service"]
        return {r["data_year"]: r["pseudonym"] for r in engine.run(table.select("data_year", "pseudonym"), "test").to_pylist()}


@pytest.mark.parametrize("point", ["while writing", "within the transaction", "after it", "before the key file is replaced"])
def test_new_pseudonyms_that_were_killed_on_the_way_are_ended_by_running_it_again(places, tmp_path, point):
    before = people(places)
    process = multiprocessing.get_context("spawn").Process(target=repseudonymised_until, args=(point, places.store))
    process.start()
    process.join(timeout=120)
    assert process.exitcode == -signal.SIGKILL
    with open_register(places) as store:
        assert (len(store.submissions()), store.check()) == (1, ())
    run(keys, "repseudonymise", "--store", str(places.store))
    after = people(places)
    assert after[2022] != before[2022]
    assert len(list(places.register.glob("submissions/*"))) == 1
    assert [p.name for p in places.store.parent.glob("*pseudonym-key*")] == [PseudonymKey.file_of(places.store).name]
    header = replace(HEADER, data_year=2023, extracted_at=datetime(2024, 1, 5, 12, tzinfo=UTC), message_id="melding-2")
    service = SERVICE | {"service_id": "t2", "start_date": date(2023, 2, 1)}
    file = submission(tmp_path / "next.xml", header, service=[service])
    run(intake, str(file), "--store", str(places.store), "--test-persons", "--processes", "1")
    assert people(places) == {2022: after[2022], 2023: after[2022]}


def test_a_service_named_by_an_identity_number_has_one_name_before_and_after_new_pseudonyms(places, tmp_path):
    named = SERVICE | {"service_id": f"t-{PERSON['identity_number']}"}
    for year in (2023, 2024):
        run(keys, "repseudonymise", "--store", str(places.store))
        header = replace(HEADER, data_year=year, extracted_at=datetime(year + 1, 1, 5, 12, tzinfo=UTC), message_id=f"m-{year}")
        file = submission(tmp_path / f"{year}.xml", header, service=[named | {"start_date": date(year, 2, 1)}])
        run(intake, str(file), "--store", str(places.store), "--test-persons", "--processes", "1")
    with open_register(places) as store:
        store.freeze("v", "final", [2023, 2024])
    first, second = services(places)
    assert first == second
    assert first["service_id"].startswith("t-x~")


def test_pseudonym_keys_in_the_environment_get_a_layer(places, monkeypatch):
    old = PseudonymKey.file_of(places.store).read_text("ascii").strip()
    before = people(places)
    monkeypatch.setenv("OMSORGSTALL_PSEUDONYM_KEY", old)
    assert code(keeping_keys.repseudonymise, places, "kari") == "no-new-pseudonym-layer"
    monkeypatch.setenv(keeping_keys.NEW_PSEUDONYM_VARIABLE, KEY)
    assert code(keeping_keys.repseudonymise, places, "kari") == "no-new-pseudonym-layer"
    assert people(places) == before
    monkeypatch.setenv(keeping_keys.NEW_PSEUDONYM_VARIABLE, f"{old} {KEY}")
    run(keys, "repseudonymise", "--store", str(places.store))
    expected = PseudonymKey.of_text(f"{old} {KEY}").pseudonym(1, PERSON["identity_number"])
    assert people(places) == {2022: expected}
    assert [expected] == PseudonymKey.of_text(f"{old} {KEY}").raised([before[2022]])


class Vault:
    """A key service, as an organisation has one."""

    key_id = "vault/care"
    _key = MasterKey.of_text(KEY)

    def wrap(self, key, purpose):
        return self._key.wrap(key, purpose)

    def unwrap(self, wrapped, purpose):
        return self._key.unwrap(wrapped, purpose)


@pytest.fixture
def vault(tmp_path, monkeypatch):
    """An installed package that offers the service."""
    made = tmp_path / "site" / "care_vault-1.0.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text("Name: care-vault\nVersion: 1.0\n", encoding="utf-8")
    entry = "[omsorgstall.key_services]\ncare-vault = tests.functional.register.test_keys_command:Vault\n"
    (made / "entry_points.txt").write_text(entry, encoding="utf-8")
    monkeypatch.syspath_prepend(str(made.parent))


def test_a_key_service_takes_over_from_a_key_file(places, vault, monkeypatch):
    assert f"{SERVICE_VARIABLE}=care-vault" in run(keys, "rotate", "--to-service", "care-vault", "--store", str(places.store))
    assert code(open_register, places) == "wrong-encryption-key"
    monkeypatch.setenv(SERVICE_VARIABLE, "care-vault")
    assert services(places) == [{"service_id": "t1"}]
    assert "newest" in run(keys, "rotate", "--store", str(places.store))


def test_a_pseudonym_key_made_where_there_is_a_key_service_is_locked_by_it(tmp_path, vault, monkeypatch):
    monkeypatch.setenv(SERVICE_VARIABLE, "care-vault")
    made = PseudonymKey.create(tmp_path / "store")
    assert PseudonymKey.file_of(tmp_path / "store").read_text("ascii").startswith("locked:")
    assert PseudonymKey.from_environment_or_file(tmp_path / "store").key_id == made.key_id
    monkeypatch.delenv(SERVICE_VARIABLE)
    assert code(PseudonymKey.from_environment_or_file, tmp_path / "store") == "no-key-service"
