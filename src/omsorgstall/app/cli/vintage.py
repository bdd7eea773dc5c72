"""``omsorgstall vintage``: freeze, list and show what figures rest on."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.internal_files import refuse_in_store, write_internal
from omsorgstall.app.cli.options import (
    LanguageOption,
    StoreOption,
    console,
    no_longer_reproducible,
    results,
    shown_progress,
    years_of,
)
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.comparing import compare_vintages
from omsorgstall.app.pipeline.freezing import day_of, freeze_vintage
from omsorgstall.app.settings import Places
from omsorgstall.codes.publication import publication_days
from omsorgstall.publish.comparison import about_lines, comparison_excel, comparison_json, move_lines

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Freeze, list, show and compare vintages."
)


@app.command("freeze")
def _freeze(
    name: Annotated[str, typer.Argument(help="Name of the vintage, such as 2022-final.")],
    years: Annotated[str, typer.Option(help="A year or a range; all years in the register when left out.")] = "",
    kind: Annotated[
        Literal["preliminary", "final", "corrected", "year_to_date"],
        typer.Option(help="preliminary, final, corrected, or year_to_date: a year that still runs."),
    ] = "preliminary",
    until: Annotated[str, typer.Option(help="The day a year that still runs is counted to, such as 2023-06-30.")] = "",
    who: Annotated[str, typer.Option(help="Who freezes; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Freeze the newest accepted submission of each municipality and year under a name that never changes meaning.

    Withdrawn submissions are left out, edit sets are applied, and what was declared stands in for those who did not deliver.
    With --kind year_to_date and --until, everybody's last batch goes on into the year with the events since.

    Example: omsorgstall vintage freeze 2022-preliminary --years 2020-2022
    """
    wanted = years_of(years) if years else ()
    vintage = freeze_vintage(Places.find(store), name, kind, wanted, who=who, reference_date=day_of(until))
    counted = f"{len(vintage.annual)} annual and {len(vintage.events)} event submissions, {len(vintage.edits)} edit sets"
    console.print(f"Vintage {vintage.name} ({vintage.kind}): {counted}, {len(vintage.substitutions)} substitutions.")
    due = publication_days().get(vintage.kind)
    if due is not None:
        newest = max(vintage.years)
        console.print(f"The {vintage.kind} figures of {newest} are published {due.of(newest)} ({due.status}).", highlight=False)


@app.command("list")
def _list(store: StoreOption = None) -> None:
    """List the vintages, and how many rows of each were erased since it was frozen: it cannot be made again as it was."""
    table = Table("name", "kind", "years", "annual", "events", "edits", "substitutions", "frozen (UTC)", "rows erased since")
    register = open_register(Places.find(store))
    lost = register.persons.lost_rows()
    for v in register.vintages():
        years = f"to {v.reference_date}" if v.reference_date else f"{min(v.years)}–{max(v.years)}"
        counts = [str(len(members)) for members in (v.annual, v.events, v.edits, v.substitutions)]
        table.add_row(v.name, v.kind, years, *counts, f"{v.created_at:%Y-%m-%d %H:%M}", str(lost.get(v.name, "")))
    results.print(table)


@app.command("show")
def _show(name: Annotated[str, typer.Argument(help="Name of the vintage.")], store: StoreOption = None) -> None:
    """Show the submissions a vintage holds, one a line; then what stands in for whom, and the versions it was frozen with."""
    register = open_register(Places.find(store))
    vintage = register.vintage(name)
    for submission in vintage.submissions:
        typer.echo(submission)
    for s in vintage.substitutions:
        said = f"{s.municipality} {s.data_year}: {s.submission} ({s.method}), declared by {s.who}: {s.why}"
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    about = [
        f"program {vintage.code_version}",
        f"pseudonym map version {vintage.map_version}",
        *(f"{of} version {number}" for of, number in sorted(vintage.versions.items())),
    ]
    console.print("; ".join(about), markup=False, highlight=False, soft_wrap=True)
    if lost := register.persons.lost_rows().get(name):
        console.print(no_longer_reproducible(lost), soft_wrap=True)


@app.command("compare")
def _compare(
    before: Annotated[str, typer.Argument(help="Name of a vintage.")],
    after: Annotated[str, typer.Argument(help="Name of the vintage it is compared with.")],
    table: Annotated[
        list[str] | None, typer.Option(help="Number of a table; may be given several times. All when left out.")
    ] = None,
    region: Annotated[str, typer.Option(help="Code of the one region that is told, such as 4204 or EAK.")] = "",
    most: Annotated[int, typer.Option(min=0, help="Moves of each figure that are shown.")] = 10,
    excel: Annotated[Path | None, typer.Option(help="Write all of it as a workbook.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write all of it as JSON.")] = None,
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Tell which figures moved from one vintage to another, by how much, and because of which submission or edit set.

    The figures are not protected: they are for those who make the statistics, the reading is logged, and nothing is written
    into the store. The largest moves of each figure stand first, each with its causes.

    Example: omsorgstall vintage compare 2022-preliminary 2022-final --table 11642 --excel moved.xlsx
    """
    places, scope = Places.find(store), Scope.national("comparison of vintages", who)
    for path in filter(None, (excel, json)):
        refuse_in_store(places, path)
    with shown_progress() as progress:
        report = compare_vintages(places, before, after, scope, tables=table or (), region=region, progress=progress)
    for line in about_lines(report.content, language):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for line in move_lines(report.content, most, language):
        results.print(line, markup=False)
    grant = Grant(report.owner, scope)
    if excel:
        write_internal(places, excel, comparison_excel(report, grant, language))
    if json:
        write_internal(places, json, comparison_json(report, grant))
