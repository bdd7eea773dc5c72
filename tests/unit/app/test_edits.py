"""A file of edits is held against the register: what it says of the present is true, or nothing of it is kept."""

from dataclasses import replace
from datetime import date

import pytest

from omsorgstall.access import Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.showing_edits import show_edit_set
from omsorgstall.app.pipeline.taking_edits import take_edits
from omsorgstall.app.settings import Places
from omsorgstall.core import OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.intake.row_faults import fault_texts, refused_lines
from omsorgstall.measures import cleared
from tests.deliveries import annual, rows
from tests.engines import rows_of

NATIONAL = Scope.national("test", "test")
HEAD = "municipality,data_year,local_person_id,table,service_id,assessment_date,field,old,new"
PEOPLE = [{"local_person_id": "b1", "pseudonym": "p1"}, {"local_person_id": "b2", "pseudonym": "p2"}]
SERVICES = [
    {"service_id": "t1", "service_type": 15, "weekly_hours": 35.25, "start_date": date(2023, 1, 1)},
    {"service_id": "t2", "service_type": 1, "pseudonym": "p2"},
    {"service_id": "double"},
    {"service_id": "double"},
]
ASSESSMENTS = [{"assessment_date": date(2023, 5, 2), "f01": 3}]


@pytest.fixture
def places(tmp_path):
    made = Places(tmp_path / "store", catalogue=None)
    tables = [
        {"person": rows("person", PEOPLE), "service": rows("service", SERVICES), "assessment": rows("assessment", ASSESSMENTS)}
    ]
    with open_register(made, create=True) as store:
        store.accept(annual("batch", tables=tables))
    return made


def file_of(places, *lines, head=HEAD):
    path = places.store / "edits.csv"
    path.write_text("\n".join([head, *lines]), "utf-8")
    return path


def take(places, *lines, **changed):
    return take_edits(places, file_of(places, *lines), **({"who": "kari", "why": "hours by the month"} | changed))


def hours(places, vintage):
    with open_register(places) as store, Engine.local() as engine:
        service = cleared(engine.open(store.source(vintage, NATIONAL)))["service"]
        return [r["weekly_hours"] for r in rows_of(engine, service.filter(service.service_id == "t1").select("weekly_hours"))]


def freeze(places, name):
    with open_register(places) as store:
        return store.freeze(name, "corrected", [2023])


def test_a_set_changes_vintages_frozen_later_and_no_earlier_one(places):
    freeze(places, "before")
    taken = take(places, "4204,2023,b1,service,t1,,weekly_hours,35.25,8.8")
    assert freeze(places, "after").edits == (taken.submission.id,)
    assert (hours(places, "before"), hours(places, "after")) == ([35.25], [8.8])


def test_a_set_is_undone_by_another_and_can_then_be_made_again(places):
    there, back = ("4204,2023,b1,service,t1,,weekly_hours,35.25,8.8", "4204,2023,b1,service,t1,,weekly_hours,8.8,35.25")
    assert all(take(places, line).submission for line in (there, back, there))
    freeze(places, "after")
    assert hours(places, "after") == [8.8]


def test_a_newer_submission_without_the_old_value_goes_before_the_edit(places):
    take(places, "4204,2023,b1,service,t1,,weekly_hours,35.25,8.8")
    mended = [SERVICES[0] | {"weekly_hours": 9.0}]
    tables = [{"person": rows("person", PEOPLE), "service": rows("service", mended)}]
    with open_register(places) as store:
        store.accept(annual("again", tables=tables))
    freeze(places, "after")
    assert hours(places, "after") == [9.0]


def test_the_old_value_of_a_number_agrees_to_the_decimals_written(places):
    assert take(places, "4204,2023,b1,service,t1,,weekly_hours,35.3,8").submission
    assert [f.id for f in take(places, "4204,2023,b1,service,t1,,weekly_hours,8.4,9").faults] == ["old-value-differs"]


def test_who_and_why_stand_with_the_set_and_in_the_audit_log(places):
    made = take(places, "4204,2023,b1,assessment,,2023-05-02,f01,3,4").submission
    with open_register(places) as store:
        assert {k: store.header(made.id)[k] for k in ("who", "why", "fields")} == {
            "who": "kari",
            "why": "hours by the month",
            "fields": ["assessment.f01"],
        }
        event = store.audit()[-1]
    assert (event.action, event.what, event.who, event.why) == ("accept", made.id, "kari", "hours by the month")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("4204,2023,b1,service,t1,,hours,35.25,8", "unknown-field"),
        ("4204,2023,b1,service,t1,,service_id,t1,t9", "unknown-field"),
        ("4204,2023,b1,event,t1,,event_date,,2023-01-01", "unknown-field"),
        ("4204,2023,b1,service,t1,,weekly_hours,35.25,many", "value-not-valid"),
        ("4204,2023,b1,service,t1,,weekly_hours,35.25,-1", "value-not-valid"),
        ("4204,2023,b1,service,t1,,service_type,15,12", "value-not-valid"),
        ("4204,2023,b1,service,t1,,outcome,,8", "value-not-valid"),
        ("4204,2023,b1,assessment,,2023-05-02,f01,3,7", "value-not-valid"),
        ("4204,2023,b1,service,t1,,service_type,15,", "value-needed"),
        ("4204,2023,b9,service,t1,,weekly_hours,35.25,8", "no-person"),
        ("4204,2023,,service,t1,,weekly_hours,35.25,8", "no-person"),
        ("4204,2023,b1,service,t2,,outcome,,1", "no-record"),
        ("4204,2023,b1,service,,,outcome,,1", "no-record"),
        ("4204,2023,b1,service,double,,outcome,,1", "several-records"),
        ("4204,2023,b1,service,t1,,weekly_hours,,8", "old-value-differs"),
        ("4204,2023,b1,service,t1,,outcome,,", "nothing-changes"),
    ],
)
def test_an_edit_that_does_not_fit_the_register_is_refused(places, line, fault):
    taken = take(places, "4204,2023,b1,service,t1,,complaint,,1", line)
    assert [(f.line, f.id) for f in taken.faults] == [(3, fault)]
    assert taken.submission is None
    with open_register(places) as store:
        assert store.submissions(kind="edits") == ()


def test_a_field_edited_twice_in_one_file_is_refused(places):
    line = "4204,2023,b1,service,t1,,complaint,,{}"
    assert [f.id for f in take(places, line.format(1), line.format(2)).faults] == ["edited-twice"]


def test_faults_are_told_in_three_languages_without_a_value(places):
    taken = take(places, "4204,2023,b1,service,t1,,weekly_hours,77.77,8")
    lines = [refused_lines(taken.faults, "edit", language)[0] for language in ("nb", "nn", "en")]
    assert len(set(lines)) == 3
    assert all("line 2, old" in line and "77" not in line for line in lines)
    assert all(t.wrong.nn and t.todo.nn for t in fault_texts("edit").values())


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "empty-file"),
        (["4204,2023,b1,service,t1,,outcome,,1", "4204,2022,b1,service,t1,,outcome,,1"], "not-edits"),
        (["420,2023,b1,service,t1,,outcome,,1"], "not-edits"),
        (["4204,2023,b1,service,t1,,outcome,1"], "not-csv"),
        (["0301,2023,b1,service,t1,,outcome,,1"], "nothing-to-edit"),
        (["4204,2021,b1,service,t1,,outcome,,1"], "nothing-to-edit"),
    ],
)
def test_a_file_that_is_no_set_of_one_senders_edits_says_why(places, lines, code):
    with pytest.raises(OmsorgstallError) as caught:
        take(places, *lines)
    assert caught.value.code == code


def test_a_file_with_other_columns_is_refused_and_semicolons_are_read(places):
    with pytest.raises(OmsorgstallError, match="heading"):
        take_edits(places, file_of(places, "1", head="fnr"), who="kari", why="x")
    path = file_of(places, "4204;2023;b1;service;t1;;outcome;;1", head=HEAD.replace(",", ";"))
    assert take_edits(places, path, who="kari", why="x").submission


def test_an_edit_without_who_or_why_is_refused(places):
    for missing in ({"who": " "}, {"why": ""}):
        with pytest.raises(OmsorgstallError, match="who"):
            take(places, "4204,2023,b1,service,t1,,outcome,,1", **missing)


def test_a_check_keeps_nothing(places):
    assert take(places, "4204,2023,b1,service,t1,,outcome,,1", keep=False).faults == ()
    with open_register(places) as store:
        assert store.submissions(kind="edits") == ()


def test_an_owner_sees_only_edits_of_its_own_records(places):
    with open_register(places) as store:
        store.accept(replace(annual("other", municipality="0301")))
    take(places, "4204,2023,b1,service,t1,,weekly_hours,35.25,8.8")
    freeze(places, "v")
    with open_register(places) as store, Engine.local() as engine:
        mine, theirs = (engine.open(store.source("v", Scope.owner(m, "x", "x"))) for m in ("4204", "0301"))
    assert any(name.startswith("edit_") for name in mine)
    assert not any(name.startswith("edit_") for name in theirs)


def shown(places, submission):
    return show_edit_set(places, submission.id, who="per")


def test_a_set_shows_which_of_its_edits_hold_when_all_before_it_is_done(places):
    lines = ("4204,2023,b1,service,t1,,weekly_hours,35.25,8.8", "4204,2023,b1,assessment,,2023-05-02,f01,3,4")
    first = take(places, *lines).submission
    second = take(places, "4204,2023,b1,service,t1,,weekly_hours,8.8,9").submission
    with open_register(places) as store:
        tables = [{"person": rows("person", PEOPLE), "service": rows("service", SERVICES[:2])}]
        store.accept(annual("again, without the assessment", tables=tables))
    found = shown(places, first)
    assert [(e.line, e.table, e.record, e.field, e.old, e.new, e.holds) for e in found.edits] == [
        (2, "service", "service_id=t1", "weekly_hours", "35.25", "8.8", True),
        (3, "assessment", "assessment_date=2023-05-02", "f01", "3", "4", False),
    ]
    assert (found.applied, found.lapsed, found.who, found.why) == (True, 1, "kari", "hours by the month")
    assert [e.holds for e in shown(places, second).edits] == [True]


def test_a_set_that_was_withdrawn_or_has_nothing_to_apply_to_shows_its_edits_as_not_holding(places):
    made = take(places, "4204,2023,b1,service,t1,,weekly_hours,35.25,8.8").submission
    with open_register(places) as store:
        (batch,) = store.submissions(kind="annual")
        store.basis.withdraw(batch, "kari", "sent by mistake")
    found = shown(places, made)
    assert (found.applied, [e.new for e in found.edits], found.lapsed) == (False, ["8.8"], 1)


def test_only_an_edit_set_is_shown_and_the_reading_is_logged(places):
    with open_register(places) as store:
        (batch,) = store.submissions(kind="annual")
    with pytest.raises(OmsorgstallError) as caught:
        shown(places, batch)
    assert caught.value.code == "no-edit-set"
    shown(places, take(places, "4204,2023,b1,service,t1,,weekly_hours,35.25,8.8").submission)
    with open_register(places) as store:
        event = store.audit()[-1]
    assert (event.action, event.who, event.why, event.municipalities) == ("read_rows", "per", "edits shown", {"4204"})
