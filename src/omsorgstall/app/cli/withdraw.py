"""``omsorgstall withdraw``: take an accepted submission back."""

from typing import Annotated

import typer

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _withdraw(
    submission: Annotated[str, typer.Argument(help="Id of the submission.")],
    who: Annotated[str, typer.Option(help="Who withdraws it; kept with it.")],
    why: Annotated[str, typer.Option(help="Why; kept with it.")],
    store: StoreOption = None,
) -> None:
    """Take a submission or an edit set back. Vintages frozen from then on do without it, those there are keep it.

    If the municipality sent another for the same year before, that one counts again.

    Example: omsorgstall withdraw annual-4204-2022-0123456789abcdef --who "Kari Nordmann" --why "Sent by mistake"
    """
    register = open_register(Places.find(store))
    withdrawn = register.basis.withdraw(register.submission(submission), who, why)
    console.print(f"{withdrawn.submission} is withdrawn.", highlight=False)
