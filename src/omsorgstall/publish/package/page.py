"""The recommended package as a page that stands alone: no scripts, no addresses outside itself, fit for print."""

from omsorgstall.access import Grant
from omsorgstall.publish.charts import Bar, Line, Words, bars, lines
from omsorgstall.publish.drawn_chart import Chart, drawn_in
from omsorgstall.publish.package.told import Package, Told, told
from omsorgstall.publish.pages.render import rendered
from omsorgstall.tables import Report


def package_html(report: Report, grant: Grant | None, language: str = "nb", *, made_up: bool = False) -> str:
    """The package as one HTML file.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    found = told(report, grant, language, made_up=made_up)
    charts = {f.id: _chart(found, f) for f in found.figures()}
    trends = {f.id: _trend(found, f) for f in found.figures()}
    return rendered(
        "package.html", language=language, title=found.title, package=found, charts=charts, trends=trends, say=found.say
    )


def _chart(package: Package, figure: Told) -> Chart | None:
    if not figure.drawn:
        return None
    rows = [Bar(p.label, p.value, p.text) for p in figure.drawn]
    alt = package.say("chart_words", rows=", ".join(f"{r.label} {r.text}" for r in rows))
    return drawn_in(Words(figure.chart, alt, package.language), lambda said, width: bars(rows, said, width=width))


def _trend(package: Package, figure: Told) -> Chart | None:
    known = figure.followed
    if not known:
        return None
    title = package.say("trend", figure=figure.chart, first=known[0].label, last=known[-1].label)
    alt = package.say("trend_words", rows=", ".join(f"{y.label} {y.text}" for y in known))
    series = [Line(package.name, [(int(y.label), y.value) for y in known])]
    return drawn_in(Words(title, alt, package.language), lambda said, width: lines(series, said, width=width))
