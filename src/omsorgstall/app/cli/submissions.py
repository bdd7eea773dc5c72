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
    """List what is accepted in order of acceptance, one line each: id, kind, sender, data year, rows, time (UTC), state.

    The fields are separated by tabs, for other programs. The state names what has happened since, divided by commas: withdrawn;
    replaced, by a newer submission of the year; late, when it came after the newest vintage of its year was frozen.

    Example: omsorgstall submissions --municipality 4204
    """
    register = open_register(Places.find(store))
    states = register.basis.states()
    for s in register.submissions(municipality=municipality or None, data_year=year):
        told = (s.id, s.kind, s.municipality, str(s.data_year), str(s.rows), f"{s.accepted_at:%Y-%m-%d %H:%M:%S}")
        typer.echo("\t".join((*told, ",".join(sorted(states[s.id])))))
