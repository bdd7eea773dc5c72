"""The figures of the package out of reports and comparisons: value, part and whole, of the municipality and of its areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from omsorgstall.codes import regions
from omsorgstall.codes.population import LAST_YEAR, population
from omsorgstall.core import Text
from omsorgstall.statistics.sum_reports.package.specification import Cells, KeyFigure, small
from omsorgstall.tables import CellStatus, OwnerTable, PeerTable

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of one place and year.

    Attributes:
        value: None when nobody is behind it, or it is hidden.
        part: how many it tells of, None for a mean; ``whole`` how many it is a share of or a mean over.
    """

    value: float | None
    part: int | None
    whole: int | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure is read: values by content and member, at one time."""

    values: Mapping[str, Mapping[str, float]]
    hidden: frozenset[tuple[str, str]]

    def sum(self, cells: Cells) -> float | None:
        """Sum over members; None when any is hidden."""
        if any((cells.figure, m) in self.hidden for m in cells.members):
            return None
        found = [self.values[cells.figure][m] for m in cells.members]
        return float(sum(found)) if not np.isnan(found).any() else None


def own_place(table: OwnerTable, year: int) -> Place:
    """A municipality's own figures of a year; nothing of them is hidden."""
    codes = [m.code for m in table.model.dimensions[0].members]
    times = [c[-10:-6] for c in table.model.dimension("Tid").codes()]
    at = times.index(str(year))
    return Place({c: dict(zip(codes, map(float, v[:, at]), strict=True)) for c, v in table.values.items()}, frozenset())


def peer_places(table: PeerTable) -> dict[str, tuple[Text, Place]]:
    """The places of a comparison by code, the municipality itself first."""
    codes = [m.code for m in table.model.dimensions[1].members]
    found = {}
    for n, member in enumerate(table.model.dimensions[0].members):
        values = {c: dict(zip(codes, map(float, v[n, :, 0]), strict=True)) for c, v in table.values.items()}
        closed = {(c, codes[k]) for c, s in table.statuses.items() for k in np.flatnonzero(s[n, :, 0] == CellStatus.SUPPRESSED)}
        found[member.code] = (member.label, Place(values, frozenset(closed)))
    return found


def measure(figure: KeyFigure, place: Place, inhabitants: int | None, largest: str = "") -> Measured:
    """A figure at a place.

    Args:
        inhabitants: those of the figure's ages, for figures over the population.
        largest: the member that is told of, for figures of the largest.
    """
    if figure.ratio:
        value, behind = place.sum(figure.ratio), _whole_number(place, figure.behind)
        hidden = any((figure.ratio.figure, m) in place.hidden for m in figure.ratio.members)
        return Measured(None if value is None else value / figure.divide, None, behind, hidden)
    chosen = figure.part or Cells(figure.largest, (largest,))
    part = place.sum(chosen)
    whole = float(inhabitants or 0) if figure.population else place.sum(figure.whole) if figure.whole else None
    if part is None or whole is None:
        return Measured(None, None, None, hidden=True)
    return Measured(100 * part / whole if whole else None, round(part), round(whole))


def _whole_number(place: Place, cells: Cells | None) -> int | None:
    if cells is None or cells.figure not in place.values:
        return None
    found = place.sum(cells)
    return None if found is None else round(found)


def largest_member(figure: KeyFigure, table: OwnerTable, year: int) -> tuple[str, Text]:
    """The leaf with most behind it in a year."""
    place = own_place(table, year)
    leaves = [m for m in table.model.dimensions[0].members if len(m.covers) == 1]
    found = max(leaves, key=lambda m: place.values[figure.largest][m.code])
    return found.code, found.label


@cache
def _by_age(year: int) -> Mapping[tuple[str, int], int]:
    rows = population(min(year, LAST_YEAR)).group_by(["region", "age"]).aggregate([("persons", "sum")])
    return {(r, a): n for r, a, n in zip(*(rows[c].to_pylist() for c in ("region", "age", "persons_sum")), strict=True)}


def inhabitants(code: str, ages: tuple[int, int], year: int, delivered: Sequence[str]) -> int:
    """Inhabitants of an area's municipalities that delivered, at the turn of the year after."""
    there = set(regions()[code].municipalities) & set(delivered)
    return sum(n for (region, age), n in _by_age(year + 1).items() if region in there and ages[0] <= age <= ages[1])


def is_small(figure: KeyFigure, own: Measured) -> bool:
    """Whether so few are behind the figure that nothing can be concluded."""
    behind = own.part if figure.population else own.whole
    return (behind or 0) < small(mean=figure.ratio is not None)
