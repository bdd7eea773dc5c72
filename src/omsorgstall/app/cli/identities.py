"""``omsorgstall identities``: changed identity numbers, by which several numbers are one person in later vintages."""

from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Scope
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.changing_identities import Changed, Terms, add_changes, doubled_persons, withdraw_changes
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily
from omsorgstall.intake.row_faults import refused_lines

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Follow persons whose identity number was changed."
)
FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV file: old_number, new_number, known_on.")]
SourceOption = Annotated[str, typer.Option(help="Where the changes are known from; kept with them.")]
WhoOption = Annotated[str, typer.Option(help="Who does it; kept in the audit log.")]
TestOption = Annotated[
    bool, typer.Option("--test-persons", help="Accept identity numbers made for tests (month +80). Never with real people.")
]


@app.command("add")
def _add_changes(
    file: FileArgument,
    source: SourceOption,
    test_persons: TestOption = False,
    language: LanguageOption = "nb",
    who: WhoOption = "command line",
    store: StoreOption = None,
) -> None:
    """Take changed identity numbers into the pseudonym map: vintages frozen from then on take both numbers for one person.

    Only pseudonyms are kept. Rows that cannot stand are told by their line, the others are kept; exit with 3 when there are any.

    Example: omsorgstall identities add changes.csv --source "Folkeregisteret, March"
    """
    done = add_changes(Places.find(store), file, Terms(source, who, test_persons))
    _tell(done, "added to the map", language)


@app.command("check")
def _check_changes(
    file: FileArgument, test_persons: TestOption = False, language: LanguageOption = "nb", store: StoreOption = None
) -> None:
    """Check a file of changed identity numbers against the pseudonym map without keeping anything.

    Example: omsorgstall identities check changes.csv
    """
    done = add_changes(Places.find(store), file, Terms("check", "command line", test_persons), keep=False)
    _tell(done, "could be added", language)


@app.command("withdraw")
def _withdraw_changes(
    file: FileArgument,
    source: SourceOption,
    test_persons: TestOption = False,
    language: LanguageOption = "nb",
    who: WhoOption = "command line",
    store: StoreOption = None,
) -> None:
    """Take changes out of the pseudonym map that were added by mistake; vintages frozen before keep them.

    Example: omsorgstall identities withdraw mistaken.csv --source "Folkeregisteret, April"
    """
    done = withdraw_changes(Places.find(store), file, Terms(source, who, test_persons))
    _tell(done, "taken out of the map", language)


@app.command("list")
def _list_versions(store: StoreOption = None) -> None:
    """List the versions of the pseudonym map: number, time (UTC), added, withdrawn, who, source, divided by tabs. No pseudonyms.

    Example: omsorgstall identities list
    """
    with open_register(Places.find(store)) as register:
        for v in register.identities.versions():
            told = (v.number, f"{v.entered_at:%Y-%m-%d %H:%M:%S}", v.added, v.withdrawn, v.who, v.source)
            typer.echo("\t".join(map(str, told)))


@app.command("doubles")
def _doubles(
    year: Annotated[int | None, typer.Option(help="One data year; all when left out.")] = None,
    who: WhoOption = "command line",
    store: StoreOption = None,
) -> None:
    """List persons whom one submission holds under several numbers, so that the municipality can merge them. It is logged.

    One line each: submission, municipality, year, and the municipality's own ids of the person, the newest number's last.

    Example: omsorgstall identities doubles --year 2023
    """
    found = doubled_persons(Places.find(store), Scope.national("persons with several numbers", who), year)
    for double in found:
        s = double.submission
        typer.echo("\t".join((s.id, s.municipality, str(s.data_year), *double.local_ids)))
    console.print(f"{len(found)} persons stand under several numbers in a submission.", highlight=False)


def _tell(done: Changed, what: str, language: str) -> None:
    """Tell what became of a file, and end with the exit code of a rejected file when a row was refused."""
    for line in refused_lines(done.faults, "identity", language):
        typer.echo(line, err=True)
    typer.echo(f"{done.changed} of {done.rows} changes {what}; {done.known} were known, {len(done.faults)} cannot stand.")
    if done.faults:
        raise typer.Exit(ErrorFamily.INPUT_REJECTED.value)
