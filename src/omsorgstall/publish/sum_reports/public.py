"""A sum report in which every figure is protected, as a page and a PDF that may be handed out."""

from collections.abc import Iterator, Sequence

from omsorgstall.core import time_in_words
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.pdf import Block, document_pdf, heading, listed, paragraph
from omsorgstall.publish.sum_reports.document import tables_of_grid
from omsorgstall.publish.sum_reports.peers import compared, peer_facts, peer_grids, shown_to
from omsorgstall.publish.sum_reports.writing import written
from omsorgstall.publish.wording import words
from omsorgstall.tables import PeerTable


def public_report_html(tables: Sequence[PeerTable], language: str = "nb", *, made_up: bool = False) -> str:
    """The views of a report as one HTML file for anyone.

    Raises:
        OmsorgstallError: (ACCESS) when any of them holds an owner's own figures.
    """
    return rendered(
        "public_report.html",
        language=language,
        title=_title(tables, language),
        place=_place(tables, language),
        peers=[compared(t, None, language) for t in tables],
        written=lambda value, content: written(value, content, language),
        facts=list(_facts(tables, language, made_up)),
        say=lambda key: words(key, language),
    )


def public_report_pdf(tables: Sequence[PeerTable], language: str = "nb", *, made_up: bool = False) -> bytes:
    """The same as PDF.

    Raises:
        OmsorgstallError: as ``public_report_html``.
    """
    content = {
        "title": _title(tables, language),
        "language": language,
        "lead": [_place(tables, language)],
        "foot": words("public_standing", language),
        "blocks": list(_blocks(tables, language, made_up)),
    }
    return document_pdf(content)


def _title(tables: Sequence[PeerTable], language: str) -> str:
    model = tables[0].model
    return f"{model.id.split()[0]} {model.title.in_language(language)}"


def _place(tables: Sequence[PeerTable], language: str) -> str:
    model = tables[0].model
    day = time_in_words(model.dimension("Tid").codes()[0], language)
    return f"{model.dimensions[0].members[0].label.in_language(language)}, {day}"


def _facts(tables: Sequence[PeerTable], language: str, made_up: bool) -> Iterator[tuple[str, str]]:
    if made_up:
        yield words("sum_made_up", language), words("sum_made_up_what", language)
    yield from peer_facts(tables[0], language)
    for note in tables[0].model.notes:
        yield words("note", language), note.in_language(language)
    yield words("sum_vintage", language), tables[0].lineage["vintage"]
    if "again" in tables[0].lineage:
        yield words("sum_again", language), tables[0].lineage["again"]


def _blocks(tables: Sequence[PeerTable], language: str, made_up: bool) -> Iterator[Block]:
    yield paragraph(words("public_what", language), "strong")
    for each in tables:
        for grid in peer_grids(shown_to(each, None), language):
            yield from tables_of_grid(grid, language)
    yield heading(words("sum_about", language))
    yield listed([f"{name}: {value}" for name, value in _facts(tables, language, made_up)])
