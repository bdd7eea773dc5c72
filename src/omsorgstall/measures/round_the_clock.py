"""Round-the-clock care (heldøgns omsorg) by each of nine definitions side by side: true, false or unknown for each person.

Actors mean different things by it, so no single answer exists. Definitions are data files; most look at properties of the
dwelling that no submission carries and are unknown, with the missing fields named, unless a dwelling file (``dwelling`` among the
tables) tells. That file names places by organisation number, for those with an active service of the unit, or persons by local
id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import ibis
from ibis.expr import types as ir

from omsorgstall.codes.dwellings import dwelling_fields
from omsorgstall.core import Text
from omsorgstall.measures.conditions import Condition, Served, Stated, condition, holds, lacking, leaves
from omsorgstall.measures.days import KEYS, OPEN_END, RECORD, day_number, last_day
from omsorgstall.measures.people import people
from omsorgstall.measures.report_date import active_records, at_date
from omsorgstall.measures.settings import Settings, read_data

FLAG, GRANT, NEED = "round_the_clock", "husbank_grant", "need_round_the_clock"
SUBMITTED = frozenset({FLAG, GRANT})
"""The fields that submissions carry; all others stand in a dwelling file."""
FLAG_FIRST_YEAR = 2019
YES, NO = 1, 2
_FOLDER = "round_the_clock"
_TYPES = {"flag": "boolean", "number": "int16", "code": "string"}
_LIVED = ("reported_municipality", "local_person_id")


@dataclass(frozen=True, slots=True)
class Definition:
    """One actor's definition.

    Attributes:
        id: the column that tells whether it holds.
        meaning: what it says, to stand beside every figure.
        verified: whether the definition was read in the source.
        assumed: what about the rule no source says; empty when nothing is.
        rule: over services on the date and fields; see ``conditions``.
    """

    id: str
    name: Text
    meaning: Text
    source: str
    verified: bool
    assumed: str
    rule: Condition

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it looks at."""
        return tuple(leaf.field for leaf in leaves(self.rule) if isinstance(leaf, Stated))

    @property
    def not_submitted(self) -> tuple[str, ...]:
        """Those of its fields that no submission carries."""
        return tuple(field for field in self.fields if field not in SUBMITTED)


@cache
def definitions() -> dict[str, Definition]:
    """Every definition by id, in the order D1 to D9."""
    folder = files("omsorgstall.measures") / "data" / _FOLDER
    return {name: _definition(name) for name in sorted(f.name.removesuffix(".yaml") for f in folder.iterdir())}


@cache
def _definition(name: str) -> Definition:
    data = read_data(f"{_FOLDER}/{name}")
    rule = condition(data["rule"], lambda other: _definition(other).rule)
    texts = {key: Text.of(data[key]) for key in ("name", "meaning")}
    found = Definition(**{**data, **texts, "rule": rule})
    if unknown := set(found.fields) - {FLAG, *dwelling_fields()}:
        raise ValueError(f"Definition {name} looks at fields that do not exist: {sorted(unknown)}.")
    return found


def round_the_clock(tables: Mapping[str, ir.Table], settings: Settings, on: date | None = None) -> ir.Table:
    """One row per data year, municipality and person alive on 31 December, or ``on`` a date, with a service or without.

    Columns: the keys; ``served``, whether any service is active; for each definition a column of its id (true, false or null) and
    ``<id>_lacks``: the fields that would have to be known, null where it is settled. Where a person is of several dwellings, a
    definition holds when it holds for one of them, and is unknown when it may.
    """
    tables, settings = at_date(tables, settings, on)
    active = active_records(tables, settings)
    rows = _with_services(_living(tables, settings), active, tables, settings)
    rows = rows.left_join(_submitted(tables, settings), list(KEYS)).select(*rows.columns, *SUBMITTED, "need_by_scores")
    rows = _with_dwellings(rows, active, tables, settings)
    rules = {d.id: d.rule for d in definitions().values()}
    rows = rows.mutate(**{name: holds(rule, rows) for name, rule in rules.items()})
    rows = rows.mutate(
        **{f"{name}_lacks": rows[name].isnull().ifelse(lacking(rule, rows).substr(1), None) for name, rule in rules.items()}
    )
    return _one_row_each(rows, tuple(rules)) if "dwelling" in tables else rows.select(*_columns(tuple(rules)))


def _columns(ids: tuple[str, ...]) -> tuple[str, ...]:
    return (*KEYS, "served", *(column for name in ids for column in (name, f"{name}_lacks")))


def _one_row_each(rows: ir.Table, ids: tuple[str, ...]) -> ir.Table:
    """Over the dwellings of a person: true when true for one, else unknown when unknown for one."""
    states = {name: rows[name].any() for name in ids}
    unknown = {f"{name}_unknown": rows[name].isnull().any() for name in ids}
    lacks = {f"{name}_said": rows[f"{name}_lacks"].min() for name in ids}
    found = rows.group_by(list(KEYS)).aggregate(served=rows.served.any(), **states, **unknown, **lacks)
    open_ = {name: found[f"{name}_unknown"] & ~found[name].fill_null(False) for name in ids}
    found = found.mutate(
        **{name: open_[name].ifelse(ibis.null(), found[name]) for name in ids},
        **{f"{name}_lacks": open_[name].ifelse(found[f"{name}_said"], ibis.null()) for name in ids},
    )
    return found.select(*_columns(ids))


def _living(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    rows = people(tables, settings)
    return rows.filter(rows.death.coalesce(OPEN_END) >= last_day(rows.data_year, settings.until)).select(*KEYS)


def _with_services(rows: ir.Table, active: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """The persons with ``served`` and a column for each set of services that a definition asks for."""
    there = _staying(active, tables, settings) if settings.respite_on_registered_days else active.mutate(staying=True)
    asked = {leaf for d in definitions().values() for leaf in leaves(d.rule) if isinstance(leaf, Served)}
    sets = {leaf.column: (there.service_type.isin(leaf.services) & there.staying).any() for leaf in asked}
    found = there.group_by(list(KEYS)).aggregate(served=there.service_type.notnull().any(), **sets)
    rows = rows.left_join(found, list(KEYS)).select(*KEYS, "served", *sets)
    return rows.mutate(**{c: rows[c].coalesce(False) for c in ("served", *sets)})


def _staying(active: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """The records with ``staying``: whether the person is there on the day; respite says so by registered days."""
    stay = tables["stay"].mutate(day=last_day(tables["stay"].data_year, settings.until))
    until = day_number(stay.to_date).coalesce(OPEN_END)
    present = stay.filter((day_number(stay.from_date) <= stay.day) & (until >= stay.day)).select(*RECORD).distinct()
    rows = active.left_join(present.mutate(registered=True), list(RECORD)).select(*active.columns, "registered")
    by_decision = rows.service_type.notin(settings.counted_on_registered_days)
    return rows.mutate(staying=by_decision | rows.registered.coalesce(False))


def _submitted(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """Of each person, the fields that submissions carry, and need at all hours by scores when that is asked for."""
    person = tables["person"]
    day = last_day(person.data_year, settings.until)
    begun = day_number(person.round_the_clock_from).coalesce(0) <= day
    lasts = day_number(person.round_the_clock_to).coalesce(OPEN_END) >= day
    offered = (person.data_year >= FLAG_FIRST_YEAR).ifelse(person.round_the_clock & begun & lasts, ibis.null())
    rows = person.mutate(offered=offered, granted=person.husbank_grant.cases((YES, True), (NO, False)))
    found = rows.group_by(list(KEYS)).aggregate(offered=rows.offered.any(), **{GRANT: rows.granted.any()})
    used = found.offered.notnull().any().over(ibis.window(group_by=["data_year", "municipality"]))
    empty = ibis.literal(settings.empty_flag_is_no) & used
    found = found.mutate(**{FLAG: (found.offered.isnull() & empty).ifelse(False, found.offered)})
    found = found.select(*KEYS, FLAG, GRANT)
    if not settings.need_from_scores:
        return found.mutate(need_by_scores=ibis.null("boolean"))
    need = _need_by_scores(tables, settings)
    return found.left_join(need, list(KEYS)).select(*found.columns, "need_by_scores")


def _need_by_scores(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """Need at all hours as scores tell it: one of some variables is high; unknown when one that is not given might be.

    The latest assessment not later than the day holds; of several on that date, one with a high score is enough.
    """
    assessment = tables["assessment"]
    assessed = day_number(assessment.assessment_date)
    rows = assessment.mutate(assessed=assessed)
    rows = rows.filter(rows.assessed <= last_day(rows.data_year, settings.until))
    newest = rows.assessed.max().over(ibis.window(group_by=list(KEYS)))
    rows = rows.mutate(newest=newest)
    rows = rows.filter(rows.assessed == rows.newest)
    high = [rows[v].between(settings.need_score, 5) for v in settings.need_variables]
    given = [rows[v].between(1, 5) | (rows[v] == 9) for v in settings.need_variables]
    known = ibis.and_(*[g.fill_null(False) for g in given])
    needs = ibis.or_(*[h.fill_null(False) for h in high])
    rows = rows.mutate(needs=needs, open=~known & ~needs)
    found = rows.group_by(list(KEYS)).aggregate(needs=rows.needs.any(), open=rows.open.any())
    return found.select(*KEYS, need_by_scores=(found.open & ~found.needs).ifelse(ibis.null(), found.needs))


def _with_dwellings(rows: ir.Table, active: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """The persons, once for each dwelling, with every field: what is stated of her goes before what is stated of the place."""
    fields = dwelling_fields()
    if "dwelling" not in tables:
        sources: list[str] = []
    else:
        rows = _joined(rows, _of_units(active, tables, settings), "unit")
        rows = _joined(rows, _of_persons(tables, settings), "person")
        sources = ["person", "unit"]
    submitted = {GRANT: rows[GRANT], NEED: rows.need_by_scores}
    found = {}
    for field in fields.values():
        stated = [rows[f"{source}_{field.id}"] for source in sources]
        last = submitted.get(field.id, ibis.null(_TYPES[field.kind]))
        found[field.id] = ibis.coalesce(*stated, last) if stated else last
    return rows.mutate(**found)


def _joined(rows: ir.Table, stated: ir.Table, source: str) -> ir.Table:
    stated = stated.select(*KEYS, **{f"{source}_{f}": stated[f] for f in dwelling_fields()})
    return rows.left_join(stated, list(KEYS)).select(*rows.columns, *(c for c in stated.columns if c not in KEYS))


def _of_units(active: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """Rows on places, for those with an active service of the unit."""
    served = active.select(*KEYS, "unit").distinct()
    dwelling = tables["dwelling"]
    return _valid(served.join(dwelling.drop("municipality"), served.unit == dwelling.organisation_number), settings)


def _of_persons(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """Rows on persons, found by the municipality as reported and its own id of the person."""
    person = tables["person"].select(*KEYS, *_LIVED).distinct()
    dwelling = tables["dwelling"]
    dwelling = dwelling.drop("organisation_number").rename(reported_municipality="municipality")
    return _valid(person.join(dwelling, list(_LIVED)), settings)


def _valid(rows: ir.Table, settings: Settings) -> ir.Table:
    """The rows that hold on the day."""
    day = last_day(rows.data_year, settings.until)
    begun = day_number(rows.valid_from).coalesce(-OPEN_END) <= day
    return rows.filter(begun & (day_number(rows.valid_to).coalesce(OPEN_END) >= day))
