"""``omsorgstall precheck``: what intake would say of files, before they are sent."""

from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.app.cli.options import LanguageOption, console, results, shown_progress
from omsorgstall.app.cli.units import UnitsDateOption, UnitsOption, units_of
from omsorgstall.app.pipeline.prechecking import Prechecked, precheck
from omsorgstall.app.pipeline.taking_in import Terms
from omsorgstall.core import ErrorFamily, Severity
from omsorgstall.publish.receipts import receipt_json, receipt_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _precheck(
    files: Annotated[list[Path], typer.Argument(help="Files, CSV folders, or folders of files.")],
    year: Annotated[int | None, typer.Option(help="The data year asked for; any when left out.")] = None,
    test_persons: Annotated[bool, typer.Option("--test-persons", help="Accept identity numbers made for tests.")] = False,
    units: UnitsOption = None,
    units_date: UnitsDateOption = "",
    language: LanguageOption = "nb",
    as_json: Annotated[bool, typer.Option("--json", help="Write each file's receipt as JSON, one after the other.")] = False,
    fail_on: Annotated[
        Severity, typer.Option("--fail-on", help="Exit with 3 also when there are findings as severe as this.")
    ] = Severity.REJECT_SUBMISSION,
) -> None:
    """Check files by the rules of intake without a register: nothing is stored and nothing written. Exit 0 or 3, for scripts.

    Whether the register has the same content already, and what other municipalities sent, is not known here.

    Example: omsorgstall precheck batch.xml --fail-on warn
    """
    stop, terms = False, Terms(year, test_persons, units=units_of(units, units_date, language))
    with shown_progress() as progress:
        for found in precheck(files, terms, progress=progress):
            stop = stop or found.rejected or any(_as_severe(s, fail_on) for s in found.found)
            results.print(_shown(found, language, as_json=as_json), markup=False)
    if stop:
        console.print("Some files would be rejected or have findings that must be mended first.")
        raise typer.Exit(ErrorFamily.INPUT_REJECTED.value)


def _shown(found: Prechecked, language: str, *, as_json: bool) -> str:
    """The receipt, which is the reader's own: the file is hers."""
    grant = found.grant("command line")
    if as_json:
        return receipt_json(found.report, grant).decode()
    return f"{found.file}\n{receipt_text(found.report, grant, language)}"


def _as_severe(severity: Severity, limit: Severity) -> bool:
    order = list(Severity)
    return order.index(severity) <= order.index(limit)
