"""What people say beside submissions: this one is taken back, that one stands in. Frozen vintages keep what they held."""

from datetime import UTC, date, datetime

import pytest

from omsorgstall.access import AuditAction, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.engine import Engine
from tests.deliveries import annual, events, rows
from tests.engines import rows_of

NATIONAL = Scope.national("test", "test")
SAID = {"who": "kari", "why": "the system was down"}


def last_years(content="last year", **changed):
    service = {"service_id": content, "start_date": date(2022, 2, 28), "end_date": date(2022, 12, 31)} | changed
    person = {"birth_year": 1940, "birth_date": date(1940, 2, 29)}
    tables = [{"service": rows("service", [service], year=2022), "person": rows("person", [person], year=2022)}]
    return annual(content, year=2022, tables=tables)


def opened(store, vintage, table, *columns):
    with Engine.local() as engine:
        found = engine.open(store.source(vintage, NATIONAL))[table]
        return rows_of(engine, found.select(*columns))


def test_a_withdrawn_submission_stays_in_frozen_vintages_and_is_not_in_later_ones(store):
    first, second = store.accept(annual("first")), store.accept(annual("second"))
    store.freeze("before", "preliminary", [2023])
    store.basis.withdraw(second, **SAID)
    assert store.freeze("after", "final", [2023]).annual == (first.id,)
    assert store.vintage("before").annual == (second.id,)
    event = next(e for e in store.audit() if e.action is AuditAction.WITHDRAW)
    assert (event.what, event.who, event.why) == (second.id, "kari", "the system was down")


def test_a_vintage_until_a_time_knows_nothing_of_later_withdrawals(store):
    first = store.accept(annual("first"))
    store.accept(annual("other", municipality="0301"))
    before = datetime.now(UTC)
    store.basis.withdraw(first, **SAID)
    assert first.id in store.freeze("as-it-was", "corrected", [2023], until=before).annual


@pytest.mark.parametrize(("why", "code"), [("  ", "no-reason"), ("x", "already-withdrawn")])
def test_a_withdrawal_needs_a_reason_and_is_made_once(store, why, code):
    accepted = store.accept(annual("first"))
    store.basis.withdraw(accepted, "kari", "sent by mistake")
    with pytest.raises(OmsorgstallError) as caught:
        store.basis.withdraw(accepted, "kari", why)
    assert caught.value.code == code


def test_what_became_of_a_submission_is_told(store):
    replaced, newest, gone = (store.accept(annual(c)) for c in ("old", "new", "wrong"))
    store.basis.withdraw(gone, **SAID)
    store.freeze("v", "preliminary", [2023])
    late = store.accept(events("events", datetime(2024, 2, 1, tzinfo=UTC)))
    other_year = store.accept(annual("later year", year=2024))
    states = store.basis.states()
    told = [states[s.id] for s in (replaced, newest, gone, late, other_year)]
    assert told == [{"replaced"}, set(), {"withdrawn"}, {"late"}, set()]


def test_last_years_submission_stands_in_with_its_dates_a_year_later(store):
    stands_in = store.accept(last_years())
    store.basis.substitute("4204", 2023, 2022, **SAID)
    vintage = store.freeze("v", "final", [2023])
    assert [(s.municipality, s.data_year, s.by_year, s.submission, s.who) for s in vintage.substitutions] == [
        ("4204", 2023, 2022, stands_in.id, "kari")
    ]
    columns = ("data_year", "start_date", "end_date")
    expected = {"data_year": 2023, "start_date": date(2023, 2, 28), "end_date": date(2023, 12, 31)}
    assert opened(store, "v", "service", *columns) == [expected]
    person = {"data_year": 2023, "birth_year": 1941, "birth_date": date(1941, 2, 28)}
    assert opened(store, "v", "person", *person) == [person]
    assert store.basis.covered(vintage) == {2023: frozenset({"4204"})}
    assert store.delivered("v") == {}
    assert set(store.basis.substituted(vintage)[2023]) == {"4204"}


def test_records_that_are_carried_forward_keep_their_dates_and_are_moved_on_by_events(store):
    store.accept(last_years(end_date=None))
    store.accept(events("events", datetime(2023, 6, 1, tzinfo=UTC), year=2023))
    store.basis.substitute("4204", 2023, 2022, method="carry_forward", **SAID)
    vintage = store.freeze("v", "final", [2022, 2023])
    assert opened(store, "v", "service", "data_year", "start_date") == [
        {"data_year": year, "start_date": date(2022, 2, 28)} for year in (2022, 2023)
    ]
    assert len(vintage.events) == 1
    assert [s["data_year"] for s in store.source("v", NATIONAL).snapshots.to_pylist()] == [2022, 2023]


def test_a_year_that_comes_again_is_not_moved_on_by_events(store):
    store.accept(last_years())
    store.accept(events("events", datetime(2023, 6, 1, tzinfo=UTC), year=2023))
    store.basis.substitute("4204", 2023, 2022, **SAID)
    store.freeze("v", "final", [2023])
    assert store.source("v", NATIONAL).snapshots.num_rows == 0


def test_nobody_stands_in_once_the_municipality_has_delivered_or_the_declaration_is_taken_back(store):
    store.accept(last_years())
    store.accept(annual("other", municipality="0301"))
    store.basis.substitute("4204", 2023, 2022, **SAID)
    used = store.freeze("used", "preliminary", [2023])
    store.basis.substitute("4204", 2023, None, **SAID)
    assert store.freeze("taken-back", "final", [2023]).substitutions == ()
    store.basis.substitute("4204", 2023, 2022, **SAID)
    delivered = store.accept(annual("late"))
    vintage = store.freeze("delivered", "final", [2023])
    assert (vintage.substitutions, delivered.id in vintage.annual) == ((), True)
    assert store.vintage("used") == used


@pytest.mark.parametrize(
    ("municipality", "year", "by", "why", "code"),
    [
        ("4204", 2023, 2023, "x", "bad-substitution"),
        ("4204", 2023, 2024, "x", "bad-substitution"),
        ("1018", 2023, 2022, "x", "bad-substitution"),
        ("4204", 2020, 2019, "x", "bad-substitution"),
        ("4204", 2023, 2022, " ", "no-reason"),
    ],
)
def test_a_substitution_names_an_earlier_year_of_the_same_municipality_and_a_reason(store, municipality, year, by, why, code):
    with pytest.raises(OmsorgstallError) as caught:
        store.basis.substitute(municipality, year, by, who="kari", why=why)
    assert caught.value.code == code


def test_a_year_that_runs_goes_on_from_everybodys_last_batch(store):
    store.accept(annual("two years ago", year=2021))
    last, other = store.accept(last_years()), store.accept(annual("other", municipality="0301", year=2021))
    store.accept(events("events", datetime(2023, 6, 1, tzinfo=UTC), year=2023))
    vintage = store.basis.freeze("now", "year_to_date", [2023], reference_date=date(2023, 6, 30), versions={"table 1": "2"})
    assert {(s.submission, s.method) for s in vintage.substitutions} == {(last.id, "carry_forward"), (other.id, "carry_forward")}
    assert (vintage.reference_date, len(vintage.events), vintage.versions) == (date(2023, 6, 30), 1, {"table 1": "2"})
    assert store.source("now", NATIONAL).reference_date == date(2023, 6, 30)


@pytest.mark.parametrize(
    ("kind", "day"), [("final", date(2023, 6, 30)), ("year_to_date", None), ("year_to_date", date(2024, 1, 1))]
)
def test_a_day_belongs_to_a_year_that_still_runs(store, kind, day):
    store.accept(last_years())
    store.accept(annual("this year"))
    with pytest.raises(OmsorgstallError) as caught:
        store.basis.freeze("v", kind, [2023], reference_date=day)
    assert caught.value.code == "bad-reference-date"
