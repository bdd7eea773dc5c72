"""``omsorgstall keyfigures``: key figures of one municipality beside the published ones of KOSTRA group, county and country."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.internal_files import refuse_in_store, write_internal
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, municipalities_of, results
from omsorgstall.app.pipeline.key_figures import own_key_figures
from omsorgstall.app.settings import Places
from omsorgstall.publish.key_figures import KeyFigures, key_figures_csv, key_figures_excel, key_figures_html
from omsorgstall.statistics.key_figures import key_figures, not_made

app = typer.Typer(add_completion=False, rich_markup_mode=None)
PURPOSE = "key figures"


@app.command()
def _keyfigures(
    municipality: Annotated[str, typer.Option(help="The municipality; what there is is listed when left out.")] = "",
    year: Annotated[int | None, typer.Option(help="The year shown; the newest when left out.")] = None,
    vintage: Annotated[str | None, typer.Option(help="The vintage; the newest that holds the year when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("keyfigures"),
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Make the key figures of one municipality: a page, a workbook and CSV.

    Its own figures are not protected: they are for that municipality alone, and the reading is logged. Those of its KOSTRA group,
    county and the country are the published ones. A published figure is explained by omsorgstall explain OT004.

    Example: omsorgstall keyfigures --municipality 4204 --year 2022 --out keyfigures
    """
    if not municipality:
        _list(language)
        return
    municipalities_of("", [municipality])
    places, scope = Places.find(store), Scope.owner(municipality, PURPOSE, who)
    refuse_in_store(places, out)
    made = own_key_figures(places, vintage, scope, municipality, year)
    shown = str(year or made.own.model.dimension("Tid").codes()[-1])
    words = ["omsorgstall", "keyfigures", "--municipality", municipality, "--year", shown, "--vintage", made.vintage.name]
    found = KeyFigures(made.own, made.released, shown, shlex.join([*words, "--language", language]), made.made_up)
    _write(places, out / f"{municipality}-{shown}", found, Grant(municipality, scope), language)
    _show(found, language)
    console.print("The municipality's own figures are unprotected: they are for the municipality alone.")


def _list(language: str) -> None:
    for figure in key_figures().values():
        results.print(f"{figure.id}  {figure.title.in_language(language)}", markup=False)
    for later in not_made():
        results.print(f"not made  {later.title} ({later.official}): waits for {later.waits_for}", markup=False)


def _write(places: Places, stem: Path, found: KeyFigures, grant: Grant, language: str) -> None:
    made = {
        "html": key_figures_html(found, grant, language).encode(),
        "xlsx": key_figures_excel(found, grant, language),
        "csv": key_figures_csv(found, grant, language),
    }
    stem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for ending, content in made.items():
        path = stem.with_name(f"{stem.name}.{ending}")
        write_internal(places, path, content)
        results.print(str(path), markup=False)


def _show(found: KeyFigures, language: str) -> None:
    regions = [found.own.owner, *(m.code for m in found.beside)]
    grid = Table("", *regions, title=f"{found.name} {found.year}")
    for figure in found.figures:
        cells = (found.at(region, figure.code, found.year).text(language) for region in regions)
        grid.add_row(figure.label.in_language(language), *cells)
    results.print(grid)
