"""``omsorgstall submissions``: what the register has accepted."""

from typing import Annotated

import typer

from omsorgstall.app.cli.options import StoreOption
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _submissions(
    municipality: Annotated[str, typer.Option(help="Number of one sender.")] = "",
    year: Annotated[int | None, typer.Option(help="One data year.")] = None,
    store: StoreOption = None,
) -> None:
    """List the accepted submissions in order of acceptance, one line each: id, kind, sender, data year, rows, time (UTC).

    The fields are separated by tabs, for other programs.

    Example: omsorgstall submissions --municipality 4204
    """
    for s in open_register(Places.find(store)).submissions(municipality=municipality or None, data_year=year):
        typer.echo("\t".join((s.id, s.kind, s.municipality, str(s.data_year), str(s.rows), f"{s.accepted_at:%Y-%m-%d %H:%M:%S}")))
