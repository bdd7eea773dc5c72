"""``omsorgstall quality``: how good the data are, for the municipality that sent them or for everybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.options import LanguageOption, MunicipalitiesOption, StoreOption, console, results, shown_progress
from omsorgstall.app.pipeline.assessing import Assessed, assess
from omsorgstall.app.pipeline.assessing_file import AssessedFile, assess_file
from omsorgstall.app.pipeline.taking_in import Terms
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.publish.quality import (
    differences_csv,
    mend_csv,
    national_html,
    national_pdf,
    quality_excel,
    quality_html,
    quality_json,
    submission_excel,
    submission_html,
)
from omsorgstall.publish.receipts import receipt_html
from omsorgstall.tables import Report

app = typer.Typer(add_completion=False, rich_markup_mode=None)
PURPOSE = "quality report"
File = tuple[str, bytes]


@app.command()
def _quality(
    year: Annotated[int | None, typer.Option(help="The year; the newest of the vintage when left out.")] = None,
    municipality: MunicipalitiesOption = None,
    everybody: Annotated[bool, typer.Option("--all", help="One report for each municipality that delivered.")] = False,
    national: Annotated[bool, typer.Option("--national", help="The national report as a page, PDF and JSON.")] = False,
    file: Annotated[Path | None, typer.Option(help="One annual batch instead of a vintage; nothing is stored.")] = None,
    test_persons: Annotated[bool, typer.Option("--test-persons", help="With --file: accept numbers made for tests.")] = False,
    vintage: Annotated[str | None, typer.Option(help="The vintage; the newest that holds the year when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("quality"),
    controls: Annotated[bool, typer.Option(help="Run the controls on figures too; they draft two years of tables.")] = True,
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the data; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Make quality reports from a vintage.

    A municipality's report (page, workbook, JSON, and the records to mend as CSV) holds local ids and small numbers: it is
    for that municipality alone. The national report is public. Both need the whole country, and the reading is logged.

    With --file the quality of one annual batch is told to who has it, without a register: the receipt, shares of values, and
    each value or row that intake would change, as sent and as accepted.

    Example: omsorgstall quality --municipality 4201 --year 2022 --out reports
    """
    if file is not None:
        found_in_file = assess_file(file, Terms(year, test_persons), "command line")
        _private(out, list(_of_file(found_in_file, language)))
        return
    if not (municipality or everybody or national):
        what = "It is not said whose report to make."
        raise OmsorgstallError(ErrorFamily.USAGE, "no-report", what, todo="Use --municipality, --all, --national or --file.")
    scope = Scope.national(PURPOSE, who)
    with shown_progress() as progress:
        found = assess(Places.find(store), vintage, scope, year=year, controls=controls, progress=progress)
    if national:
        _public(out, list(_national(found, language)))
    for report in found.reports(found.municipalities() if everybody else municipality or ()):
        _private(out / report.owner, list(_files(report, Grant(report.owner, scope), language)))
    console.print("The municipalities' reports are for themselves alone: give each only its own folder.")


def _national(found: Assessed, language: str) -> Iterator[File]:
    """The files of the national report."""
    report, name = found.national(), f"national-{found.book.year}"
    yield f"{name}.html", national_html(report, language, made_up=found.made_up).encode()
    yield f"{name}.pdf", national_pdf(report, language, made_up=found.made_up)
    yield f"{name}.json", quality_json(report)


def _files(report: Report, grant: Grant, language: str) -> Iterator[File]:
    """The files of a municipality's report."""
    name = f"{report.owner}-{report.content['year']}"
    yield f"{name}.html", quality_html(report, grant, language).encode()
    yield f"{name}.xlsx", quality_excel(report, grant, language)
    yield f"{name}.json", quality_json(report, grant)
    yield f"{name}-to-mend.csv", mend_csv(report, grant, language).encode("utf-8-sig")


def _of_file(found: AssessedFile, language: str) -> Iterator[File]:
    """The files about one submission."""
    yield f"{found.name}-receipt.html", receipt_html(found.receipt, found.grant, language).encode()
    yield f"{found.name}-quality.html", submission_html(found.quality, found.grant, language).encode()
    yield f"{found.name}-quality.xlsx", submission_excel(found.quality, found.grant, language)
    yield f"{found.name}-quality.json", quality_json(found.quality, found.grant)
    yield f"{found.name}-differences.csv", differences_csv(found.quality, found.grant, language).encode("utf-8-sig")


def _public(folder: Path, files: list[File]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files:
        (folder / name).write_bytes(content)
        results.print(str(folder / name), markup=False)


def _private(folder: Path, files: list[File]) -> None:
    """Write files that only their owner may read."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files:
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
        results.print(str(path), markup=False)
