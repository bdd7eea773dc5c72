"""``omsorgstall report``: sum reports (sumrapporter S01–S14) of one municipality's own figures."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.internal_files import refuse_in_store, write_internal
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, municipalities_of, results, shown_progress
from omsorgstall.app.cli.public_report import write_public
from omsorgstall.app.cli.report_options import (
    AgesOption,
    AssumeOption,
    CompareOption,
    DateOption,
    DiagnosisOption,
    DwellingsOption,
    FigureOption,
    OnlyOption,
    PeriodOption,
    PublicOption,
    ServiceOption,
    SplitOption,
    UnitOption,
    WithoutOption,
    YearOption,
    again_of,
    dwellings_of,
    pairs_of,
    request_of,
    times_of,
)
from omsorgstall.app.pipeline.peers import count_views, peer_tables
from omsorgstall.app.pipeline.reporting import last_years, make_reports
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress
from omsorgstall.publish.sum_reports import peers_csv, sum_report_csv, sum_report_html, sum_report_pdf, sum_reports_excel
from omsorgstall.statistics.sum_reports import Request, asked, sum_reports
from omsorgstall.statistics.sum_reports.peers import views_of
from omsorgstall.tables import OwnerTable, PeerTable

app = typer.Typer(add_completion=False, rich_markup_mode=None)
PURPOSE = "sum report"


@app.command()
def _report(
    reports: Annotated[list[str] | None, typer.Argument(help="S01 to S14, T01 to T09; all are listed when left out.")] = None,
    municipality: Annotated[str, typer.Option(help="The municipality whose report it is.")] = "",
    year: YearOption = None,
    years: Annotated[int, typer.Option(help="So many of the last years of the vintage, side by side.", min=0)] = 0,
    on: DateOption = None,
    period: PeriodOption = None,
    rows: Annotated[str, typer.Option(help="What the rows are, such as Alder; the report's own when left out.")] = "",
    split: SplitOption = None,
    columns: Annotated[str, typer.Option(help="What the columns are; Ingen for none.")] = "",
    only: OnlyOption = None,
    service: ServiceOption = None,
    without: WithoutOption = None,
    unit: UnitOption = None,
    ages: AgesOption = "",
    diagnosis: DiagnosisOption = None,
    figure: FigureOption = None,
    assume: AssumeOption = None,
    dwellings: DwellingsOption = None,
    compare: CompareOption = False,
    public: PublicOption = False,
    vintage: Annotated[str | None, typer.Option(help="The vintage; the newest that holds the dates when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("reports"),
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Make sum reports of one municipality's own figures: a page, a PDF and a CSV of each, and one workbook with all.

    Own figures are not protected: they are for that municipality alone, and the reading is logged.

    Example: omsorgstall report S01 S05 --municipality 4204 --year 2022 --out reports
    """
    if not reports:
        _list(language)
        return
    places = Places.find(store)
    vintage, year = _last_years(places, vintage, municipality, years, year)
    base = request_of("", times_of(year, on, period), rows, columns, only, service, unit, ages)
    base = replace(base, split=tuple(split or ()), figures=tuple(figure or ()), without=tuple(without or ()))
    base = replace(base, diagnoses=tuple(diagnosis or ()), assume=pairs_of(assume, "bad-assumption", "long_term.gap=60"))
    wanted = [replace(base, report=r.upper()) for r in dict.fromkeys(reports)]
    if public:
        write_public(places, wanted, municipality, vintage, out, language, who)
        return
    again = again_of(base, owner_of(municipality), language, dwellings)
    _write_own(places, wanted, municipality, vintage, (out, language, who, again), compare=compare, dwellings=dwellings)


def _last_years(
    places: Places, vintage: str | None, municipality: str, most: int, named: Sequence[int] | None
) -> tuple[str | None, list[int]]:
    """The vintage and the years: those named, and so many of its last ones."""
    if not most:
        return vintage, list(named or ())
    vintage, last = last_years(places, vintage, owner_of(municipality), most)
    return vintage, [*(named or ()), *last]


def _write_own(
    places: Places,
    wanted: Sequence[Request],
    municipality: str,
    vintage: str | None,
    how: tuple[Path, str, str, str],
    *,
    compare: bool,
    dwellings: Path | None,
) -> None:
    """Make the reports of a municipality's own figures, and write them.

    Args:
        how: folder, language, who reads, and the rest of the command that makes them again.
    """
    out, language, who, again = how
    scope = Scope.owner(municipality, PURPOSE, who)
    refuse_in_store(places, out)
    with shown_progress() as progress:
        found = make_reports(places, vintage, scope, wanted, [municipality], dwellings=dwellings_of(dwellings), progress=progress)
    made = [_remade(table, again) for table in found.tables[municipality]]
    with shown_progress() as progress:
        peers = _peers(places, wanted, municipality, made, who, progress) if compare else {}
    write_all(places, out, made, Grant(municipality, scope), language, found.made_up, peers)
    console.print("The figures are unprotected: they are for the municipality alone.")


def _list(language: str) -> None:
    for each in sum_reports().values():
        results.print(f"{each.id}  {each.title.in_language(language)}", markup=False)


def _peers(
    places: Places, wanted: Sequence[Request], owner: str, made: Sequence[OwnerTable], who: str, progress: Progress
) -> dict[str, tuple[PeerTable, ...]]:
    """By report, its figures beside those of other municipalities, in the last year."""
    compared = [views_of(asked(request)) for request in wanted]
    every = [view for views in compared for view in views]
    year = asked(wanted[0]).last_year
    counted = count_views(places, made[0].lineage["vintage"], year, every, who, progress=progress)
    tables = peer_tables(counted, owner)
    return {r.report: tuple(tables[v.id] for v in views) for r, views in zip(wanted, compared, strict=True)}


def write_all(
    places: Places,
    out: Path,
    made: Sequence[OwnerTable],
    grant: Grant,
    language: str,
    made_up: bool,
    peers: Mapping[str, tuple[PeerTable, ...]],
) -> None:
    """A page, a PDF and a CSV of each report, a CSV of each comparison, and a workbook with all."""
    for table in made:
        name, beside = _stem([table], table.model.id), peers.get(table.model.id, ())
        page = sum_report_html(table, grant, language, made_up=made_up, peers=beside)
        _write(places, out / f"{name}.html", page.encode())
        document = sum_report_pdf(table, grant, language, made_up=made_up, peers=beside)
        _write(places, out / f"{name}.pdf", document)
        _write(places, out / f"{name}.csv", sum_report_csv(table, grant, language))
        for view in beside:
            side = view.model.dimensions[1].id
            _write(places, out / f"{name}-{side}-peers.csv", peers_csv(view, grant, language))
    workbook = sum_reports_excel(made, grant, language, made_up=made_up, peers=peers)
    _write(places, out / f"{_stem(made, '-'.join(t.model.id for t in made))}.xlsx", workbook)


def _stem(made: Sequence[OwnerTable], reports: str) -> str:
    """Name of a file: whose, which reports, the last date or period."""
    return f"{made[0].owner}-{reports}-{made[0].model.dimension('Tid').codes()[-1].replace('/', '-')}"


def owner_of(municipality: str) -> str:
    """The municipality whose own figures are asked for.

    Raises:
        OmsorgstallError: (USAGE) when none is said, or there is no such municipality.
    """
    if not municipality:
        what = "It is not said whose report to make."
        raise OmsorgstallError(ErrorFamily.USAGE, "no-municipality", what, todo="Add --municipality with its number.")
    municipalities_of("", [municipality])
    return municipality


def _remade(table: OwnerTable, rest: str) -> OwnerTable:
    command = f"omsorgstall report {table.model.id} {rest} --vintage {shlex.quote(table.lineage['vintage'])}"
    return replace(table, lineage={**table.lineage, "again": command})


def _write(places: Places, path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_internal(places, path, content)
    results.print(str(path), markup=False)
