"""What intake changes in a file, as sent and as accepted: a small file in, the list out."""

from datetime import date

import pytest

from omsorgstall.engine import Engine
from omsorgstall.formats.batch import open_batch
from omsorgstall.intake import BatchCheck, PseudonymKey
from omsorgstall.intake.differences import DifferenceLog
from tests.builders.submissions import ASSESSMENT, PERSON, SERVICE, edited, made_up_number, submission


@pytest.fixture(scope="module")
def engine():
    with Engine.local(threads=1) as started:
        yield started


def differences(path, engine):
    """``(rule, change, table, record, field, sent, accepted, suggested)`` of each."""
    log = DifferenceLog()
    check = BatchCheck(open_batch(path), PseudonymKey.unkept(), engine, test_persons=True, differences=log)
    for _ in check.chunks():
        pass
    names = ("rule_id", "change", "table", "record", "field", "sent", "accepted", "suggested")
    return [tuple(row[n] for n in names) for row in log.table().to_pylist()]


def test_a_score_that_is_none_is_left_out_and_shown_as_it_was_sent(tmp_path, engine):
    path = edited(
        submission(tmp_path / "a.xml", assessment=[ASSESSMENT]), 'skaffeSegVarerOgTjenester="4"', 'skaffeSegVarerOgTjenester="8"'
    )
    assert differences(path, engine) == [("C05", "value_left_out", "assessment", "b1", "skaffeSegVarerOgTjenester", "8", "", "")]


def test_a_date_in_another_format_is_left_out_and_shown_as_it_was_sent(tmp_path, engine):
    path = edited(submission(tmp_path / "a.xml", service=[SERVICE]), 'vedtaksdato="2021-12-15"', 'vedtaksdato="15.12.2021"')
    assert differences(path, engine) == [("N12", "value_left_out", "service", "t1", "vedtaksdato", "15.12.2021", "", "")]


def test_what_looks_like_an_identity_number_is_masked_wherever_it_stands(tmp_path, engine):
    number = made_up_number(3)
    path = edited(submission(tmp_path / "a.xml", service=[SERVICE]), '"974760673"', f'"nr {number[:6]} {number[6:]}"')
    (found,) = differences(path, engine)
    assert found[5] == "nr ***********"


def test_the_rows_of_a_person_without_identity_number_are_left_out_one_by_one(tmp_path, engine):
    path = edited(submission(tmp_path / "a.xml", service=[SERVICE]), f'fid="{PERSON["identity_number"]}"', 'fid=""')
    assert differences(path, engine) == [
        ("N09", "row_left_out", "person", "b1", "fid", "", "", ""),
        ("A05", "row_left_out", "service", "t1", "fid", "", "", ""),
    ]


def test_hours_of_a_month_are_kept_with_the_hours_of_a_week_suggested(tmp_path, engine):
    before = SERVICE | {"service_id": "t0", "start_date": date(2021, 1, 1), "end_date": date(2022, 1, 9), "weekly_hours": 2.0}
    path = submission(tmp_path / "a.xml", service=[before, SERVICE | {"weekly_hours": 8.0}])
    assert ("C19", "suggested", "service", "t1", "timer", "8", "8.0", "2.00") in differences(path, engine)


def test_a_file_without_faults_is_not_changed(tmp_path, engine):
    assert differences(submission(tmp_path / "a.xml", service=[SERVICE], assessment=[ASSESSMENT]), engine) == []
