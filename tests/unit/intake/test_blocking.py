"""A file with blocked persons is checked exactly as the same file without them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omsorgstall.formats.batch import open_batch, write_csv, write_xml
from omsorgstall.formats.events import read_message
from omsorgstall.intake import PseudonymKey, check_batch, check_events
from omsorgstall.intake.blocking import BatchWithout, events_without
from omsorgstall.intake.persons import pseudonyms_of
from tests.builders.submissions import DIAGNOSIS, HEADER, PAUSE, PERSON, SERVICE, chunk, edited, made_up_number
from tests.spec.intake.cases_of_events import NOTIFICATION, guid, message

KEY = PseudonymKey(bytes(range(32)))
NUMBERS = [made_up_number(n) for n in range(4)]


def blocked(*people):
    return frozenset().union(*(pseudonyms_of(KEY, 1, NUMBERS[n]) for n in people))


def who(n):
    return {"identity_number": NUMBERS[n], "identity_type": 1}


def written(folder, layout, people):
    """A file of some persons, each with a service that has a pause and too many hours, and a diagnosis."""
    tables = chunk(
        person=[PERSON | who(n) | {"local_person_id": f"b{n}"} for n in people],
        service=[SERVICE | who(n) | {"service_id": f"t{n}", "weekly_hours": 999.0} for n in people],
        pause=[PAUSE | who(n) | {"service_id": f"t{n}"} for n in people],
        diagnosis=[DIAGNOSIS | who(n) for n in people],
    )
    folder.mkdir()
    if layout == "csv":
        write_csv(folder, HEADER, [tables])
        return folder
    write_xml(folder / "file.xml", HEADER, [tables])
    return folder / "file.xml"


def outcome(raw, engine, persons=20_000):
    """All that is accepted, found and counted; lines are those of the file and differ."""
    checked = check_batch(raw, KEY, engine, test_persons=True, persons_a_chunk=persons)
    rows = {}
    for part in checked.chunks:
        for name, table in part.items():
            rows.setdefault(name, []).extend(table.drop_columns(["line"]).to_pylist())
    found = sorted(map(str, checked.findings.drop_columns(["line"]).to_pylist()))
    counts = checked.counts
    return rows, found, dict(counts.read), dict(counts.accepted), dict(counts.failed), dict(counts.unknown), checked.verdict


@pytest.mark.parametrize("layout", ["xml", "csv"])
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.sampled_from(range(4)), max_size=3), st.sampled_from([1, 2, 20_000]))
def test_a_file_with_blocked_persons_is_as_if_they_were_not_in_it(tmp_path_factory, duckdb_engine, layout, gone, persons):
    folder = tmp_path_factory.mktemp("files")
    whole = written(folder / "whole", layout, range(4))
    without = written(folder / "without", layout, [n for n in range(4) if n not in gone])
    given_to_check = BatchWithout(open_batch(whole), KEY, blocked(*gone))
    assert outcome(given_to_check, duckdb_engine, persons) == outcome(open_batch(without), duckdb_engine, persons)


def test_a_row_of_a_blocked_person_that_points_at_nobody_is_left_out_too(tmp_path, duckdb_engine):
    folder = written(tmp_path / "csv", "csv", range(2))
    edited(folder / "person.csv", NUMBERS[0], NUMBERS[3])
    raw = BatchWithout(open_batch(folder), KEY, blocked(0))
    assert "t0" not in str(outcome(raw, duckdb_engine)[:2])
    assert "t1" in str(outcome(raw, duckdb_engine)[:2])


def test_notifications_of_a_blocked_person_are_not_read(tmp_path):
    mine = NOTIFICATION | who(0)
    second = {"notification_guid": guid(2), "previous_guid": guid(1), "running_number": 2, "event_guid": guid(1002)}
    path = message(tmp_path / "message.xml", mine, mine | who(1) | second | {"service_id": "t2", "local_person_id": "b2"})
    checked = check_events(events_without(read_message(path), KEY, blocked(0)), KEY, test_persons=True)
    assert [r["service_id"] for c in checked.chunks for r in c["event"].to_pylist()] == ["t2"]
    assert dict(checked.counts.read) == {"event": 1}


def test_a_person_whose_type_of_number_is_no_number_is_judged_as_before(tmp_path, duckdb_engine):
    path = edited(written(tmp_path / "xml", "xml", range(2)), 'typeID="1"', 'typeID="x"')
    raw = BatchWithout(open_batch(path), KEY, blocked(3))
    assert outcome(raw, duckdb_engine) == outcome(open_batch(path), duckdb_engine)
