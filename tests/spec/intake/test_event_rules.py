"""Every rule of event messages on the cases drawn for it."""

from datetime import datetime

import pytest

from omsorgstall.formats.events import read_message
from omsorgstall.intake import PseudonymKey, check_events
from omsorgstall.register.service_tables import EVENT
from tests.builders.submissions import PERSON
from tests.spec.intake.cases_of_events import EVENT_CASES, FAILS, NOTIFICATION, PASSES, guid, message, second

KEY = PseudonymKey(bytes(range(32)))


def checked(path):
    return check_events(read_message(path), KEY, test_persons=True)


@pytest.mark.parametrize("case", EVENT_CASES, ids=lambda c: c.name)
def test_a_rule_says_what_its_case_says(case, tmp_path):
    found = checked(case.write(tmp_path / "message.xml"))
    assert (FAILS if found.counts.failed.get(case.rule) else PASSES) == case.outcome


def test_a_running_number_that_is_none_is_told_of_once_and_the_next_is_compared_with_the_last_there_was(tmp_path):
    third = {"notification_guid": guid(3), "event_guid": guid(1003)}
    for number, failed in ((3, 1), (1, 2)):
        path = message(tmp_path / "message.xml", *(NOTIFICATION | c for c in (*second(), third | {"running_number": number})))
        path.write_text(path.read_text("utf-8").replace('notifikasjonLopeNr="2"', 'notifikasjonLopeNr="to"'), "utf-8")
        assert checked(path).counts.failed["A22"] == failed


def test_corrections_and_annulments_are_kept_as_sent(tmp_path):
    rows = [NOTIFICATION | c for c in second(status="M", reference_guid=guid(1))]
    (chunk,) = checked(message(tmp_path / "message.xml", *rows)).chunks
    assert chunk["event"].schema == EVENT.arrow()
    assert chunk["event"]["status"].to_pylist() == ["N", "M"]
    assert chunk["event"]["reference_guid"].to_pylist() == [None, guid(1)]
    assert set(chunk["event"]["pseudonym"].to_pylist()) == {KEY.pseudonym(1, PERSON["identity_number"])}


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2022-03-02T09:00:00Z", datetime(2022, 3, 2, 9)),  # noqa: DTZ001
        ("2022-03-02T09:00:00+01:00", datetime(2022, 3, 2, 8)),  # noqa: DTZ001
        ("2022-03-02T09:00:00.25-02:00", datetime(2022, 3, 2, 11, 0, 0, 250000)),  # noqa: DTZ001
        ("2022-03-02T09:00:00", datetime(2022, 3, 2, 8)),  # noqa: DTZ001
        ("2022-07-31T09:00:00", datetime(2022, 7, 31, 7)),  # noqa: DTZ001
    ],
)
def test_times_become_utc_and_without_offset_they_are_norwegian(tmp_path, written, utc):
    path = message(tmp_path / "message.xml", NOTIFICATION)
    path.write_text(path.read_text("utf-8").replace("2022-03-02T09:00:00Z", written), "utf-8")
    assert checked(path).chunks[0]["event"]["notified_at"].to_pylist() == [utc]


def test_a_time_that_does_not_exist_leaves_the_notification_out(tmp_path):
    path = message(tmp_path / "message.xml", *(NOTIFICATION | c for c in second()))
    path.write_text(path.read_text("utf-8").replace("2022-03-02T09:00:00Z", "2022-02-30T09:00:00Z", 1), "utf-8")
    found = checked(path)
    assert (found.counts.accepted["event"], found.counts.failed["A20"]) == (1, 1)


def test_what_cannot_be_used_of_a_head_is_left_out_and_the_rest_stays(tmp_path):
    path = message(tmp_path / "message.xml", NOTIFICATION)
    text = path.read_text("utf-8").replace("Fagsystemet", "F" * 101).replace('typeKontaktperson="16"', 'typeKontaktperson="99"')
    path.write_text(text, "utf-8")
    header = checked(path).header
    assert (header.vendor, header.system, header.system_version) == ("Leverandøren", "", "1.2")
    assert sorted(c.kind for c in header.contacts) == [-1, 1, 15, 17]


def test_a_message_without_its_version_is_rejected_and_one_of_another_cannot_be_read(tmp_path):
    path = message(tmp_path / "message.xml", NOTIFICATION)
    path.write_text(path.read_text("utf-8").replace(' versjon="56.0.0"', ""), "utf-8")
    found = checked(path)
    assert (found.verdict, found.chunks, found.counts.failed) == ("rejected", (), {"N01": 1})


def test_a_notification_with_an_unknown_home_municipality_is_left_out_alone(tmp_path):
    path = message(tmp_path / "message.xml", *(NOTIFICATION | c for c in second()))
    path.write_text(path.read_text("utf-8").replace("<Bruker ", '<Bruker komNrHjem="1234" ', 1), "utf-8")
    found = checked(path)
    assert [c["event"]["notification_guid"].to_pylist() for c in found.chunks] == [[guid(2)]]
    assert [(r["rule_id"], r["field"]) for r in found.findings.to_pylist() if r["rule_id"] == "N08"] == [
        ("N08", "home_municipality")
    ]
