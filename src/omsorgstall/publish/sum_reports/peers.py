"""A municipality beside others: grids, a chart, CSV and what readers must know, alike for own and public figures."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError, time_in_words
from omsorgstall.publish.charts import Bar, Mark, Words, bars
from omsorgstall.publish.drawn_chart import Chart, drawn_in
from omsorgstall.publish.sum_reports.layout import Column, Grid, Line, begun, total_last
from omsorgstall.publish.sum_reports.writing import written
from omsorgstall.publish.wording import words
from omsorgstall.tables import CellStatus, Content, PeerTable

MOST_BARS = 12
_SHOWN = (CellStatus.VALUE, CellStatus.TRUE_ZERO)


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison as it is read."""

    title: str
    drawn: Chart | None
    grids: tuple[Grid, ...]


def compared(table: PeerTable, grant: Grant | None, language: str) -> Compared:
    """The comparison of a view, for its owner; for anyone when it has none.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    side = begun(shown_to(table, grant).model.dimensions[1].label.in_language(language))
    return Compared(words("peers_by", language, side=side.lower()), _chart(table, language), peer_grids(table, language))


def shown_to(table: PeerTable, grant: Grant | None) -> PeerTable:
    """The table, for whom the grant covers; public tables need none.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    if table.owner and not (grant and grant.covers(table.owner)):
        what = f"The grant does not cover the figures of municipality {table.owner}."
        raise OmsorgstallError(ErrorFamily.ACCESS, "no-grant", what, todo="Open your own municipality's report.")
    return table


def peer_grids(table: PeerTable, language: str) -> tuple[Grid, ...]:
    """One grid a figure, shares and means first: members down, places across."""
    model = table.model
    places = [m.label.in_language(language) for m in model.dimensions[0].members]
    side = begun(model.dimensions[1].label.in_language(language))
    ordered = sorted(model.contents, key=lambda c: c.kind != "ratio")
    return tuple(
        Grid(
            f"{c.label.in_language(language)} ({c.unit.in_language(language)})",
            side,
            tuple(Column((place,), c) for place in places),
            tuple(_lines(table, c, language)),
        )
        for c in ordered
    )


def _lines(table: PeerTable, content: Content, language: str) -> Iterator[Line]:
    values, statuses = table.values[content.id][..., 0], table.statuses[content.id][..., 0]
    for n, member in total_last(table.model.dimensions[1]):
        marks = tuple(CellStatus(int(s)).symbol if s == CellStatus.SUPPRESSED else "" for s in statuses[:, n])
        yield Line(member.label.in_language(language), member.code == "00", tuple(float(v) for v in values[:, n]), marks)


def _chart(table: PeerTable, language: str) -> Chart | None:
    """The share of each member, own as bars, the first and the last of whole areas as signs."""
    model = table.model
    content = next(c for c in model.contents if c.kind == "ratio")
    values, statuses = table.values[content.id][..., 0], table.statuses[content.id][..., 0]
    leaves = [n for n, m in enumerate(model.dimensions[1].members) if len(m.covers) == 1 and statuses[0, n] in _SHOWN]
    leaves = sorted(leaves, key=lambda n: -values[0, n])[:MOST_BARS] if len(leaves) > MOST_BARS else leaves
    if not leaves or not values[0, leaves].any():
        return None
    places = [m.label.in_language(language) for m in model.dimensions[0].members]
    labels = {n: model.dimensions[1].members[n].label.in_language(language) for n in leaves}
    rows = [Bar(labels[n], float(values[0, n]), f"{written(float(values[0, n]), content, language)} %") for n in leaves]
    marks = [
        Mark(places[at], labels[n], float(values[at, n]))
        for at in dict.fromkeys((1, _country(table)))
        for n in leaves
        if statuses[at, n] in _SHOWN
    ]
    title = words("peers_chart", language, figure=content.label.in_language(language), name=places[0])
    alt = words("sum_chart_words", language, rows=", ".join(f"{r.label} {r.text}" for r in rows[:6]))
    return drawn_in(Words(title, alt, language), lambda said, width: bars(rows, said, width=width, marks=marks))


def _country(table: PeerTable) -> int:
    """The place of the whole country."""
    return table.model.dimensions[0].index().get("EAK", 1)


def peer_facts(table: PeerTable, language: str) -> Iterator[tuple[str, str]]:
    """What a reader must know of figures of other municipalities."""
    if table.owner:
        yield words("peers_protected", language), words("peers_protected_what", language, preset=table.preset)
    else:
        yield words("peers_public", language), words("peers_public_what", language, preset=table.preset)
    yield words("peers_counted", language), words("peers_counted_what", language)


def peers_csv(table: PeerTable, grant: Grant | None, language: str = "nb") -> bytes:
    """The figures, one row a place and member: codes and labels, then the figures or the symbol of each; UTF-8 for Excel."""
    model = shown_to(table, grant).model
    stream = StringIO()
    writer = csv.writer(stream)
    heads = [text for d in model.dimensions for text in (d.id, d.label.in_language(language))]
    writer.writerow([*heads, *(f"{c.label.in_language(language)} ({c.unit.in_language(language)})" for c in model.contents)])
    when = model.dimensions[2].members[0]
    for r, place in enumerate(model.dimensions[0].members):
        for n, member in enumerate(model.dimensions[1].members):
            codes = [t for m in (place, member) for t in (m.code, m.label.in_language(language))]
            figures = [_tidy(table, c, (r, n, 0)) for c in model.contents]
            writer.writerow([*codes, when.code, time_in_words(when.code, language), *figures])
    return stream.getvalue().encode("utf-8-sig")


def _tidy(table: PeerTable, content: Content, at: tuple[int, int, int]) -> str:
    status = CellStatus(int(table.statuses[content.id][at]))
    return f"{table.values[content.id][at]:.{content.decimals}f}" if status in _SHOWN else status.symbol
