"""A sum report over time: a table with a column for each date or period, and lines of the largest members."""

from dataclasses import dataclass

import numpy as np

from omsorgstall.core import time_in_words
from omsorgstall.publish.charts import TimeLine, Words, lines_over_times
from omsorgstall.publish.drawn_chart import Chart, drawn_in
from omsorgstall.publish.sum_reports.layout import Column, Grid, Line, along_rows, begun, total_of
from omsorgstall.publish.sum_reports.writing import written
from omsorgstall.publish.wording import words
from omsorgstall.tables import Content, OwnerTable

MOST_LINES = 4
_YEAR_END = "12-31"


@dataclass(frozen=True, slots=True)
class Trend:
    """A report over time.

    Attributes:
        grid: members down, times across, the total last.
        drawn: how many of its lines, from the first, are drawn; the largest at the last time come first.
    """

    grid: Grid
    content: Content
    drawn: int


def trend_of(table: OwnerTable, language: str) -> Trend | None:
    """The first figure of a report over its times; None when there is one time only."""
    model = table.model
    codes = model.dimension("Tid").codes()
    content = next((c for c in model.contents if c.published), None)
    if len(codes) < 2 or content is None:
        return None
    side = model.dimensions[0]
    over = np.array([along_rows(table, table.values[content.id][..., n]) for n in range(len(codes))]).T
    made = [
        Line(m.label.in_language(language), total_of(side, m.code), tuple(map(float, over[n])))
        for n, m in enumerate(side.members)
    ]
    leaves = {m.label.in_language(language) for m in side.members if len(m.covers) == 1}
    parts = sorted(
        (x for x in made if not x.total and any(x.values)), key=lambda x: (x.label not in leaves, -np.nan_to_num(x.values[-1]))
    )
    figure, unit = content.label.in_language(language), content.unit.in_language(language)
    title = words("report_trend_of", language, figure=figure, unit=unit)
    heads = tuple(Column((label,), content) for label in time_labels(codes, language))
    grid = Grid(title, begun(side.label.in_language(language)), heads, (*parts, *(x for x in made if x.total)))
    return Trend(grid, content, min(MOST_LINES, len([x for x in parts if x.label in leaves])))


def time_labels(codes: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Years where every time is the end of one, or all of it; else the dates in words."""
    if all(code.endswith(_YEAR_END) and code[4:11] in (f"-{_YEAR_END}", "-01-01/") for code in codes):
        return tuple(code[:4] for code in codes)
    return tuple(time_in_words(code, language) for code in codes)


def trend_chart(trend: Trend, language: str) -> Chart | None:
    """Lines of the largest members; None when there are none."""
    chosen = trend.grid.lines[: trend.drawn]
    if not chosen:
        return None
    labels = [c.headings[0] for c in trend.grid.columns]
    series = [TimeLine(x.label, list(zip(labels, x.values, strict=True))) for x in chosen]
    said = "; ".join(f"{x.label}: {', '.join(written(v, trend.content, language) for v in x.values)}" for x in chosen)
    alt = words("report_trend_words", language, rows=said)
    return drawn_in(Words(trend.grid.title, alt, language), lambda told, width: lines_over_times(series, told, width=width))
