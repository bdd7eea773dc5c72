"""``omsorgstall check``: whether the store is as it was accepted and released."""

import typer

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.releases import ReleaseStore

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _check(store: StoreOption = None) -> None:
    """Hash every file of every accepted submission and every edition again; exit with 5 when one is missing or changed.

    Example: omsorgstall check --store /srv/care/store
    """
    places = Places.find(store)
    register, releases = open_register(places), ReleaseStore(places.releases)
    faults = [f"{fault.submission}/{fault.file}: {fault.what}" for fault in register.check()]
    faults += [f"edition {edition}/{file}: missing or changed" for edition, file in releases.check()]
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise OmsorgstallError(
            ErrorFamily.STORE,
            "store-damaged",
            f"{len(faults)} files are not as they were accepted or released.",
            todo="Restore them from a backup.",
        )
    console.print(f"All is as accepted: {len(register.submissions())} submissions, {len(releases.editions())} editions.")
