"""``omsorgstall results``: how function changed over about a year, of one municipality, beside others with the same start."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.internal_files import refuse_in_store, write_internal
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, municipalities_of
from omsorgstall.app.cli.options import results as shown
from omsorgstall.app.pipeline.results import make_results
from omsorgstall.app.settings import Places
from omsorgstall.measures import Settings
from omsorgstall.measures.need import subscales
from omsorgstall.measures.period import Period
from omsorgstall.publish.sum_reports import sum_report_csv, sum_report_html, sum_reports_excel
from omsorgstall.statistics.function_changes import measure_name, measures
from omsorgstall.tables import OwnerTable

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _results(
    municipality: Annotated[str, typer.Option(help="The municipality; the measures are listed when left out.")] = "",
    year: Annotated[int, typer.Option(help="The year of the later assessments.")] = 0,
    measure: Annotated[
        list[str] | None, typer.Option(help="A subscale, need or a function variable such as F03; all subscales when left out.")
    ] = None,
    vintage: Annotated[str | None, typer.Option(help="The vintage; the newest that holds the year when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("results"),
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Make tables of how function changed from one assessment to the one about a year later: pages, CSV and a workbook.

    Beside each change stands the expected one: that of everybody with the same start whose services did not change. Own figures
    are not protected: they are for that municipality alone, and the reading is logged.

    Example: omsorgstall results --municipality 4204 --year 2022 --out results
    """
    if not municipality or not year:
        for name in measures(Settings()):
            shown.print(f"{name}  {measure_name(name).in_language(language)}", markup=False)
        return
    municipalities_of("", [municipality])
    places = Places.find(store)
    refuse_in_store(places, out)
    period, wanted = Period(date(year, 1, 1), date(year, 12, 31)), measure or list(subscales(Settings().need_profile))
    made = make_results(places, vintage, municipality, who, period, wanted)
    words = ["omsorgstall", "results", "--municipality", municipality, "--year", str(year), "--language", language]
    tables = [_remade(t, [*words, "--measure", m]) for t, m in zip(made.tables[municipality], wanted, strict=True)]
    grant = Grant(municipality, Scope.owner(municipality, "results", who))
    stem = out / f"{municipality}-{year}"
    for name, content in _files(stem.name, tables, grant, language, made.made_up).items():
        stem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_internal(places, stem.with_name(name), content)
        shown.print(str(stem.with_name(name)), markup=False)
    console.print("The figures are unprotected: they are for the municipality alone.")


def _remade(table: OwnerTable, words: list[str]) -> OwnerTable:
    return replace(table, lineage={**table.lineage, "again": shlex.join([*words, "--vintage", table.lineage["vintage"]])})


def _files(stem: str, tables: Sequence[OwnerTable], grant: Grant, language: str, made_up: bool) -> dict[str, bytes]:
    """A page and a CSV of each table, and a workbook with all, by name."""
    found = {f"{stem}.xlsx": sum_reports_excel(tables, grant, language, made_up=made_up)}
    for table in tables:
        name = f"{stem}-{table.model.id.removeprefix('RES-')}"
        found[f"{name}.html"] = sum_report_html(table, grant, language, made_up=made_up).encode()
        found[f"{name}.csv"] = sum_report_csv(table, grant, language)
    return found
