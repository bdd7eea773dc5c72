"""``omsorgstall intake``: check submission files and take what is accepted into the register."""

from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.app.cli.options import StoreOption, console, shown_progress
from omsorgstall.app.cli.units import UnitsDateOption, UnitsOption, units_of
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily
from omsorgstall.intake import PseudonymKey

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _intake(
    files: Annotated[list[Path], typer.Argument(help="Files, CSV folders, or folders of files.")],
    store: StoreOption = None,
    year: Annotated[int | None, typer.Option(help="Refuse files of another data year.")] = None,
    test_persons: Annotated[
        bool, typer.Option("--test-persons", help="Accept identity numbers made for tests (month +80). Never with real people.")
    ] = False,
    new_key: Annotated[bool, typer.Option("--new-key", help="Make the pseudonym key beside a new store first.")] = False,
    who: Annotated[str, typer.Option(help="Who takes the files in; kept in the audit log.")] = "command line",
    units: UnitsOption = None,
    units_date: UnitsDateOption = "",
    processes: Annotated[int, typer.Option(min=1, help="Files checked at the same time.")] = 2,
) -> None:
    """Check annual batches and event messages; write a receipt for each; exit with 3 when a file was rejected.

    A rejected file leaves the register as it was. Receipts (HTML and JSON) stand in the store's folder of receipts.

    Example: omsorgstall intake files --store store --new-key
    """
    places = Places.find(store)
    terms = Terms(year, test_persons, who, units_of(units, units_date))
    if new_key:
        PseudonymKey.create(places.store)
    with shown_progress() as progress:
        results = take_in(places, files, terms, processes=processes, progress=progress)
    for result in results:
        if not result.accepted:
            console.print(f"Rejected: {result.file}: {result.reason} Receipt: {result.receipt}", highlight=False, soft_wrap=True)
    accepted = [r for r in results if r.accepted]
    rows = sum(r.rows for r in accepted)
    console.print(
        f"Accepted {len(accepted)} of {len(results)} files with {rows} rows. Receipts: {places.receipts}", soft_wrap=True
    )
    if len(accepted) < len(results):
        raise typer.Exit(ErrorFamily.INPUT_REJECTED.value)
