"""``omsorgstall edit``: edit sets (rettinger), from a file to a set that later vintages apply."""

from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.app.cli.options import LanguageOption, StoreOption, console
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.showing_edits import show_edit_set
from omsorgstall.app.pipeline.taking_edits import TakenEdits, take_edits
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily
from omsorgstall.intake.row_faults import refused_lines

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Edit records, with who and why.")
FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="File of edits (CSV).")]
WhoOption = Annotated[str, typer.Option("--who", help="Who edits; kept with the set.")]
WhyOption = Annotated[str, typer.Option("--why", help="Why; kept with the set.")]


@app.command("add")
def _add(file: FileArgument, who: WhoOption, why: WhyOption, language: LanguageOption = "nb", store: StoreOption = None) -> None:
    """Check a file of edits against the register and keep it. Vintages frozen from then on apply it, those there are do not.

    Example: omsorgstall edit add bpa.csv --who "Kari Nordmann" --why "Hours were sent by the month"
    """
    taken = take_edits(Places.find(store), file, who=who, why=why)
    _end_when_refused(taken, language)
    if taken.submission is not None:
        typer.echo(f"{taken.submission.id}\t{taken.edits} edits")


@app.command("check")
def _check_edits(file: FileArgument, who: WhoOption, language: LanguageOption = "nb", store: StoreOption = None) -> None:
    """Check a file of edits against the register without keeping it.

    Example: omsorgstall edit check bpa.csv --who "Kari Nordmann"
    """
    taken = take_edits(Places.find(store), file, who=who, why="check before it is kept", keep=False)
    _end_when_refused(taken, language)
    console.print(f"{taken.edits} edits could be kept.")


@app.command("list")
def _list_edits(
    holding: Annotated[
        bool, typer.Option("--holding", help="Add how many edits of each set no longer hold; reads records.")
    ] = False,
    who: Annotated[str, typer.Option(help="Who reads the records; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """List the edit sets in the order they are applied: id, sender, year, edits, time (UTC), who, why, divided by tabs.

    Example: omsorgstall edit list
    """
    places = Places.find(store)
    register = open_register(places)
    for s in register.submissions(kind="edits"):
        said = register.header(s.id)
        told = (s.id, s.municipality, s.data_year, s.rows, f"{s.accepted_at:%Y-%m-%d %H:%M:%S}", said["who"], said["why"])
        lapsed = (show_edit_set(places, s.id, who=who).lapsed,) if holding else ()
        typer.echo("\t".join(map(str, (*told, *lapsed))))


@app.command("show")
def _show_edits(
    set_id: Annotated[str, typer.Argument(help="Id of the edit set.")],
    who: Annotated[str, typer.Option(help="Who reads the records; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Show the edits of a set, one a line: line of the file, table, record, field, old, new, and whether it still holds.

    An edit holds where the record has the old value when everything before the set is done. Values are of persons' records: the
    reading is logged.

    Example: omsorgstall edit show edits-4204-2022-0123456789abcdef
    """
    shown = show_edit_set(Places.find(store), set_id, who=who)
    for e in shown.edits:
        told = (e.line, e.table, e.record, e.field, e.old or "", e.new or "", "holds" if e.holds else "no longer holds")
        typer.echo("\t".join(map(str, told)))
    used = "" if shown.applied else " It is not applied: it was withdrawn, or there is no submission to apply it to."
    console.print(f"{shown.lapsed} of {len(shown.edits)} edits no longer hold.{used} By {shown.who}: {shown.why}", markup=False)


def _end_when_refused(taken: TakenEdits, language: str) -> None:
    """Tell why nothing was kept and end with the exit code of a rejected file."""
    if taken.faults:
        for line in refused_lines(taken.faults, "edit", language):
            typer.echo(line, err=True)
        typer.echo(f"{len(taken.faults)} faults; nothing was kept.", err=True)
        raise typer.Exit(ErrorFamily.INPUT_REJECTED.value)
