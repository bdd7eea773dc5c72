"""``omsorgstall table``: an ad hoc table of one municipality's own figures, and what one of its cells rests on."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.explained_cell import show_cell
from omsorgstall.app.cli.internal_files import refuse_in_store
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, results, shown_progress
from omsorgstall.app.cli.report import owner_of, write_all
from omsorgstall.app.cli.report_options import DwellingsOption, dwellings_of, pairs_of
from omsorgstall.app.pipeline.explaining import explain_cell
from omsorgstall.app.pipeline.reporting import make_reports
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.statistics.sum_reports import Request
from omsorgstall.statistics.sum_reports.request_text import from_query, from_yaml, to_query, to_yaml
from omsorgstall.tables import OwnerTable

app = typer.Typer(add_completion=False, rich_markup_mode=None)
PURPOSE = "ad hoc table"
CellOption = Annotated[
    list[str] | None, typer.Option(help="Explain this cell and write no files: Dimension=code; may be given several times.")
]


@app.command()
def _table(
    description: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="YAML file that describes the table.")
    ] = None,
    query: Annotated[str, typer.Option(help="A query string that describes it, such as rows=Alder&dates=2022-12-31.")] = "",
    municipality: Annotated[str, typer.Option(help="The municipality whose figures they are.")] = "",
    cell: CellOption = None,
    figure: Annotated[str, typer.Option(help="With --cell, the figure; the first when left out.")] = "",
    describe: Annotated[bool, typer.Option("--describe", help="Print the description as YAML, and make nothing.")] = False,
    dwellings: DwellingsOption = None,
    vintage: Annotated[str | None, typer.Option(help="The vintage; the newest that holds the dates when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("reports"),
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Make a table of breakdowns and figures combined freely: a page, a CSV and a workbook. A sum report may be described too.

    Own figures are not protected: they are for that municipality alone, and the reading is logged.

    Example: omsorgstall table --query "rows=Alder&columns=Kjonn&figures=Mottakere&dates=2022-12-31" --municipality 4204
    """
    wanted = _described(description, query)
    if describe:
        results.print(to_yaml(wanted), markup=False, end="")
        return
    places, scope = Places.find(store), Scope.owner(owner_of(municipality), PURPOSE, who)
    known, command = dwellings_of(dwellings), _again(wanted, municipality, language, dwellings)
    if cell:
        codes = pairs_of(cell, "bad-cell", "Behov=3")
        show_cell(explain_cell(places, vintage, scope, wanted, municipality, codes, figure, dwellings=known), command, language)
        return
    refuse_in_store(places, out)
    with shown_progress() as progress:
        reported = make_reports(places, vintage, scope, [wanted], [municipality], dwellings=known, progress=progress)
    made = [_remade(table, command) for table in reported.tables[municipality]]
    write_all(places, out, made, Grant(municipality, scope), language, reported.made_up, {})
    console.print("The figures are unprotected: they are for the municipality alone.")


def _again(wanted: Request, municipality: str, language: str, dwellings: Path | None) -> str:
    """The command that makes the same table, whatever its description came from."""
    command = ["omsorgstall", "table", "--query", to_query(wanted), "--municipality", municipality, "--language", language]
    return shlex.join([*command, *(["--dwellings", str(dwellings)] if dwellings else [])])


def _remade(table: OwnerTable, command: str) -> OwnerTable:
    again = f"{command} --vintage {shlex.quote(table.lineage['vintage'])}"
    return replace(table, lineage={**table.lineage, "again": again})


def _described(path: Path | None, query: str) -> Request:
    if (path is None) is (not query):
        what = "The table is described by a file or by a query string, one of the two."
        raise OmsorgstallError(ErrorFamily.USAGE, "no-description", what, todo="Name a YAML file, or add --query.")
    return from_yaml(path.read_text(encoding="utf-8")) if path else from_query(query)
