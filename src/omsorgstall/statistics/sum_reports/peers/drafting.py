"""Draft releases of views: what sum reports count in each municipality, laid out for disclosure control.

A person served in two municipalities counts in both, in their area too: each municipality's report rests on its own submission,
and so does its part of an area.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from omsorgstall.codes import RegionLevel, regions
from omsorgstall.core import Text
from omsorgstall.engine import Engine
from omsorgstall.statistics.sum_reports.breakdown import TOTAL, Breakdown
from omsorgstall.statistics.sum_reports.counted_measures import PARTS
from omsorgstall.statistics.sum_reports.counting import Selection, cells, coordinate
from omsorgstall.statistics.sum_reports.happened import Happened
from omsorgstall.statistics.sum_reports.members import members
from omsorgstall.statistics.sum_reports.peers.areas import Area
from omsorgstall.statistics.sum_reports.peers.views import UNITS, View
from omsorgstall.statistics.sum_reports.snapshot import Snapshot
from omsorgstall.statistics.sum_reports.texts import said
from omsorgstall.tables import (
    INNER_SCHEMA,
    Composition,
    Content,
    ContentKind,
    Dimension,
    DimensionKind,
    DraftRelease,
    DraftTable,
    Member,
    TableModel,
)

Figures = Mapping[tuple[str, str], float]
"""By municipality and member."""
_COLUMNS = {"Behov": "need", "Alder": "age"}
_OTHERS = "household"
"""Columns of the inner cells in which the members stand that are no units."""


@dataclass(frozen=True, slots=True)
class ViewCells:
    """What a view counts in a year.

    Attributes:
        members: the leaves and totals, as in the report.
        figures: by measure, by municipality and code of a member.
    """

    view: View
    year: int
    by: Breakdown
    members: tuple[Member, ...]
    figures: Mapping[str, Figures]


def count_view(engine: Engine, found: Snapshot | Happened, view: View, year: int) -> ViewCells:
    """Count a view for every municipality at once."""
    known = view.asked(year)
    measures = list(dict.fromkeys((view.persons, *view.marks, *view.amounts, *view.amounts.values())))
    chosen = Selection(known.services, (), known.report.hours_only)
    counted = engine.run(cells(found, chosen, known.by, measures), step=view.id)
    keys = list(zip(counted["municipality"].to_pylist(), counted[coordinate(0)].to_pylist(), strict=True))
    values = {m: [n / PARTS.get(m, 1) for n in counted[m].to_pylist()] for m in measures}
    figures = {m: dict(zip(keys, v, strict=True)) for m, v in values.items()}
    return ViewCells(view, year, known.rows, members(known, 0, ())[0], figures)


def draft_of_views(counted: Sequence[ViewCells], areas: Sequence[Area], lineage: Mapping[str, str]) -> DraftRelease:
    """The views of one or more bundles for these areas, all of the same year.

    Municipalities that stand in the same areas are one leaf: nothing tells them apart.
    """
    leaf_of = _leaves(areas)
    tables = [table for c in counted for table in _tables(c, areas_of_view(c.view, areas), leaf_of, lineage)]
    rows = [row for c in counted for row in _inner(c, leaf_of)]
    columns = {c.by.id: _column(c.by) for c in counted if _column(c.by) != "unit"}
    inner = pa.Table.from_pylist(rows, schema=INNER_SCHEMA)
    return DraftRelease("sum reports", tuple(tables), inner, {"Region": "regions", **columns})


def areas_of_view(view: View, areas: Sequence[Area]) -> tuple[Area, ...]:
    """The areas a view is shown for."""
    return tuple(a for a in areas if view.municipal or regions()[a.code].level is not RegionLevel.MUNICIPALITY)


def _leaves(areas: Sequence[Area]) -> dict[str, str]:
    """The leaf of each municipality: the areas it stands in."""
    everywhere = sorted(frozenset().union(*(a.municipalities for a in areas)))
    return {m: "-".join(str(n) for n, a in enumerate(areas) if m in a.municipalities) for m in everywhere}


def _column(by: Breakdown) -> str:
    return "unit" if by.id in UNITS else _COLUMNS.get(by.id, _OTHERS)


def _tables(
    counted: ViewCells, areas: Sequence[Area], leaf_of: Mapping[str, str], lineage: Mapping[str, str]
) -> Iterator[DraftTable]:
    """One of the persons, and one of each amount: amounts of one table would be taken for nearly the same figure."""
    view = counted.view
    people = view.family(view.persons)
    first = _content(view.persons, ContentKind.PERSONS, people, identities=view.identities())
    marks = [_content(m, ContentKind.PERSONS, view.family(m), among=people) for m in view.marks]
    yield _table(counted, areas, leaf_of, (first, *marks), lineage)
    for amount in view.amounts:
        content = _content(amount, ContentKind.AMOUNT, view.family(amount), persons=people)
        yield _table(counted, areas, leaf_of, (content,), lineage)


def _content(measure: str, kind: ContentKind, family: str, **more: object) -> Content:
    name = Text.same(measure)
    return Content(measure, name, kind, name, family=family, **more)  # type: ignore[arg-type]


def _table(
    counted: ViewCells,
    areas: Sequence[Area],
    leaf_of: Mapping[str, str],
    contents: tuple[Content, ...],
    lineage: Mapping[str, str],
) -> DraftTable:
    view, by = counted.view, counted.by
    regions = tuple(Member(a.code, a.name, frozenset(leaf_of[m] for m in a.municipalities)) for a in areas)
    composition = Composition.UNION if view.union else Composition.ADDITIVE
    when = Member(str(counted.year), Text.same(str(counted.year)), frozenset({str(counted.year)}))
    dimensions = (
        Dimension("Region", said("Region"), DimensionKind.REGION, Composition.ADDITIVE, regions),
        Dimension(by.id, by.label, DimensionKind.CLASSIFICATION, composition, counted.members, TOTAL),
        Dimension("Tid", said("Tid"), DimensionKind.TIME, Composition.ADDITIVE, (when,)),
    )
    measured = "" if contents[0].kind is ContentKind.PERSONS else f" {contents[0].id}"
    unit = by.id if _column(by) == "unit" else ""
    model = TableModel(view.id + measured, Text.same(view.id), dimensions, contents, unit_dimension=unit)
    values = {c.id: _summed(counted, c.id, areas) for c in contents}
    return DraftTable(model, values, {c: np.ones(model.shape, bool) for c in values}, lineage)


def _summed(counted: ViewCells, measure: str, areas: Sequence[Area]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Figures of areas by member: sums over their municipalities, for leaves and for totals, which may be unions."""
    figures = counted.figures[measure]
    sums = [
        [sum(figures.get((m, member.code), 0.0) for m in sorted(a.municipalities)) for member in counted.members] for a in areas
    ]
    return np.array(sums, np.float64).reshape(len(areas), len(counted.members), 1)


def _inner(counted: ViewCells, leaf_of: Mapping[str, str]) -> Iterator[dict[str, object]]:
    view = counted.view
    for measure in (view.persons, *view.marks):
        yield from _rows(counted, measure, leaf_of, _units_of_persons(counted), None)
    leaves = [m.code for m in counted.members if len(m.covers) == 1]
    for measure, behind in view.amounts.items():
        yield from _rows(counted, measure, leaf_of, leaves, behind)


def _units_of_persons(counted: ViewCells) -> list[str]:
    """Members with persons of their own: every one where a person may stand in several, else the leaves."""
    return [m.code for m in counted.members if counted.view.union or len(m.covers) == 1]


def _rows(
    counted: ViewCells, measure: str, leaf_of: Mapping[str, str], codes: Sequence[str], behind: str | None
) -> Iterator[dict[str, object]]:
    """Inner cells of a measure; ``behind`` counts the contributors of an amount, at most as many as there are persons."""
    persons: dict[tuple[str, str], float] = defaultdict(float)
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    people = counted.figures[counted.view.persons]
    for municipality, leaf in leaf_of.items():
        for code in codes:
            at = municipality, code
            number = counted.figures[behind or measure].get(at, 0.0)
            persons[leaf, code] += min(number, people.get(at, 0.0))
            amounts[leaf, code] += counted.figures[measure].get(at, 0.0)
    column = _column(counted.by)
    for (leaf, code), number in persons.items():
        if number > 0:
            row = dict.fromkeys(("unit", "age", "need", "household", "waiting"), "") | {column: code}
            amount = None if behind is None else amounts[leaf, code]
            yield {
                **row,
                "family": counted.view.family(measure),
                "year": counted.year,
                "regions": [leaf],
                "persons": int(number),
                "amount": amount,
            }
