"""Drawn by hand: a mean moves by its numerator and its denominator, and each cause has its part of it."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from omsorgstall.register.comparison import ComparisonStep, Difference, DifferenceKind
from omsorgstall.register.delivery import SubmissionKind
from omsorgstall.register.vintage import Vintage, VintageKind
from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.differences import moves, shifts
from tests.spec.test_tables_from_facts import KRISTIANSAND, LILLESAND, draft

AT = datetime(2022, 3, 15, tzinfo=UTC)
LIST = Vintage("", VintageKind.FINAL, AT, AT, "0", (2021,), (), ())


def drafted(engine, **hours):
    """Table 12293 of persons with one home service each; two letters say who, the first where."""
    place = {"k": KRISTIANSAND, "l": LILLESAND}
    rows = [{"pseudonym": who, "municipality": place[who[0]], "home_hours": h} for who, h in hours.items()]
    services = [{k: v for k, v in row.items() if k != "home_hours"} | {"service_type": 15} for row in rows]
    made = draft(engine, services, rows, definitions=[table_definitions()["12293"]])
    senders = [r["regions"][0] for r in made.inner.to_pylist()]
    return made.tables[0], made.inner.append_column("senders", pa.array(senders, pa.string()))


def replaced(*municipalities):
    return tuple(
        Difference(DifferenceKind.REPLACED, SubmissionKind.ANNUAL, m, 2021, "old", "new", frozenset({(m, 2021)}))
        for m in municipalities
    )


def moved(engine, before, after, differences):
    (old, cells), (new, later) = drafted(engine, **before), drafted(engine, **after)
    made = shifts([ComparisonStep(LIST, ()), ComparisonStep(LIST, differences)], [cells, later])
    found = moves(old, new, made)
    return made, {(m.codes[0], m.content): m for m in found if m.codes[1:] == ("999", "0", "2021")}


def test_each_cause_has_its_part_of_a_mean_and_the_parts_add_up(duckdb_engine):
    before = {"ka": 9.0, "kb": 7.0, "ld": 7.0, "le": 7.0}
    after = {"ka": 9.0, "kb": 14.0, "kc": 7.0, "ld": 7.0}
    made, found = moved(duckdb_engine, before, after, replaced(KRISTIANSAND, LILLESAND))
    mean = found["EAK", "TimerPerUke"]
    assert (mean.before, mean.after) == (30 / 4, 37 / 4)
    parts = {made.causes[p.cause].municipalities: p for p in mean.parts}
    assert {place: (p.numerator, p.denominator) for place, p in parts.items()} == {
        (KRISTIANSAND,): (14.0, 1.0),
        (LILLESAND,): (-7.0, -1.0),
    }
    # midway between before and after: (7.5 + 9.25) / 2 = 8.375 hours, 4 persons
    assert parts[KRISTIANSAND,].change == pytest.approx((14 - 8.375) / 4)
    assert parts[LILLESAND,].change == pytest.approx((-7 + 8.375) / 4)
    assert (sum(p.change for p in mean.parts), mean.remainder) == (pytest.approx(mean.change), 0.0)


def test_a_mean_that_nobody_is_behind_any_more_tells_its_parts_without_a_number(duckdb_engine):
    _, found = moved(duckdb_engine, {"ka": 4.0, "ld": 7.0}, {"ka": 4.0}, replaced(LILLESAND))
    mean = found[LILLESAND, "TimerPerUke"]
    assert (mean.before, mean.after, mean.change, mean.relative, mean.remainder) == (7.0, None, None, None, None)
    assert [(p.change, p.numerator, p.denominator) for p in mean.parts] == [(None, -7.0, -1.0)]
    assert found["EAK", "TimerPerUke"].parts[0].change == pytest.approx(4 - 5.5)


def test_what_no_cause_explains_is_told_as_a_remainder(duckdb_engine):
    made, found = moved(duckdb_engine, {"ka": 4.0, "ld": 7.0}, {"ka": 5.0, "ld": 9.0}, replaced(LILLESAND))
    mean = found["EAK", "TimerPerUke"]
    assert [(made.causes[p.cause].municipalities, p.change) for p in mean.parts] == [((LILLESAND,), pytest.approx(1.0))]
    assert (mean.change, mean.remainder) == (pytest.approx(1.5), pytest.approx(0.5))
    own = found[KRISTIANSAND, "TimerPerUke"]
    assert (own.parts, own.remainder) == ((), pytest.approx(1.0))
