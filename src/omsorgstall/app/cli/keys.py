"""``omsorgstall keys``: the key that encrypts the register, and a new layer of pseudonyms."""

from typing import Annotated

import typer

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.pipeline.keeping_keys import create_encryption_key, repseudonymise, rotate_encryption_key
from omsorgstall.app.settings import Places

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Make and change keys.")


@app.command("create")
def _create(store: StoreOption = None) -> None:
    """Make the encryption key beside the store: what is accepted from now on is encrypted.

    Example: omsorgstall keys create --store /srv/care/store
    """
    file = create_encryption_key(Places.find(store))
    console.print(
        f"Made {file}. Copy it to where your organisation keeps secrets: without it nothing can be read.", soft_wrap=True
    )


@app.command("rotate")
def _rotate(
    to_service: Annotated[str, typer.Option(help="Name of a key service that locks from now on.")] = "",
    who: Annotated[str, typer.Option(help="Who changes the key; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Change the encryption key for another in one transaction; the files stay as they are, and the old key opens nothing.

    If it was cut short, run it again.

    Example: omsorgstall keys rotate --who "Kari Nordmann"
    """
    changed, left = rotate_encryption_key(Places.find(store), who, to_service)
    console.print(f"The keys of {changed} submissions are locked by the new key. {left}", soft_wrap=True)


@app.command("repseudonymise")
def _repseudonymise(
    who: Annotated[str, typer.Option(help="Who gives the new pseudonyms; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Give everybody another pseudonym, made from the present one with a new layer of the key. Vintages and figures stay.

    The register is written anew beside the old, so there must be room for it twice. If it was cut short, run it again.

    Example: omsorgstall keys repseudonymise --who "Kari Nordmann"
    """
    changed, left = repseudonymise(Places.find(store), who)
    console.print(f"Everybody in {changed} submissions has another pseudonym. {left}", soft_wrap=True)
