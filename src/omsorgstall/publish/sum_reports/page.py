"""A sum report as a page that stands alone: the sentence that reads it, a chart, the tables, and where the figures come from."""

from collections.abc import Sequence
from typing import Any

from omsorgstall.access import Grant
from omsorgstall.core import time_in_words
from omsorgstall.publish.charts import Bar, Words, bars
from omsorgstall.publish.drawn_chart import Chart, drawn_in
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.sum_reports.layout import along_rows, facts, granted, grids, place_name
from omsorgstall.publish.sum_reports.peers import compared, peer_facts
from omsorgstall.publish.sum_reports.trend import trend_chart, trend_of
from omsorgstall.publish.sum_reports.writing import written
from omsorgstall.publish.wording import words
from omsorgstall.tables import OwnerTable, PeerTable

MOST_BARS = 25


def sum_report_html(
    table: OwnerTable, grant: Grant, language: str = "nb", *, made_up: bool = False, peers: Sequence[PeerTable] = ()
) -> str:
    """The report as one HTML file, without scripts or addresses outside itself.

    Args:
        peers: the same figures beside those of other municipalities.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    return rendered("sum_report.html", **report_content(table, grant, language, made_up=made_up, peers=peers))


def report_content(
    table: OwnerTable, grant: Grant, language: str, *, made_up: bool, peers: Sequence[PeerTable] = ()
) -> dict[str, Any]:
    """What the page of a report shows, by name in its template.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    model = granted(table, grant).model
    trend = trend_of(table, language)
    return {
        "language": language,
        "title": f"{model.id} {model.title.in_language(language)}",
        "place": words("sum_of", language, name=place_name(table)),
        "days": [time_in_words(iso, language) for iso in model.dimension("Tid").codes()],
        "purpose": model.description.in_language(language) if model.description else "",
        "reading": table.reading.in_language(language) if table.reading else "",
        "drawn": _chart(table, language),
        "grids": grids(table, language),
        "trend": trend.grid if trend else None,
        "trend_drawn": trend_chart(trend, language) if trend else None,
        "written": lambda value, content: written(value, content, language),
        "peers": [compared(p, grant, language) for p in peers],
        "facts": [*facts(table, language, made_up), *(f for p in peers[:1] for f in peer_facts(p, language))],
        "say": lambda key: words(key, language),
    }


def _chart(table: OwnerTable, language: str) -> Chart | None:
    """Everybody by row on the last date; None when there is nothing to draw."""
    model = table.model
    measured = model.dimensions[0].elimination is None
    figure = next((c for c in model.contents if c.id.startswith("Andel")), model.contents[0]) if measured else model.contents[0]
    values = table.values[figure.id][..., -1]
    along = along_rows(table, values)
    members = model.dimensions[0].members
    leaves = [n for n, m in enumerate(members) if len(m.covers) == 1]
    drawn = [(members[n], float(along[n])) for n in leaves if along[n] > 0][:MOST_BARS]
    if not drawn:
        return None
    rows = [Bar(m.label.in_language(language), v, written(v, figure, language)) for m, v in drawn]
    side, day = model.dimensions[0].label.in_language(language), time_in_words(model.dimension("Tid").codes()[-1], language)
    title = words("sum_chart", language, figure=figure.label.in_language(language), side=side, date=day)
    alt = words("sum_chart_words", language, rows=", ".join(f"{r.label} {r.text}" for r in rows[:6]))
    return drawn_in(Words(title, alt, language), lambda said, width: bars(rows, said, width=width))
