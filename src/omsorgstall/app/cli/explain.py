"""``omsorgstall explain``: what a published figure rests on."""

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.markup import escape

from omsorgstall.access import Scope
from omsorgstall.app.cli.explained_cell import show_cell
from omsorgstall.app.cli.options import LanguageOption, StoreOption, no_longer_reproducible, results
from omsorgstall.app.cli.report import owner_of
from omsorgstall.app.cli.report_options import YearOption, again_of, times_of
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.explaining import explain_cell
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.publish import Published
from omsorgstall.publish.cube import published_contents
from omsorgstall.publish.pages.render import figure_at
from omsorgstall.register import Store, Vintage
from omsorgstall.releases import ReleaseStore
from omsorgstall.statistics import Explanation, explain
from omsorgstall.statistics.sum_reports import Request, sum_reports
from omsorgstall.tables import CellStatus, Dimension, DimensionKind, ReleasedTable

app = typer.Typer(add_completion=False, rich_markup_mode=None)
MOST_LISTED = 10


@app.command()
def _explain(
    table: Annotated[str, typer.Argument(help="Number of the table, such as 11642.")],
    cell: Annotated[list[str] | None, typer.Option(help="Dimension=code; may be given several times.")] = None,
    content: Annotated[str, typer.Option(help="The measure; the first when left out.")] = "",
    edition: Annotated[str, typer.Option(help="An edition; the newest when left out.")] = "",
    municipality: Annotated[str, typer.Option(help="Of a sum report, the municipality whose report it is.")] = "",
    year: YearOption = None,
    language: LanguageOption = "nb",
    store: StoreOption = None,
) -> None:
    """Tell which definition, vintage, submissions and protection a figure rests on, and how to make it again.

    A cell of a sum report is explained to its municipality; with other options than the year, by ``omsorgstall table --cell``.

    Example: omsorgstall explain 11642 --cell Region=4204 --cell Tjeneste=15 --cell Tid=2022
    """
    places = Places.find(store)
    if table.upper() in sum_reports():
        _report_cell(places, Request(table.upper(), *times_of(year, None, None)), municipality, cell, content, language)
        return
    releases = ReleaseStore(places.releases)
    released = releases.load(table, edition) if edition else releases.current(table)
    chosen = content or published_contents(released)[0].id
    place = cell_of(released, cell or [])
    figure, status = _figure(released, chosen, place, language)
    lineage = released.lineage
    register, vintage = _vintage(places, lineage)
    behind = [register.submission(s) for s in vintage.submissions] if vintage and register else []
    instead = vintage.substitutions if vintage else ()
    found = explain(released.model, chosen, place, status=status, lineage=lineage, submissions=behind, substitutions=instead)
    _show(found, figure, released, language)
    _show_parts(released, chosen, place, language)
    if found.vintage and (lost := open_register(places).persons.lost_rows().get(found.vintage)):
        results.print(f"[bold]Vintage[/] {no_longer_reproducible(lost)}")
    for s in found.edits:
        said = register.header(s.id) if register else {}
        _say("Edits", f"{s.id}: {s.rows} edits by {said['who']}: {said['why']}")


def _report_cell(places: Places, asked: Request, owner: str, cell: list[str] | None, figure: str, language: str) -> None:
    scope = Scope.owner(owner_of(owner), "explained cell", "command line")
    found = explain_cell(places, None, scope, asked, owner, dict(map(_named, cell or [])), figure)
    show_cell(found, f"omsorgstall report {asked.report} {again_of(asked, owner, language)}", language)


def cell_of(released: ReleasedTable, given: list[str]) -> dict[str, str]:
    """The code of every dimension of the cell asked for; one left out is at its total, the time at its newest.

    Raises:
        OmsorgstallError: when something given is not of the form, or the table has no such dimension or code.
    """
    named = dict(_named(item) for item in given)
    for dimension in named.keys() - {d.id for d in released.model.dimensions}:
        known = ", ".join(d.id for d in released.model.dimensions)
        raise _no_such_cell(f"Table {released.model.id} has no dimension {dimension}.", f"It has: {known}.")
    return {d.id: _code(d, named.get(d.id, "")) for d in released.model.dimensions}


def _named(item: str) -> tuple[str, str]:
    dimension, equals, code = item.partition("=")
    if not equals:
        what = f"{item!r} is not of the form Dimension=code."
        raise OmsorgstallError(ErrorFamily.USAGE, "bad-cell", what, todo="Write it as --cell Region=4204.")
    return dimension, code


def _code(dimension: Dimension, given: str) -> str:
    newest = dimension.codes()[-1] if dimension.kind is DimensionKind.TIME else None
    code = given or dimension.elimination or newest
    if code not in dimension.codes():
        some = ", ".join(dimension.codes()[:MOST_LISTED])
        raise _no_such_cell(f"{dimension.id} has no code {code or 'for all of it'}.", f"Among its codes are: {some}.")
    return code


def _no_such_cell(what: str, todo: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-cell", what, todo=todo)


def _figure(released: ReleasedTable, content: str, place: Mapping[str, str], language: str) -> tuple[str, CellStatus]:
    """The figure as it is published, with its status."""
    if content not in released.values:
        known = ", ".join(c.id for c in published_contents(released))
        raise _no_such_cell(f"Table {released.model.id} has no measure {content}.", f"It has: {known}.")
    figure = figure_at(Published(released), content, dict(place))
    return figure.text(language), figure.status


def _show_parts(released: ReleasedTable, content: str, place: Mapping[str, str], language: str) -> None:
    """The numerator and the denominator of a ratio, where they are published."""
    ratio = released.model.content(content)
    for label, part in (("Numerator", ratio.numerator), ("Denominator", ratio.denominator)):
        if part in released.values:
            _say(label, _figure(released, part, place, language)[0])


def _vintage(places: Places, lineage: Mapping[str, str]) -> tuple[Store | None, Vintage | None]:
    """The vintage of a figure with its register; neither when the figure does not tell."""
    name = lineage.get("vintage", "")
    if not name:
        return None, None
    register = open_register(places)
    return register, register.vintage(name)


def _say(label: str, text: str) -> None:
    results.print(f"[bold]{label}[/] {escape(text)}")


def _show(found: Explanation, figure: str, released: ReleasedTable, language: str) -> None:
    say = _say
    say("Table", f"{found.table} {found.title.in_language(language)} (definition version {found.version})")
    for part in found.cell:
        say(part.label.in_language(language), f"{part.member.in_language(language)} ({part.code})")
    say("Measure", f"{found.measure.in_language(language)}, {found.unit.in_language(language)}")
    say("Figure", figure)
    say("Formula", found.formula.in_language(language))
    say("Status", f"{found.status.in_language(language)} Edition {released.edition}, protection {released.preset}.")
    messages = sum(s.kind == "events" for s in found.submissions)
    behind = f"{len(found.submissions) - messages} annual batches and {messages} event messages"
    say("Vintage", f"{found.vintage}; {behind} stand behind the cell")
    for submission in found.submissions[:MOST_LISTED]:
        say("  ", submission.id)
    if len(found.submissions) > MOST_LISTED:
        say("  ", f"and {len(found.submissions) - MOST_LISTED} more")
    for s in found.substitutions:
        say("Substitution", f"{s.municipality} {s.data_year} by {s.by_year} ({s.method}), declared by {s.who}: {s.why}")
    for note in found.notes:
        say("Note", note.in_language(language))
    say("Make it again", found.command)
