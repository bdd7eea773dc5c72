"""``omsorgstall release``: tables of a vintage, protected, attacked and published as an edition."""

from typing import Annotated

import typer
from rich.table import Table

from omsorgstall.app.cli.options import StoreOption, console, results, shown_progress
from omsorgstall.app.pipeline.releasing import ReleaseSummary, make_release
from omsorgstall.app.settings import Places
from omsorgstall.disclosure import LP_SECONDS

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _release(
    edition: Annotated[str, typer.Argument(help="Name of the edition, such as 2023-06-15.")],
    vintage: Annotated[str, typer.Option(help="The vintage the figures rest on.")],
    store: StoreOption = None,
    preset: Annotated[str, typer.Option(help="Protection, such as small-count-5.")] = "small-count-5",
    lp_seconds: Annotated[float, typer.Option(help="Time after which the attack leaves intervals undecided.")] = LP_SECONDS,
    accept_undecided: Annotated[
        bool, typer.Option("--accept-undecided", help="Publish although some intervals were not decided in that time.")
    ] = False,
    accept_substitutions: Annotated[
        bool,
        typer.Option(
            "--accept-substitutions", help="Publish although figures that stand in for others are not protected together."
        ),
    ] = False,
) -> None:
    """Compute every table, hide what reveals persons, attack the result, and publish only if the attack fails.

    Example: omsorgstall release 2023-03-15 --vintage 2022-preliminary
    """
    with shown_progress() as progress:
        summary = make_release(
            Places.find(store),
            edition,
            vintage,
            preset_id=preset,
            lp_seconds=lp_seconds,
            accept_undecided=accept_undecided,
            accept_substitutions=accept_substitutions,
            progress=progress,
        )
    show_summary(summary)


def show_summary(summary: ReleaseSummary) -> None:
    """Print what was hidden, table by table, and what the attack looked at."""
    grid = Table("table", "cells", "hidden", "share")
    totals: dict[str, list[int]] = {}
    for row in summary.protected.loss:
        counted = totals.setdefault(row.table, [0, 0])
        counted[0] += row.cells
        counted[1] += row.hidden
    for table, (cells, hidden) in totals.items():
        grid.add_row(table, str(cells), str(hidden), f"{100 * hidden / max(cells, 1):.1f} %")
    results.print(grid)
    attack = summary.attack
    console.print(
        f"Edition {summary.edition} is published. The attack tried {attack.checked} hidden cells and opened none; "
        f"{attack.undecided} intervals were not decided within its budget."
    )
