"""``omsorgstall substitute``: let an earlier year stand in for a municipality that did not deliver."""

from typing import Annotated, Literal

import typer

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _substitute(
    municipality: Annotated[str, typer.Argument(help="Number of the municipality, as it would have reported.")],
    year: Annotated[int, typer.Option(help="The missing year.")],
    who: Annotated[str, typer.Option(help="Who declares it; kept with every vintage that uses it.")],
    why: Annotated[str, typer.Option(help="Why; kept likewise.")],
    by: Annotated[
        int | None, typer.Option(help="The earlier year that stands in; none takes an earlier declaration back.")
    ] = None,
    method: Annotated[
        Literal["repeat", "carry_forward"],
        typer.Option(help="repeat: that year's figures come again; carry_forward: its records go on, with the events since."),
    ] = "repeat",
    store: StoreOption = None,
) -> None:
    """Declare that an earlier year stands in for a municipality that did not deliver.

    Vintages frozen from then on use it as long as the municipality has not delivered the year; every figure it touches says so.

    Example: omsorgstall substitute 4204 --year 2022 --by 2021 --who "Kari Nordmann" --why "The record system was down"
    """
    register = open_register(Places.find(store))
    declared = register.basis.substitute(municipality, year, by, method=method, who=who, why=why)
    console.print(f"{declared.municipality} {declared.data_year}: {declared.by_year or 'nothing'} stands in.", highlight=False)
