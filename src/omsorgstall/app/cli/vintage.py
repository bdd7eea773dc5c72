"""``omsorgstall vintage``: freeze, list and show what figures rest on."""

from typing import Annotated, Literal

import typer
from rich.table import Table

from omsorgstall.app.cli.options import StoreOption, console, no_longer_reproducible, results, years_of
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.freezing import day_of, freeze_vintage
from omsorgstall.app.settings import Places
from omsorgstall.codes.publication import publication_days

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Freeze, list and show vintages.")


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
    about = [f"program {vintage.code_version}", *(f"{of} version {number}" for of, number in sorted(vintage.versions.items()))]
    console.print("; ".join(about), markup=False, highlight=False, soft_wrap=True)
    if lost := register.persons.lost_rows().get(name):
        console.print(no_longer_reproducible(lost), soft_wrap=True)
