"""``omsorgstall explain``: what a published figure rests on."""

from typing import Annotated

import typer

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register import Store, Submission
from omsorgstall.releases import ReleaseStore
from omsorgstall.statistics import Explanation, explain
from omsorgstall.tables import CellStatus, ReleasedTable

app = typer.Typer(add_completion=False, rich_markup_mode=None)
MOST_LISTED = 10


@app.command()
def _explain(
    table: Annotated[str, typer.Argument(help="Number of the table, such as 11642.")],
    cell: Annotated[list[str] | None, typer.Option(help="Dimension=code; may be given several times.")] = None,
    content: Annotated[str, typer.Option(help="The measure; the first when left out.")] = "",
    edition: Annotated[str, typer.Option(help="An edition; the newest when left out.")] = "",
    language: Annotated[str, typer.Option(help="nb, nn or en.")] = "nb",
    store: StoreOption = None,
) -> None:
    """Tell which definition, vintage, submissions and protection a figure rests on, and how to make it again.

    Example: omsorgstall explain 11642 --cell Region=4204 --cell Tjeneste=15 --cell Tid=2022
    """
    places = Places.find(store)
    releases = ReleaseStore(places.releases)
    released = releases.load(table, edition) if edition else releases.current(table)
    chosen = content or next(iter(released.values))
    place = _place(released, cell or [])
    try:
        status = _status(released, chosen, place)
        lineage = released.lineage
        found = explain(released.model, chosen, place, status=status, lineage=lineage, submissions=_submissions(places, lineage))
    except KeyError as error:
        raise OmsorgstallError(
            ErrorFamily.NOT_FOUND, "no-such-cell", str(error.args[0]), todo="See the codes on the table's page."
        ) from error
    _show(found, released, language)


def _place(released: ReleasedTable, given: list[str]) -> dict[str, str]:
    """The cell asked for; a time left out is the newest."""
    place = {"Tid": released.model.dimension("Tid").codes()[-1]}
    for item in given:
        dimension, equals, code = item.partition("=")
        if not equals:
            raise OmsorgstallError(ErrorFamily.USAGE, "bad-cell", f"{item!r} is not of the form Dimension=code.")
        place[dimension] = code
    return place


def _status(released: ReleasedTable, content: str, place: dict[str, str]) -> CellStatus:
    indices = tuple(d.index()[place.get(d.id, d.elimination or "")] for d in released.model.dimensions)
    return CellStatus(int(released.statuses[content][indices]))


def _submissions(places: Places, lineage: object) -> list[Submission]:
    name = dict(lineage).get("vintage", "") if isinstance(lineage, dict) else ""
    if not name:
        return []
    register = Store.open(places.register)
    vintage = register.vintage(name)
    return [register.submission(s) for s in (*vintage.annual, *vintage.events)]


def _show(found: Explanation, released: ReleasedTable, language: str) -> None:
    def say(label: str, text: str) -> None:
        console.print(f"[bold]{label}[/] {text}", highlight=False, soft_wrap=True)

    say("Table", f"{found.table} {found.title.in_language(language)} (definition version {found.version})")
    for part in found.cell:
        say(part.label.in_language(language), f"{part.member.in_language(language)} ({part.code})")
    say("Measure", f"{found.measure.in_language(language)}, {found.unit.in_language(language)}")
    say("Formula", found.formula.in_language(language))
    say("Status", f"{found.status.in_language(language)} Edition {released.edition}, protection {released.preset}.")
    say("Vintage", f"{found.vintage}; {len(found.submissions)} submissions stand behind the cell")
    for submission in found.submissions[:MOST_LISTED]:
        say("  ", submission.id)
    if len(found.submissions) > MOST_LISTED:
        say("  ", f"and {len(found.submissions) - MOST_LISTED} more")
    for note in found.notes:
        say("Note", note.in_language(language))
    say("Make it again", found.command)
