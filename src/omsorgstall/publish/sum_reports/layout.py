"""How a sum report is laid out for readers, alike on pages and in workbooks: grids with headings, sides and figures.

A report with columns has one grid a figure; one without has its figures as columns. Several dates stand side by side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from omsorgstall.access import Grant
from omsorgstall.codes import municipalities
from omsorgstall.core import ErrorFamily, OmsorgstallError, time_in_words
from omsorgstall.publish.wording import words
from omsorgstall.tables import Content, Dimension, Member, OwnerTable

BETWEEN = ", "
"""Between the members of a row that is split by several breakdowns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid: its headings from the top, and how its figures are written."""

    headings: tuple[str, ...]
    content: Content


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a grid; NaN where there is no figure.

    Attributes:
        marks: what stands in place of each figure that is hidden, empty for the others; none at all when nothing is.
    """

    label: str
    total: bool
    values: tuple[float, ...]
    marks: tuple[str, ...] = ()

    def mark(self, place: int) -> str:
        """What stands in place of a figure; empty where it is shown."""
        return self.marks[place] if self.marks else ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is read."""

    title: str
    side: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def granted(table: OwnerTable, grant: Grant) -> OwnerTable:
    """The report, for whom the grant covers.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    if not grant.covers(table.owner):
        what = f"The grant does not cover the figures of municipality {table.owner}."
        raise OmsorgstallError(ErrorFamily.ACCESS, "no-grant", what, todo="Open your own municipality's report.")
    return table


def place_name(table: OwnerTable) -> str:
    """The municipality's name."""
    return municipalities()[table.owner].name


def grids(table: OwnerTable, language: str) -> tuple[Grid, ...]:
    """The tables of a report in one language."""
    model = table.model
    shown = [c for c in model.contents if c.published]
    dates = model.dimension("Tid")
    days = [time_in_words(code, language) for code in dates.codes()]
    if len(model.dimensions) == 2:
        columns = [Column(headings(c.label.in_language(language), day, days), c) for c in shown for day in days]
        figures = [table.values[c.id] for c in shown]
        lines = _lines(model.dimensions[:1], [figure[:, n] for figure in figures for n in range(len(days))], language)
        return (Grid(model.title.in_language(language), _side(model.dimensions[:1], language), tuple(columns), lines),)
    *sides, heads = model.dimensions[:-1]
    across = total_last(heads)
    order = [n for n, _ in across]
    return tuple(
        Grid(
            f"{c.label.in_language(language)} ({c.unit.in_language(language)})",
            _side(sides, language),
            tuple(Column(headings(m.label.in_language(language), day, days), c) for _, m in across for day in days),
            _lines(sides, [table.values[c.id][..., n, d].reshape(-1) for n in order for d in range(len(days))], language),
        )
        for c in shown
        if not _says_nothing(table.values[c.id])
    )


def headings(label: str, day: str, days: Sequence[str]) -> tuple[str, ...]:
    """The headings of a column: the day too where there are several."""
    return (label, day) if len(days) > 1 else (label,)


def total_of(dimension: Dimension, code: str) -> bool:
    """Whether the code stands for all of the dimension."""
    return code == dimension.elimination


def total_last(dimension: Dimension) -> list[tuple[int, Member]]:
    """Members with their places, the total at the end, as the reports of 2011 had it."""
    placed = list(enumerate(dimension.members))
    return sorted(placed, key=lambda each: total_of(dimension, each[1].code))


def _side(sides: Sequence[Dimension], language: str) -> str:
    return begun(BETWEEN.join(d.label.in_language(language) for d in sides))


def _lines(sides: Sequence[Dimension], columns: Sequence[NDArray[np.float64]], language: str) -> tuple[Line, ...]:
    """A line for each combination of the members of the sides, the last varying fastest."""
    sizes, found = [len(d.members) for d in sides], []
    for line in product(*map(total_last, sides)):
        place = int(np.ravel_multi_index([n for n, _ in line], sizes))
        total = any(total_of(d, m.code) for d, (_, m) in zip(sides, line, strict=True))
        label = BETWEEN.join(m.label.in_language(language) for _, m in line)
        found.append(Line(label, total, tuple(float(c[place]) for c in columns)))
    return tuple(found)


def _says_nothing(values: NDArray[np.float64]) -> bool:
    return bool(np.all(np.isnan(values)))


def begun(label: str) -> str:
    """A label as it stands first in a line."""
    return label[:1].upper() + label[1:]


def along_rows(table: OwnerTable, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figures of the first breakdown at one time, of everybody in the others; of the first member where nothing is all."""
    for axis, dimension in reversed(list(enumerate(table.model.dimensions[1:-1], start=1))):
        values = np.asarray(values.take(dimension.index()[dimension.elimination] if dimension.elimination else 0, axis))
    return values


def facts(table: OwnerTable, language: str, made_up: bool) -> Iterator[tuple[str, str]]:
    """What a reader must know of where the figures come from."""
    lineage = table.lineage
    if made_up:
        yield words("sum_made_up", language), words("sum_made_up_what", language)
    yield words("sum_private", language), words("sum_private_what", language)
    for iso in table.model.dimension("Tid").codes():
        yield words("sum_date", language), time_in_words(iso, language)
    for key in ("services", "units", *(k for k in lineage if k.startswith("only "))):
        if key in lineage:
            name = words(f"sum_{key}", language) if not key.startswith("only ") else f"{words('sum_only', language)} {key[5:]}"
            yield name, lineage[key]
    for note in table.model.notes:
        yield words("note", language), note.in_language(language)
    yield words("sum_vintage", language), lineage["vintage"]
    yield words("sum_profile", language), lineage["need_profile"]
    yield (
        words("sum_version", language),
        f"{lineage['report']} {lineage['report_version']}, Omsorgstall {lineage['code_version']}",
    )
    yield words("sum_again", language), lineage["again"]
