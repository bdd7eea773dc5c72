"""A sum report as PDF: the sentence that reads it, the tables, the years, other municipalities, and what figures rest on."""

from collections.abc import Iterator, Sequence
from math import ceil

from omsorgstall.access import Grant
from omsorgstall.core import time_in_words
from omsorgstall.publish.pdf import Block, bars, document_pdf, heading, listed, paragraph, table
from omsorgstall.publish.sum_reports.layout import Grid, facts, granted, grids, place_name
from omsorgstall.publish.sum_reports.peers import peer_facts, peer_grids, shown_to
from omsorgstall.publish.sum_reports.trend import trend_of
from omsorgstall.publish.sum_reports.writing import written
from omsorgstall.publish.wording import words
from omsorgstall.tables import OwnerTable, PeerTable

MOST_UPRIGHT = 6
"""Columns of figures on an upright page."""
MOST_ACROSS = 12
"""Columns of figures on a page that lies; wider tables are divided."""
_SIDE, _FIGURE = 3.0, 1.0


def sum_report_pdf(
    report: OwnerTable, grant: Grant, language: str = "nb", *, made_up: bool = False, peers: Sequence[PeerTable] = ()
) -> bytes:
    """The report as a PDF file.

    Args:
        peers: the same figures beside those of other municipalities.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    model = granted(report, grant).model
    beside = [g for p in peers for g in peer_grids(shown_to(p, grant), language)]
    every = [*grids(report, language), *beside]
    days = ", ".join(time_in_words(iso, language) for iso in model.dimension("Tid").codes())
    content = {
        "title": f"{model.id} {model.title.in_language(language)}",
        "language": language,
        "lead": [f"{words('sum_of', language, name=place_name(report))}, {days}"],
        "foot": words("sum_private", language),
        "landscape": any(len(g.columns) > MOST_UPRIGHT for g in every),
        "blocks": list(_blocks(report, peers, beside, language, made_up=made_up)),
    }
    return document_pdf(content)


def _blocks(
    report: OwnerTable, peers: Sequence[PeerTable], beside: Sequence[Grid], language: str, *, made_up: bool
) -> Iterator[Block]:
    if report.reading:
        yield paragraph(report.reading.in_language(language), "strong")
    if report.model.description:
        yield paragraph(report.model.description.in_language(language))
    own = grids(report, language)
    yield from _bars(own[0], language) if own else ()
    for grid in own:
        yield from tables_of_grid(grid, language)
    if trend := trend_of(report, language):
        yield heading(words("report_trend_title", language))
        yield from tables_of_grid(trend.grid, language)
    if beside:
        yield heading(words("peers_title", language))
        yield paragraph(words("peers_what", language))
        for grid in beside:
            yield from tables_of_grid(grid, language)
    yield heading(words("sum_about", language))
    told = [*facts(report, language, made_up), *(f for p in peers[:1] for f in peer_facts(p, language))]
    yield listed([f"{name}: {value}" for name, value in told])


def _bars(grid: Grid, language: str) -> Iterator[Block]:
    """The last column, which is everybody on the last date or the last figure."""
    content = grid.columns[-1].content
    rows = [
        (x.label, x.values[-1], written(x.values[-1], content, language)) for x in grid.lines if not x.total and x.values[-1] > 0
    ]
    if rows:
        alt = words("sum_chart_words", language, rows=", ".join(f"{label} {text}" for label, _, text in rows[:6]))
        yield bars(f"{grid.title}: {', '.join(grid.columns[-1].headings)}", alt, rows[:25])


def tables_of_grid(grid: Grid, language: str) -> Iterator[Block]:
    """The grid, divided where it is wider than a page that lies."""
    pieces = ceil(len(grid.columns) / MOST_ACROSS)
    for some in (range(len(grid.columns) * n // pieces, len(grid.columns) * (n + 1) // pieces) for n in range(pieces)):
        columns = [(grid.side, _SIDE, False), *((" ".join(grid.columns[n].headings), _FIGURE, True) for n in some)]
        rows = [
            [x.label, *(x.mark(n) or written(x.values[n], grid.columns[n].content, language) for n in some)] for x in grid.lines
        ]
        yield table(grid.title, columns, rows)
