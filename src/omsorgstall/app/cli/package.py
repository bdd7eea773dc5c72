"""``omsorgstall package``: the recommended package (anbefalt pakke) of a municipality, for leaders and councils."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.internal_files import refuse_in_store, write_internal
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, municipalities_of, results, shown_progress
from omsorgstall.app.pipeline.packaging import PURPOSE, Packaged, make_packages, make_public_packages
from omsorgstall.app.settings import Places
from omsorgstall.publish.package import package_excel, package_html, package_pdf
from omsorgstall.tables import Report

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _package(
    municipality: Annotated[list[str], typer.Option(help="The municipality; several may be given, and are counted once.")],
    year: Annotated[int | None, typer.Option(help="The year; the newest of the vintage when left out.")] = None,
    years: Annotated[int, typer.Option(help="How many years the figures are followed over.", min=1)] = 5,
    public: Annotated[
        bool,
        typer.Option("--public", help="Every figure protected, to hand out: those that are public for single municipalities."),
    ] = False,
    vintage: Annotated[str | None, typer.Option(help="The vintage; the newest that holds the year when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("reports"),
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Make the recommended package: the most telling figures of the sum reports, each read aloud, compared and explained.

    A page, a PDF and a workbook. Own figures are not protected: they are for the municipality alone, and the reading is logged.

    Example: omsorgstall package --municipality 1151 --year 2022
    """
    places = Places.find(store)
    municipalities_of("", municipality)
    refuse_in_store(places, out)
    owners = tuple(dict.fromkeys(municipality))
    if public:
        with shown_progress() as progress:
            _write_public(make_public_packages(places, vintage, owners, who, year=year, progress=progress), out, language)
        return
    with shown_progress() as progress:
        found = make_packages(places, vintage, owners, who, year=year, most_years=years, progress=progress)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for owner, made in found.reports.items():
        report = _remade(made, years, language)
        grant = Grant(owner, Scope.owner(owner, PURPOSE, who))
        for name, content in _files(report, grant, language, made_up=found.made_up):
            write_internal(places, out / name, content)
            results.print(str(out / name), markup=False)
    console.print("The figures are unprotected: they are for the municipality alone.")


def _write_public(found: Packaged, out: Path, language: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for made in found.reports.values():
        report = _again(made, ["--public"], language)
        for name, content in _files(report, None, language, made_up=found.made_up):
            (out / name).write_bytes(content)
            results.print(str(out / name), markup=False)


def _files(report: Report, grant: Grant | None, language: str, *, made_up: bool) -> Iterator[tuple[str, bytes]]:
    name = f"{report.content['owner']}-package-{report.content['year']}{'' if report.owner else '-public'}"
    yield f"{name}.html", package_html(report, grant, language, made_up=made_up).encode()
    yield f"{name}.pdf", package_pdf(report, grant, language, made_up=made_up)
    yield f"{name}.xlsx", package_excel(report, grant, language, made_up=made_up)


def _remade(report: Report, years: int, language: str) -> Report:
    return _again(report, ["--years", str(years)], language)


def _again(report: Report, options: Sequence[str], language: str) -> Report:
    """The package with the command that makes it again."""
    lineage = dict(report.content["lineage"])  # type: ignore[call-overload]
    whose, year = (str(report.content[name]) for name in ("owner", "year"))
    words = ["omsorgstall", "package", "--municipality", whose, "--year", year, *options]
    words += ["--vintage", lineage["vintage"], "--language", language]
    return replace(report, content={**report.content, "lineage": {**lineage, "again": shlex.join(words)}})
