"""Counted views of made-up municipalities, for tests of what may be shown of others."""

from collections.abc import Mapping

from omsorgstall.core import Text
from omsorgstall.statistics.sum_reports.members import members
from omsorgstall.statistics.sum_reports.peers import Area, ViewCells, views

YEAR = 2022


def counted_view(view_id: str, **figures: Mapping[str, Mapping[str, float]]) -> ViewCells:
    """A view from figures by measure, municipality and leaf; totals are added where they are not given."""
    view = views()[view_id]
    known = view.asked(YEAR)
    flat = {}
    for measure, of in figures.items():
        leaves = {(m, code): float(n) for m, cells in of.items() for code, n in cells.items()}
        totals = {(m, "00"): float(cells.get("00", sum(cells.values()))) for m, cells in of.items()}
        flat[measure] = leaves | totals
    return ViewCells(view, YEAR, known.rows, members(known, 0, ())[0], flat)


def area(code: str, *municipalities: str) -> Area:
    return Area(code, Text.same(code), frozenset(municipalities))
