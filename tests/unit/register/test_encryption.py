"""A store with an encryption key: nothing about a person can be read without it, and another key changes nothing."""

import hashlib
import re

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from omsorgstall.access import Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.register import Store, catalogue, keys
from omsorgstall.register.keys import MasterKey, encryption_service
from tests.deliveries import annual, rows
from tests.engines import rows_of

NATIONAL = Scope.national("national statistics", "test")
KEY, OTHER = MasterKey(bytes(range(32))), MasterKey(bytes(range(1, 33)))
CARE = [{"service": rows("service", [{"service_id": "known-only-with-the-key"}])}]


@pytest.fixture
def encrypted(tmp_path, catalogue_url):
    with Store.open(tmp_path / "register", create=True, catalogue_url=catalogue_url, keys=KEY) as store:
        yield store


def code(call, *arguments, **named):
    with pytest.raises(OmsorgstallError) as caught:
        call(*arguments, **named)
    return caught.value.code


def everything(store):
    files = (p for p in store.path.rglob("*") if p.is_file() and not p.name.startswith("catalogue"))
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def in_catalogue(store):
    """Every row of every table."""
    with store._catalogue._engine.connect() as connection:
        names = sorted(sa.inspect(connection).get_table_names())
        return {n: sorted(map(str, connection.execute(sa.select(sa.table(n, sa.literal_column("*"))))), key=str) for n in names}


def services(engine, store, vintage="v"):
    return rows_of(engine, engine.open(store.source(vintage, NATIONAL))["service"].select("service_id"))


def test_no_file_of_a_submission_can_be_read_without_its_key(encrypted):
    accepted = encrypted.accept(annual("first", tables=CARE))
    for file in (encrypted.path / "submissions" / accepted.id).glob("*.parquet"):
        assert b"known-only" not in file.read_bytes()
        with pytest.raises(OSError, match="encrypt"):
            pq.read_table(file)


def test_what_was_encrypted_comes_back_as_it_was(encrypted, engine):
    accepted = encrypted.accept(annual("first", tables=CARE))
    encrypted.freeze("v", "final", [2023])
    assert services(engine, encrypted) == [{"service_id": "known-only-with-the-key"}]
    assert encrypted.findings(accepted.id, NATIONAL).to_pylist() == [{"rule_id": "C11", "line": 3}]
    assert encrypted.header(accepted.id)["vendor"] == "Test"
    assert encrypted.check() == ()


def test_a_file_of_several_parts_is_read_to_its_end(encrypted, engine):
    encrypted.accept(annual("parts", tables=[{"service": rows("service", [{"service_id": s}] * 1000)} for s in "abc"]))
    encrypted.freeze("v", "final", [2023])
    table = engine.open(encrypted.source("v", NATIONAL))["service"]
    found = rows_of(engine, table.group_by("service_id").agg(rows=table.count()))
    assert found == [{"service_id": s, "rows": 1000} for s in "abc"]


def test_submissions_from_before_and_after_the_key_are_read_together(tmp_path, catalogue_url, engine):
    place = {"path": tmp_path / "register", "catalogue_url": catalogue_url}
    with Store.open(**place, create=True) as store:
        store.accept(annual("before", municipality="0301"))
    with Store.open(**place, keys=KEY) as store:
        store.accept(annual("after"))
        store.accept(annual("a year before", year=2022))
        store.freeze("v", "final", [2022, 2023])
        assert services(engine, store) == [{"service_id": s} for s in ("a year before", "after", "before")]


def test_an_owner_gets_keys_of_its_own_submissions_only(encrypted):
    mine = encrypted.accept(annual("mine"))
    theirs = encrypted.accept(annual("theirs", municipality="0301"))
    encrypted.freeze("v", "final", [2023])
    source = encrypted.source("v", Scope.owner("4204", "own figures", "kari"))
    assert (mine.id in source.keyring, theirs.id in source.keyring) == (True, False)


def test_every_submission_has_a_key_of_its_own(encrypted):
    names = [encrypted.accept(annual(name)).id for name in "ab"]
    ring = encrypted.keys.ring(names)
    assert ring.reveal(names[0]) != ring.reveal(names[1])


def test_a_locked_key_of_one_submission_does_not_open_another(encrypted):
    names = [encrypted.accept(annual(name)).id for name in "ab"]
    wrapped = encrypted._catalogue.keys.wrapped()
    assert code(keys.Keyring(KEY, {names[0]: wrapped[names[1]]}).reveal, names[0]) == "wrong-encryption-key"


def test_a_store_opened_with_another_key_says_so_and_changes_nothing(encrypted):
    encrypted.accept(annual("first", tables=CARE))
    (encrypted.path / "submissions" / "left-by-a-crash").mkdir()
    before = (everything(encrypted), in_catalogue(encrypted))
    url = str(encrypted._catalogue._engine.url.render_as_string(hide_password=False))
    assert code(Store.open, encrypted.path, catalogue_url=url, keys=OTHER) == "wrong-encryption-key"
    assert (everything(encrypted), in_catalogue(encrypted)) == before
    assert (encrypted.path / "submissions" / "left-by-a-crash").exists()


def test_an_encrypted_store_without_its_key_lists_and_checks_but_neither_reads_nor_accepts(encrypted, catalogue_url):
    accepted = encrypted.accept(annual("first", tables=CARE))
    encrypted.freeze("v", "final", [2023])
    with Store.open(encrypted.path, catalogue_url=catalogue_url) as store, Engine.local() as engine:
        assert (store.submissions(), store.check()) == ((accepted,), ())
        assert code(store.findings, accepted.id, NATIONAL) == "no-encryption-key"
        assert code(engine.open, store.source("v", NATIONAL)) == "no-encryption-key"
        assert code(store.accept, annual("second")) == "no-encryption-key"
        assert store.submissions() == (accepted,)


def test_keys_stand_in_no_step_error_or_representation(encrypted):
    accepted = encrypted.accept(annual("first", tables=CARE))
    encrypted.freeze("v", "final", [2023])
    source = encrypted.source("v", NATIONAL)
    secret = encrypted.keys.ring([accepted.id]).reveal(accepted.id)
    with Engine.local() as engine:
        service = engine.open(source)["service"]
        rows_of(engine, service.select("service_id"))
        with pytest.raises(OmsorgstallError) as caught:
            engine.run(service.service_id.cast("int64"), "a step that fails")
        told = f"{engine.steps}{caught.value!r}{caught.value.__notes__}{source!r}{KEY!r}{source.keyring!r}"
    for key in (secret, bytes(range(32))):
        assert not re.search(key.hex(), told, re.IGNORECASE)
        assert str(key) not in told
    assert "known-only" not in str(caught.value)


def test_after_a_change_of_keys_the_new_one_opens_and_the_old_one_does_not(encrypted, catalogue_url, engine):
    encrypted.accept(annual("first", tables=CARE))
    encrypted.freeze("v", "final", [2023])
    before = everything(encrypted)
    assert encrypted.keys.rotate(OTHER, "kari") == 1
    assert everything(encrypted) == before
    place = {"path": encrypted.path, "catalogue_url": catalogue_url}
    assert code(Store.open, **place, keys=KEY) == "wrong-encryption-key"
    with Store.open(**place, keys=OTHER) as store:
        assert services(engine, store) == [{"service_id": "known-only-with-the-key"}]
        assert [(e.action, e.who) for e in store.audit()][-2:] == [("rotate_key", "kari"), ("read_rows", "test")]


def test_a_change_of_keys_that_fails_half_way_changes_nothing(encrypted):
    for name in "abc":
        encrypted.accept(annual(name))
    before = in_catalogue(encrypted)

    class Failing:
        key_id = "failing"
        left = 2

        def wrap(self, key, purpose):
            self.left -= 1
            if not self.left:
                raise RuntimeError("the key service went away")
            return OTHER.wrap(key, purpose)

    with pytest.raises(RuntimeError):
        encrypted.keys.rotate(Failing(), "kari")
    assert in_catalogue(encrypted) == before


def test_a_submission_begun_before_a_change_of_keys_is_not_locked_with_the_old_one(encrypted, catalogue_url):
    def tables():
        with Store.open(encrypted.path, catalogue_url=catalogue_url, keys=KEY) as other:
            other.keys.rotate(OTHER, "kari")
        yield CARE[0]

    encrypted.accept(annual("first"))
    assert code(encrypted.accept, annual("second", tables=tables())) == "wrong-encryption-key"
    assert len(encrypted.submissions()) == 1


def test_a_store_belongs_to_the_pseudonym_key_it_is_first_used_with(encrypted):
    encrypted.keys.belong_to_pseudonyms("first")
    encrypted.keys.belong_to_pseudonyms("first")
    before = in_catalogue(encrypted)
    assert code(encrypted.keys.belong_to_pseudonyms, "second") == "wrong-pseudonym-key"
    assert in_catalogue(encrypted) == before


def test_the_key_comes_from_a_service_else_the_environment_else_the_file_beside_the_store(tmp_path, monkeypatch):
    store = tmp_path / "store"
    for name in (keys.ENCRYPTION_VARIABLE, keys.SERVICE_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    assert encryption_service(store) is None
    in_file = MasterKey.create(keys.encryption_file(store))
    assert keys.encryption_file(store).stat().st_mode & 0o777 == 0o600
    assert encryption_service(store).key_id == in_file.key_id
    monkeypatch.setenv(keys.ENCRYPTION_VARIABLE, bytes(range(32)).hex())
    assert encryption_service(store).key_id == KEY.key_id
    _install(tmp_path / "site", monkeypatch)
    monkeypatch.setenv(keys.SERVICE_VARIABLE, "vault")
    assert encryption_service(store).key_id == "vault/care"


def _install(site, monkeypatch):
    """A package that offers a key service, as an organisation writes it for the service it has."""
    site.mkdir()
    (site / "vault_keys.py").write_text("class Vault:\n    key_id = 'vault/care'\n", encoding="utf-8")
    (site / "vault_keys-1.0.dist-info").mkdir()
    (site / "vault_keys-1.0.dist-info" / "METADATA").write_text("Name: vault-keys\nVersion: 1.0\n", encoding="utf-8")
    entry = "[omsorgstall.key_services]\nvault = vault_keys:Vault\n"
    (site / "vault_keys-1.0.dist-info" / "entry_points.txt").write_text(entry, encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        (keys.ENCRYPTION_VARIABLE, "abc", "bad-encryption-key"),
        (keys.ENCRYPTION_VARIABLE, "00" * 31, "bad-encryption-key"),
        (keys.SERVICE_VARIABLE, "nowhere", "no-key-service"),
    ],
)
def test_what_is_no_key_or_no_service_is_refused(tmp_path, monkeypatch, variable, value, expected):
    monkeypatch.setenv(variable, value)
    assert code(encryption_service, tmp_path / "store") == expected


def test_a_store_made_before_there_were_keys_goes_on(tmp_path):
    folder = tmp_path / "register"
    (folder / "submissions").mkdir(parents=True)
    (folder / "store.json").write_text('{"format": 1, "identity": "old"}', encoding="utf-8")
    with sa.create_engine(f"sqlite:///{folder / 'catalogue.sqlite'}").begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(catalogue._MIGRATIONS))
        command.upgrade(config, "0001")
        connection.execute(sa.insert(sa.table("identity", sa.column("store"))), {"store": "old"})
    with Store.open(folder) as store:
        plain = store.accept(annual("plain"))
    with Store.open(folder, keys=KEY) as store:
        locked = store.accept(annual("locked"))
        ring = store.keys.ring([plain.id, locked.id])
        assert (plain.id in ring, locked.id in ring) == (False, True)
