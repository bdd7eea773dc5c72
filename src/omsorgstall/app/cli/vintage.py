"""``omsorgstall vintage``: freeze, list and show what figures rest on."""

from typing import Annotated, Literal

import typer
from rich.table import Table

from omsorgstall.app.cli.options import StoreOption, console, no_longer_reproducible, results, years_of
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Freeze, list and show vintages.")


@app.command("freeze")
def _freeze(
    name: Annotated[str, typer.Argument(help="Name of the vintage, such as 2022-final.")],
    years: Annotated[str, typer.Option(help="A year or a range; all years in the register when left out.")] = "",
    kind: Annotated[
        Literal["preliminary", "final", "corrected"], typer.Option(help="preliminary, final or corrected.")
    ] = "preliminary",
    who: Annotated[str, typer.Option(help="Who freezes; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Freeze the newest accepted submission of each municipality and year under a name that never changes meaning.

    Example: omsorgstall vintage freeze 2022-preliminary --years 2020-2022
    """
    register = open_register(Places.find(store))
    wanted = years_of(years) if years else sorted({s.data_year for s in register.submissions(kind="annual")})
    vintage = register.freeze(name, kind, wanted, who=who)
    console.print(
        f"Vintage {vintage.name} ({vintage.kind}): {len(vintage.annual)} annual and {len(vintage.events)} event submissions."
    )


@app.command("list")
def _list(store: StoreOption = None) -> None:
    """List the vintages, and how many rows of each were erased since it was frozen: it cannot be made again as it was."""
    table = Table("name", "kind", "years", "annual", "events", "frozen (UTC)", "rows erased since")
    register = open_register(Places.find(store))
    lost = register.persons.lost_rows()
    for v in register.vintages():
        years, gone = f"{min(v.years)}–{max(v.years)}", str(lost.get(v.name, ""))
        table.add_row(v.name, v.kind, years, str(len(v.annual)), str(len(v.events)), f"{v.created_at:%Y-%m-%d %H:%M}", gone)
    results.print(table)


@app.command("show")
def _show(name: Annotated[str, typer.Argument(help="Name of the vintage.")], store: StoreOption = None) -> None:
    """Show the submissions a vintage holds."""
    register = open_register(Places.find(store))
    vintage = register.vintage(name)
    for submission in (*vintage.annual, *vintage.events):
        typer.echo(submission)
    if lost := register.persons.lost_rows().get(name):
        console.print(no_longer_reproducible(lost), soft_wrap=True)
