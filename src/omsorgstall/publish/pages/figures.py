"""The charts of the pages, each beside the table with the same figures. Imports Altair; only the web server imports this."""

from collections.abc import Sequence

from omsorgstall.codes import RegionLevel
from omsorgstall.core import format_number
from omsorgstall.publish.charts import Bar, Line, Mark, Words, bars, lines
from omsorgstall.publish.cube import Role, Value
from omsorgstall.publish.pages.places import Place
from omsorgstall.publish.pages.profile import Staircase, staircase, trend
from omsorgstall.publish.pages.render import Figure, Page
from omsorgstall.publish.pages.table import TableChoice, about_choice, figures
from omsorgstall.publish.pxweb.codelists import level_of
from omsorgstall.publish.source import Published

MOST_BARS = 20


def table_chart(page: Page, choice: TableChoice, width: int) -> str:
    """Bars of the latest shown year, one for each value that is no total; the largest ones when they are many regions."""
    cells = [row[-1] for row in figures(choice.cube())]
    pairs = _shown(choice, list(zip(choice.rows.values, cells, strict=True)))
    rows = [Bar(v.label.in_language(page.language), f.number, f.text(page.language)) for v, f in pairs]
    title = page.say("chart_title", about=about_choice(choice, page.language), by=choice.rows.label.nb, year=choice.periods()[-1])
    return bars(rows, Words(title, _largest(page, rows), page.language), width=width)


def _shown(choice: TableChoice, pairs: Sequence[tuple[Value, Figure]]) -> Sequence[tuple[Value, Figure]]:
    if choice.rows.role is Role.REGION:
        places = [p for p in pairs if level_of(p[0].code) is RegionLevel.MUNICIPALITY] or pairs
        return sorted(places, key=lambda p: -(p[1].number or 0))[:MOST_BARS]
    members = choice.published.table.model.dimension(choice.rows.id).members
    leaves = {m.code for m in members if m.covers == {m.code}}
    return [p for p in pairs if p[0].code in leaves] or pairs


def _largest(page: Page, rows: Sequence[Bar]) -> str:
    ranked = sorted((r for r in rows if r.value is not None), key=lambda r: -(r.value or 0))[:3]
    return page.say("chart_largest", rows="; ".join(f"{r.label} {r.text}" for r in ranked))


def staircase_chart(page: Page, published: Published, place: Place, steps: Sequence[str], width: int) -> str:
    """Shares by step as bars, with the KOSTRA group and the country as signs."""
    found = staircase(page, published, place, steps)
    rows = [Bar(s.name, s.shares[0].number, s.shares[0].text(page.language)) for s in found.steps]
    words = Words(page.say("staircase_title", name=place.name, year=found.year), _staircase_words(page, found), page.language)
    return bars(rows, words, width=width, marks=_marks(found))


def _marks(found: Staircase) -> list[Mark]:
    others = [(n, name) for n, name in enumerate(found.regions) if n > 0]
    shares = [(name, step.name, step.shares[n].number) for n, name in others for step in found.steps]
    return [Mark(series, label, value) for series, label, value in shares if value is not None]


def _staircase_words(page: Page, found: Staircase) -> str:
    parts = [f"{s.name} {s.shares[0].text(page.language)}" for s in found.steps]
    return page.say("staircase_words", steps="; ".join(parts))


def trend_chart(page: Page, users: Published, place: Place, width: int) -> str:
    """Users over the years."""
    years = [int(p) for p in users.periods()]
    series = trend(page, users, place)
    drawn = [Line(s.name, list(zip(years, (f.number for f in s.figures), strict=True))) for s in series]
    title = page.say("trend_title", name=place.name, first=years[0], last=years[-1])
    told = [_told(page, line) for line in drawn]
    return lines(drawn, Words(title, " ".join(t for t in told if t), page.language), width=width)


def _told(page: Page, line: Line) -> str:
    known = [(year, value) for year, value in line.points if value is not None]
    if not known:
        return ""
    (first, start), (last, end) = known[0], known[-1]
    say = {"start": format_number(start, 0, page.language), "end": format_number(end, 0, page.language)}
    return page.say("trend_words", name=line.name, first=first, last=last, **say)
