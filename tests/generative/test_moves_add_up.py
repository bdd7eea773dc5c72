"""What causes did to figures adds up to how they moved, whoever changed what, and is what plain loops over persons find."""

import random
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.measures import Settings
from omsorgstall.register.comparison import ComparisonStep, Difference, DifferenceKind
from omsorgstall.register.delivery import SubmissionKind
from omsorgstall.register.vintage import Vintage, VintageKind
from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.concerned import CONCERNED_SCHEMA, concerned_cells, concerned_persons
from omsorgstall.statistics.differences import moves, shifts
from omsorgstall.statistics.figures import coverage_of, tables_of, told_apart
from omsorgstall.tables import INNER_SCHEMA
from tests.generative.test_tables_equal_counting_by_hand import PLACES, YEARS, drawn, random_register
from tests.twins.moves import ALL, attributed, counted

YEAR = 2021
MUNICIPALITIES = ("4204", "4215", "5501", "5006")
AT = datetime(2022, 3, 15, tzinfo=UTC)
LIST = Vintage("", VintageKind.FINAL, AT, AT, "0", (YEAR,), (), ())
DEFINITIONS = [table_definitions()[i] for i in ("11642", "12293")]

places = st.dictionaries(
    st.sampled_from(MUNICIPALITIES),
    st.tuples(st.frozensets(st.sampled_from(["01", "15", "21"]), min_size=1), st.sampled_from([0.0, 1.5, 7.0])),
    max_size=3,
)
stages = st.integers(1, 3).flatmap(
    lambda steps: st.lists(st.frozensets(st.sampled_from(MUNICIPALITIES)), min_size=steps, max_size=steps).flatmap(
        lambda changed: st.tuples(
            st.just(changed), st.lists(st.lists(places, min_size=steps + 1, max_size=steps + 1), min_size=1, max_size=8)
        )
    )
)


def told(changed, people):
    """Persons whose places in a stage are those of the stage before, but in the municipalities that changed."""
    for person in people:
        for step, there in enumerate(changed, start=1):
            kept = {m: p for m, p in person[step - 1].items() if m not in there}
            person[step] = kept | {m: p for m, p in person[step].items() if m in there}
    return people


def cells(people, stage, changed):
    """Inner cells of a stage with the senders that concern each person in any, person by person."""
    everyone = frozenset().union(*changed)
    found = []
    for person in people:
        senders = "|".join(sorted({m for s in person for m in s} & everyone))
        there = person[stage]
        kinds = {s for services, _ in there.values() for s in services}
        for unit in [*kinds, *([ALL] if kinds else [])]:
            where = sorted(m for m, (services, _) in there.items() if unit in services or unit == ALL)
            found.append(row("users_during_year", unit, where, senders))
        with_hours = {m: hours for m, (_, hours) in there.items() if hours}
        if with_hours:
            found.append(row("users_with_home_hours", "", sorted(with_hours), senders))
            found += [row("home_hours", "", [m], senders, hours) for m, hours in with_hours.items()]
    return pa.Table.from_pylist(found, CONCERNED_SCHEMA)


def row(family, unit, regions, senders, amount=0.0):
    keys = {"family": family, "unit": unit, "year": YEAR, "regions": regions, "age": "080-089", "need": "2"}
    keys |= {"household": "", "waiting": ""}
    return {**keys, "persons": 1, "amount": amount, "senders": senders}


def steps_of(changed, year=YEAR):
    def difference(m, n):
        return Difference(DifferenceKind.REPLACED, SubmissionKind.ANNUAL, m, year, "", str(n), frozenset({(m, year)}))

    return [ComparisonStep(LIST, tuple(difference(m, n) for m in sorted(there))) for n, there in enumerate([(), *changed])]


def made_of(inner):
    covered = {YEAR: frozenset(MUNICIPALITIES)}
    return {t.model.id: t for t in tables_of(inner, DEFINITIONS, [YEAR], coverage_of(inner, covered), {})}


def moved_by(causes, found):
    """What each cause did to users of all ages: by step and municipalities, from region and service to change."""
    by_cause = {}
    for move in found:
        for part in move.parts:
            cause = causes[part.cause]
            by_cause.setdefault((cause.step, frozenset(cause.municipalities)), {})[move.codes[0], move.codes[2]] = part.change
    return by_cause


@given(stages)
@settings(max_examples=30)
def test_each_cause_did_what_plain_loops_over_persons_find(drawn_stages):
    changed, people = drawn_stages
    people = told(changed, people)
    of_stages = [cells(people, n, changed) for n in range(len(changed) + 1)]
    made = shifts(steps_of(changed), of_stages)
    before, after = (made_of(t.select(INNER_SCHEMA.names)) for t in (of_stages[0], of_stages[-1]))
    found = [m for i in before for m in moves(before[i], after[i], made)]
    assert not any(m.remainder for m in found)
    assert all(m.change is None or sum(p.change for p in m.parts) == pytest.approx(m.change) for m in found)
    expected = attributed(people, changed)
    users = [m for m in found if m.table == "11642" and m.codes[1] == "999" and m.codes[2] in ("01", "15", "21", ALL)]
    first, last = (counted(people, n) for n in (0, -1))
    assert {(m.codes[0], m.codes[2]): m.change for m in users} == {
        key: last[key] - first[key] for key in first.keys() | last.keys() if key[1] != "hours" and last[key] != first[key]
    }
    whole = {(m.codes[0], m.codes[2]) for m in users}
    by_cause = moved_by(made.causes, users)
    assert {c: m for c, m in by_cause.items() if m} == {
        c: kept for c, m in expected.items() if (kept := {k: v for k, v in m.items() if k in whole})
    }


@given(stages)
@settings(max_examples=20)
def test_the_way_back_is_the_way_there_with_other_signs(drawn_stages):
    changed, people = drawn_stages
    people = told(changed, people)
    of_stages = [cells(people, n, changed) for n in range(len(changed) + 1)]
    before, after = (made_of(t.select(INNER_SCHEMA.names)) for t in (of_stages[0], of_stages[-1]))
    there = shifts(steps_of(changed), of_stages)
    back = shifts(steps_of(changed[::-1]), of_stages[::-1])

    def by_cells(found, made, count):
        steps = {n: count - c.step if made is back else c.step - 1 for n, c in enumerate(made.causes)}
        names = {n: (steps[n], c.municipalities) for n, c in enumerate(made.causes)}
        return {
            (m.table, m.content, m.codes): (m.before, m.after, m.change, {names[p.cause]: p.change for p in m.parts})
            for m in found
        }

    out = by_cells([m for i in before for m in moves(before[i], after[i], there)], there, len(changed))
    home = by_cells([m.turned() for i in before for m in moves(after[i], before[i], back)], back, len(changed))
    assert out.keys() == home.keys()
    for key, (old, new, change, parts) in out.items():
        assert home[key] == (old, new, pytest.approx(change), pytest.approx(parts))


def test_vintages_of_random_registers_move_by_their_steps(duckdb_engine):
    """The engine's part: those concerned, whole, are all that moves."""
    chance, register, other = random.Random(5), random_register(1), random_register(2)
    changed = [frozenset(chance.sample(PLACES, 2)), frozenset(chance.sample(PLACES, 3))]
    registers = [register]
    for there in changed:
        registers.append({n: mixed(registers[-1][n], other[n], there, YEARS[1]) for n in register})
        other = random_register(3)
    drafts = [drawn(duckdb_engine, r, ("11642",)).tables[0] for r in (registers[0], registers[-1])]
    opened = [duckdb_engine.from_arrow({n: t for n, t in r.items() if n != "event"}) for r in registers]
    senders = {(m, YEARS[1]) for there in changed for m in there}
    persons = concerned_persons(duckdb_engine, opened, senders)
    wanted = told_apart([table_definitions()["11642"]])
    of_stages = [concerned_cells(duckdb_engine, t, persons, [YEARS[1]], Settings(), wanted) for t in opened]
    made = shifts(steps_of(changed, YEARS[1]), of_stages)
    found = moves(*drafts, made)
    assert len(found) > 300
    assert {m.codes[-1] for m in found} == {str(YEARS[1])}
    assert [m for m in found if m.remainder] == []
    assert {len(c.municipalities) for c in made.causes} >= {1, 2}


def mixed(table, other, there, year):
    """The rows of one register, with those of some senders and a year from another."""
    parts = []
    for source, inside in ((table, False), (other, True)):
        rows = [r for r in source.to_pylist() if (r["reported_municipality"] in there and r["data_year"] == year) == inside]
        parts.append(pa.Table.from_pylist(rows, table.schema))
    return pa.concat_tables(parts)
