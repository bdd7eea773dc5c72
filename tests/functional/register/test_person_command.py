"""A person's rights through the command line: found by her number, shown, erased, kept out; also when it is killed on the way."""

import json
import multiprocessing
import os
import re
import signal
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from omsorgstall.access import AuditAction
from omsorgstall.app.cli import intake, keys, person, vintage
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline import keeping_keys, person_rights
from omsorgstall.app.settings import Places
from omsorgstall.core import OmsorgstallError
from omsorgstall.intake import PseudonymKey
from omsorgstall.register import catalogue, rewriting, store_keys
from omsorgstall.register.keys import ENCRYPTION_VARIABLE, SERVICE_VARIABLE
from omsorgstall.register.store_persons import Decision
from tests.builders.submissions import HEADER, PERSON, SERVICE, made_up_number, submission
from tests.spec.intake.cases_of_events import NOTIFICATION, guid, message

ANNA, BERIT = PERSON["identity_number"], made_up_number(1)
OTHER = {"identity_number": BERIT, "identity_type": 1, "local_person_id": "b2", "household": 1}
DECISION = Decision("2026/118", "no basis in law", "kari")


def batch(path, year, *, also_anna=True, anna=ANNA, name=""):
    """A file with Berit and, unless left out, Anna; more hours than a week has make a finding on the service of each."""
    header = replace(HEADER, data_year=year, extracted_at=datetime(year + 1, 1, 5, 12, tzinfo=UTC), message_id=f"m-{year}{name}")
    number = {"identity_number": anna, "identity_type": 1}
    hers = [PERSON | number], [SERVICE | number | {"weekly_hours": 999.0}]
    berits = [OTHER], [SERVICE | {"service_id": "t2", "identity_number": BERIT, "weekly_hours": 999.0}]
    people, services = (a + b if also_anna else b for a, b in zip(hers, berits, strict=True))
    return submission(path, header, person=people, service=services)


def event_message(path):
    """A message in which Anna and Berit begin another service."""
    other = {k: OTHER[k] for k in ("identity_number", "identity_type", "local_person_id")}
    second = {"notification_guid": guid(2), "previous_guid": guid(1), "running_number": 2, "event_guid": guid(1002)}
    times = {"registered_at": datetime(2024, 3, 1, 14, tzinfo=UTC), "notified_at": datetime(2024, 3, 2, 9, tzinfo=UTC)}
    mine = NOTIFICATION | times | {"service_id": "e1"}
    return message(path, mine, mine | other | second | {"service_id": "e2"})


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An encrypted store with Anna and Berit in two years and in a message."""
    for name in (ENCRYPTION_VARIABLE, SERVICE_VARIABLE, keeping_keys.NEW_VARIABLE, "OMSORGSTALL_PSEUDONYM_KEY"):
        monkeypatch.delenv(name, raising=False)
    made = Places(tmp_path / "store", None)
    run(keys, "create", "--store", str(made.store))
    sent = [batch(tmp_path / f"{year}.xml", year) for year in (2022, 2023)] + [event_message(tmp_path / "message.xml")]
    take_in(made, *sent, "--new-key")
    return made


def run(module, *arguments, typed=None, fails=0):
    done = CliRunner().invoke(module.app, list(arguments), input=typed, catch_exceptions=False)
    assert done.exit_code == fails, done.output
    return done.output


def take_in(places, *arguments, fails=0):
    run(intake, *map(str, arguments), "--store", str(places.store), "--test-persons", "--processes", "1", fails=fails)


def asked(places, command, *arguments, number=ANNA):
    return run(person, command, *arguments, "--case", "2026/118", "--store", str(places.store), typed=f"{number}\n")


def erase(places, *arguments, **named):
    return asked(places, "erase", "--why", "no basis in law", "--yes", *arguments, **named)


def freeze(places, name, years="2022-2023"):
    run(vintage, "freeze", name, "--years", years, "--store", str(places.store))


def receipts(places):
    """Local ids that receipts name, and the same looked for in the pages."""
    found = [json.loads(f.read_bytes()) for f in places.receipts.rglob("*.json")]
    named = {row["record"] for r in found for f in r.get("findings", ()) for row in f["sample"]}
    pages = "".join(f.read_text("utf-8") for f in places.receipts.rglob("*.html"))
    assert all(f"<td>{record}</td>" in pages for record in named)
    return named, pages


def test_a_person_is_found_by_a_number_that_is_typed_and_stands_nowhere(places):
    out = asked(places, "find")
    assert "The person is in 3 submissions" in out
    assert "person 1, service 1" in out
    assert "event 1" in out
    assert "The person is in 0 submissions" in asked(places, "find", number=made_up_number(7))
    assert ANNA not in out
    assert not [f for f in places.store.parent.rglob("*") if "store" in f.parts[-2:] and ANNA in f.name]
    held = [f for f in places.store.rglob("*") if f.is_file() and ANNA.encode() in f.read_bytes()]
    assert held == []


def test_the_number_may_come_from_a_file_and_with_blanks(places, tmp_path):
    file = tmp_path / "number"
    file.write_text(f" {ANNA[:6]} {ANNA[6:]}\n", "utf-8")
    assert "in 3 submissions" in run(person, "find", "--case", "1/26", "--number-file", str(file), "--store", str(places.store))


def test_a_number_that_is_not_unique_in_the_country_needs_sender_and_local_id(places, tmp_path):
    kind = {"identity_number": "P1234", "identity_type": 4, "local_person_id": "b9"}
    header = replace(HEADER, data_year=2024, extracted_at=datetime(2025, 1, 5, 12, tzinfo=UTC), message_id="m-4")
    take_in(places, submission(tmp_path / "p.xml", header, person=[kind], service=[SERVICE | kind | {"service_id": "t9"}]))
    ask = ("find", "--identity-type", "4")
    with pytest.raises(OmsorgstallError) as caught:
        asked(places, *ask, number="P1234")
    assert caught.value.code == "sender-needed"
    (tmp_path / "id").write_text("b9\n", "utf-8")
    named = ("--municipality", "4204", "--local-id-file", str(tmp_path / "id"))
    assert "in 1 submissions" in asked(places, *ask, *named, number="P1234")


def test_what_is_held_of_a_person_is_shown_to_her_and_the_reading_is_logged(places, tmp_path):
    freeze(places, "v")
    out = tmp_path / "answer"
    assert "in 3 submissions" in asked(places, "show", str(out), "--who", "kari")
    shown = json.loads((out / "person.json").read_bytes())
    assert [(s["kind"], s["data_year"], s["vintages"]) for s in shown["submissions"]] == [
        ("annual", 2022, ["v"]),
        ("annual", 2023, ["v"]),
        ("events", 2024, ["v"]),
    ]
    tables = {t["table"]: t for t in shown["submissions"][0]["tables"]}
    person_row = {c["name"]: v for c, v in zip(tables["person"]["columns"], tables["person"]["rows"][0], strict=True)}
    assert person_row["local_person_id"]["value"] == "b1"
    assert (person_row["birth_date"]["value"], person_row["household"]["name"]["en"]) == ("1940-05-17", "Lives with others")
    assert [f["rule_id"] for f in shown["submissions"][0]["findings"] if f["record"] == "t1"] == ["C16"]
    text = "".join((out / f"person.{language}.html").read_text("utf-8") for language in ("nb", "nn", "en")) + json.dumps(shown)
    with open_register(places) as store:
        pseudonym = PseudonymKey.from_environment_or_file(places.store).pseudonym(1, ANNA)
        events = [e for e in store.audit() if e.action is AuditAction.READ_PERSON]
    for secret in (pseudonym, ANNA, "b2", "t2", "e2"):
        assert secret not in text
    assert [(e.what, e.who, e.why) for e in events] == [("case 2026/118", "kari", "the person's right of access")]
    assert {f.stat().st_mode & 0o777 for f in out.iterdir()} == {0o600}


def test_of_somebody_who_is_not_there_the_document_says_so(places, tmp_path):
    asked(places, "show", str(tmp_path / "answer"), number=made_up_number(7))
    assert "Registeret har ingen opplysninger om deg." in (tmp_path / "answer" / "person.nb.html").read_text("utf-8")


def test_an_erased_person_is_nowhere_and_the_other_is_as_before(places):
    freeze(places, "v")
    assert "Erased 5 rows from 3 submissions" in erase(places)
    assert "in 0 submissions" in asked(places, "find")
    assert "in 3 submissions" in asked(places, "find", number=BERIT)
    named, pages = receipts(places)
    assert named == {"b2", "t2"}
    assert not [i for i in ("b1", "t1") if f"<td>{i}</td>" in pages]
    assert re.search(r"│ v .* 5 +│", run(vintage, "list", "--store", str(places.store)))
    assert "No longer reproducible: 5 rows" in run(vintage, "show", "v", "--store", str(places.store))
    assert "Erased 0 rows from 0 submissions" in erase(places)


def test_an_erasure_needs_somebody_to_be_asked_or_told(places):
    with pytest.raises(OmsorgstallError) as caught:
        asked(places, "erase", "--why", "no basis in law")
    assert caught.value.code == "not-confirmed"
    with pytest.raises(OmsorgstallError) as caught:
        run(person, "find", "--case", ANNA, "--store", str(places.store), typed=ANNA)
    assert (caught.value.code, ANNA in str(caught.value)) == ("bad-case", False)


def test_with_another_pseudonym_key_nobody_is_said_to_be_nowhere(places, monkeypatch):
    monkeypatch.setenv("OMSORGSTALL_PSEUDONYM_KEY", "ab" * 32)
    with pytest.raises(OmsorgstallError) as caught:
        asked(places, "find")
    assert caught.value.code == "wrong-pseudonym-key"


def test_a_new_extraction_brings_an_erased_person_back_unless_she_is_blocked(places, tmp_path):
    erase(places)
    take_in(places, batch(tmp_path / "again.xml", 2023, name="again"))
    assert "in 1 submissions" in asked(places, "find")
    erase(places, "--block")
    take_in(places, batch(tmp_path / "third.xml", 2023, name="third"), event_message(tmp_path / "another.xml"), fails=3)
    assert "in 0 submissions" in asked(places, "find")
    assert receipts(places)[0] == {"b2", "t2"}
    asked(places, "unblock", "--why", "withdrawn")
    take_in(places, batch(tmp_path / "fourth.xml", 2023, name="fourth"))
    assert "in 1 submissions" in asked(places, "find")


def erased_until(point, store):
    """Erase in this process, which dies on the way."""

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    if point == "while receipts are cleaned":
        person_rights.replace_receipt = die
    elif point == "while writing":
        rewriting.finish = die
    elif point == "within the transaction":
        catalogue._audit_row = die
    else:
        store_keys.clear = die
    person_rights.erase_person(Places(store, None), person_rights.Identity(ANNA), DECISION, block=False)


@pytest.mark.parametrize("point", ["while receipts are cleaned", "while writing", "within the transaction", "after it"])
def test_an_erasure_that_was_killed_is_ended_by_running_it_again(places, point):
    freeze(places, "v")
    process = multiprocessing.get_context("spawn").Process(target=erased_until, args=(point, places.store))
    process.start()
    process.join(timeout=120)
    assert process.exitcode == -signal.SIGKILL
    with open_register(places) as store:
        assert (len(store.submissions()), store.check()) == (3, ())
    assert ("in 0" if point == "after it" else "in 3") in asked(places, "find")
    erase(places)
    assert "in 0 submissions" in asked(places, "find")
    assert "in 3 submissions" in asked(places, "find", number=BERIT)
    assert receipts(places)[0] == {"b2", "t2"}
    assert len(list((places.register / "submissions").iterdir())) == 3
    with open_register(places) as store:
        assert (store.persons.lost_rows(), store.check()) == ({"v": 5}, ())
