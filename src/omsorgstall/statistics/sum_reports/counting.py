"""Counting a sum report over all municipalities at once: every cell and every total from the persons, never from other cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import add

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import function_variables, statistical_services
from omsorgstall.measures.days import KEYS
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.groups import exclusive_group
from omsorgstall.statistics.sum_reports.breakdown import TOTAL, Breakdown
from omsorgstall.statistics.sum_reports.counted_measures import EVENT_MEASURES, MEASURES, OF_EVERYBODY, OF_PERSONS, missing
from omsorgstall.statistics.sum_reports.happened import Happened
from omsorgstall.statistics.sum_reports.snapshot import Snapshot

SCORES = (1, 2, 3, 4, 5, 9)
MISSING = "missing"
Found = Snapshot | Happened


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom and what a report counts.

    Attributes:
        services: service types; ``units`` places of service, all when empty.
        hours_only: services with granted hours only.
        kept: breakdowns with the codes that are kept.
    """

    services: tuple[int, ...]
    units: tuple[str, ...] = ()
    hours_only: bool = False
    kept: tuple[tuple[Breakdown, tuple[str, ...]], ...] = ()


class _Bases(dict[tuple[str, ...], ir.Table]):
    """What cells are counted from, by the breakdowns of services that persons are told apart by."""


def coordinate(place: int) -> str:
    """The column that holds the code of a cell in the breakdown at this place."""
    return f"at_{place}"


def coordinates(by: Sequence[Breakdown]) -> tuple[str, ...]:
    """The columns that hold the place of a cell."""
    return tuple(coordinate(n) for n in range(len(by)))


@dataclass(frozen=True, slots=True)
class _Leaves:
    """Each member of a breakdown."""

    of: Breakdown


@dataclass(frozen=True, slots=True)
class _Gathered:
    """One member that stands for several, or for all when ``leaves`` is None."""

    of: Breakdown
    code: str
    leaves: tuple[str, ...] | None


Part = _Leaves | _Gathered


def parts(breakdown: Breakdown) -> Iterator[Part]:
    """What the cells of a breakdown are: its members, all of it, and members that gather others."""
    yield _Leaves(breakdown)
    if breakdown.total:
        yield _Gathered(breakdown, TOTAL, None)
    for code, leaves in breakdown.gathered.items():
        yield _Gathered(breakdown, code, leaves)


def cells(found: Found, chosen: Selection, by: Sequence[Breakdown], measures: Sequence[str], keep: Keep = not_kept) -> ir.Table:
    """One row per municipality and cell with anybody in it, totals among them.

    Columns: ``municipality``, those of ``coordinates`` (``TOTAL`` for totals), and one for each measure.

    Args:
        keep: runs the step that the cells and totals are all made from.
    """
    known = MEASURES if isinstance(found, Snapshot) else EVENT_MEASURES
    made, bases = [], _Bases()
    for some in product(*map(parts, by)):
        rows = placed(found, chosen, some, keep, bases)
        everybody = all(isinstance(p, _Gathered) and p.leaves is None for p in some)
        values = {m: known[m](rows) if everybody or m not in OF_EVERYBODY else missing() for m in measures}
        made.append(rows.group_by(["municipality", *coordinates(by)]).aggregate(**values))
    return ibis.union(*made)


def placed(
    found: Found, chosen: Selection, some: Sequence[Part], keep: Keep = not_kept, bases: "_Bases | None" = None
) -> ir.Table:
    """The rows counted in some cells, with the code of each breakdown."""
    apart = tuple(p.of for p in some if isinstance(p, _Leaves) and p.of.of_service)
    bases, key = _Bases() if bases is None else bases, tuple(b.id for b in apart)
    if key not in bases:
        bases[key] = _counted(found, chosen, apart, tuple(p.of for p in some), keep)
    rows = bases[key]
    codes: dict[str, ir.Value] = {}
    for part in some:
        if isinstance(part, _Leaves) and part.of.spread:
            rows = part.of.spread(rows)
        elif isinstance(part, _Gathered) and part.leaves:
            rows = rows.filter(part.of.code(rows).isin(part.leaves))
    for place, part in enumerate(some):
        codes[coordinate(place)] = ibis.literal(part.code) if isinstance(part, _Gathered) else _code(found, part.of, rows)
    return rows.mutate(**codes)


def _code(found: Found, of: Breakdown, rows: ir.Table) -> ir.StringValue:
    """Of a service it is found before persons are told apart by it."""
    return rows[of.id] if of.of_service and isinstance(found, Snapshot) else of.code(rows)


def _counted(found: Found, chosen: Selection, apart: Sequence[Breakdown], by: Sequence[Breakdown], keep: Keep) -> ir.Table:
    """What is counted: events, or persons told apart by some breakdowns of services, with the columns that ``by`` reads."""
    if isinstance(found, Happened):
        return _events(found, chosen)
    reads = [column for b in by if not b.of_service for column in b.reads]
    wanted = dict.fromkeys(["municipality", "pseudonym", *(b.id for b in apart), *reads, *OF_PERSONS])
    rows = _persons(found, _services(found, chosen), chosen, apart, reads)
    return keep(rows.select(*(c for c in wanted if c in rows.columns)), "persons counted")


def _events(found: Happened, chosen: Selection) -> ir.Table:
    rows = found.rows
    if "service_type" in rows.columns:
        rows = rows.filter(rows.service_type.isin(chosen.services))
    if chosen.units:
        rows = rows.filter(rows.unit.isin(chosen.units))
    for breakdown, codes in chosen.kept:
        rows = rows.filter(breakdown.stands_in(rows, codes))
    return rows


def _services(found: Snapshot, chosen: Selection) -> ir.Table:
    services = found.services.filter(found.services.service_type.isin(chosen.services))
    if chosen.units:
        services = services.filter(services.unit.isin(chosen.units))
    if chosen.hours_only:
        services = services.filter((services.seconds > 0).fill_null(False))
    for breakdown, codes in chosen.kept:
        if breakdown.of_service:
            services = services.filter(breakdown.stands_in(services, codes))
    return services


def _persons(
    found: Snapshot, services: ir.Table, chosen: Selection, apart: Sequence[Breakdown], reads: Sequence[str]
) -> ir.Table:
    """One row per person, or per person and service, with what the chosen services say of her, as far as it is read."""
    told = services.mutate(**{b.id: b.code(services) for b in apart})
    wanted, given = {*reads, *(c for b, _ in chosen.kept for c in b.reads)}, {}
    if "group" in wanted:
        given["group"] = exclusive_group(told.service_type, told.service_type.notnull())
    if "combination" in wanted:
        given["combination"] = _combination(told.service_type)
    counts = {"services": told.count(), "kinds": told.service_type.nunique(), "seconds": told.seconds.sum()}
    had = told.group_by([*KEYS, *(b.id for b in apart)]).aggregate(**counts, **given)
    rows = had.join(found.persons, list(KEYS))
    for breakdown, codes in chosen.kept:
        if not breakdown.of_service:
            rows = rows.filter(breakdown.stands_in(rows, codes))
    return rows


def _combination(service_type: ir.IntegerColumn) -> ir.IntegerValue:
    """Aggregate over a person's services: the bits of the types she has."""
    bits = [(service_type == code).any().cast("int64") * (1 << code) for code in statistical_services()]
    return reduce(add, bits)


def behind_cell(found: Found, chosen: Selection, by: Sequence[Breakdown], codes: Sequence[str]) -> ir.Table:
    """What stands behind one cell, by municipality: ``persons``, ``rows`` counted and, of persons, their ``services``."""
    some = [next(p for p in parts(b) if _covers(p, code)) for b, code in zip(by, codes, strict=True)]
    rows = placed(found, chosen, some)
    rows = rows.filter(ibis.and_(True, *(rows[c] == code for c, code in zip(coordinates(by), codes, strict=True))))
    services = rows.services.sum() if "services" in rows.columns else ibis.null("int64")
    counts = {"persons": rows.pseudonym.nunique(), "rows": rows.count(), "services": services}
    return rows.group_by("municipality").aggregate(**{name: n.cast("int64") for name, n in counts.items()})


def _covers(part: Part, code: str) -> bool:
    return part.code == code if isinstance(part, _Gathered) else code in {m.code for m in part.of.members} or not part.of.members


def score_cells(found: Found, chosen: Selection) -> ir.Table:
    """One row per municipality: of each function variable how many persons have each score, and how many none.

    Columns: ``municipality``, ``persons``, and ``<variable>_<score>`` for the scores of ``SCORES`` and ``MISSING``.
    """
    rows = _events(found, chosen) if isinstance(found, Happened) else _persons(found, _services(found, chosen), chosen, (), ())
    counts: dict[str, ir.Value] = {}
    for variable in (v.id.lower() for v in function_variables()):
        given = {score: (rows[variable] == score).fill_null(False) for score in SCORES}
        counts |= {f"{variable}_{score}": is_score.cast("int64").sum().cast("int64") for score, is_score in given.items()}
        missed = ~rows[variable].isin(SCORES).fill_null(False)
        counts[f"{variable}_{MISSING}"] = missed.cast("int64").sum().cast("int64")
    return rows.group_by("municipality").aggregate(persons=rows.count().cast("int64"), **counts)


def outcomes_behind(found: Happened, chosen: Selection) -> ir.Table:
    """How many stays ended with and without a pair: ``municipality``, ``pairing`` and ``stays``."""
    if found.behind is None:
        raise ValueError("Only paired scores have stays behind them.")
    rows = found.behind.filter(found.behind.unit.isin(chosen.units)) if chosen.units else found.behind
    return rows.group_by(["municipality", "pairing"]).aggregate(stays=rows.count().cast("int64"))
