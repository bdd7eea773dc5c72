"""The recommended package as PDF: the same sentences, charts and tables as the page, to be handed out and printed."""

from collections.abc import Iterator

from omsorgstall.access import Grant
from omsorgstall.publish.package.told import Package, Told, told
from omsorgstall.publish.pdf import Block, bars, document_pdf, heading, listed, paragraph, table, together
from omsorgstall.tables import Report


def package_pdf(report: Report, grant: Grant | None, language: str = "nb", *, made_up: bool = False) -> bytes:
    """The package as a PDF file.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    found = told(report, grant, language, made_up=made_up)
    content = {
        "title": found.title,
        "language": language,
        "lead": [found.what],
        "foot": found.standing,
        "blocks": [b for part in (_front(found, made_up), _sections(found), _back(found)) for b in part],
    }
    return document_pdf(content)


def _front(package: Package, made_up: bool) -> Iterator[Block]:
    yield paragraph(package.standing, "strong")
    if made_up:
        yield paragraph(package.say("made_up"), "strong")
    yield heading(package.say("lead"))
    if package.few:
        yield paragraph(package.few, "note")
    yield listed(package.lead)


def _sections(package: Package) -> Iterator[Block]:
    for section in package.sections:
        for place, figure in enumerate(section.figures):
            first = [heading(section.title)] if not place else []
            yield together([*first, *_figure(package, figure)])


def _figure(package: Package, figure: Told) -> Iterator[Block]:
    yield heading(figure.title, 2)
    yield paragraph(figure.sentence, "strong")
    rest = " ".join(t for t in (figure.compared, figure.earlier) if t)
    if rest:
        yield paragraph(rest)
    if figure.small:
        yield paragraph(figure.small)
    if figure.drawn:
        rows = [(p.label, p.value or 0.0, p.text) for p in figure.drawn]
        alt = package.say("chart_words", rows=", ".join(f"{label} {text}" for label, _, text in rows))
        yield bars(figure.chart, alt, rows, first=1)
    if known := figure.followed:
        rows = [(y.label, y.value or 0.0, y.text) for y in known]
        title = package.say("trend", figure=figure.chart, first=known[0].label, last=known[-1].label)
        yield bars(title, package.say("chart_words", rows=", ".join(f"{label} {text}" for label, _, text in rows)), rows)
    if not figure.nobody:
        yield paragraph(f"{package.say('mind')} {figure.mind}", "small")


def _back(package: Package) -> Iterator[Block]:
    yield {"kind": "break"}
    yield heading(package.say("definitions"))
    columns = [(package.say("figure"), 2.2, False), (package.say("definition"), 4.6, False), (package.say("source"), 3.2, False)]
    yield table(package.say("definition"), columns, [[f.title, f.definition, f.source] for f in package.figures()])
    yield heading(package.say("about"))
    yield from map(paragraph, package.about)
