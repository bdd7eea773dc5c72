"""``omsorgstall demo``: a county of made-up people through the whole chain, then the pages."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from omsorgstall.app.cli.options import CountyOption, YearsOption, console, municipalities_of, shown_progress, years_of
from omsorgstall.app.cli.serve import serve_pages
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import make_release
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places
from omsorgstall.codes import municipalities
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.intake import PseudonymKey
from omsorgstall.releases import ReleaseStore
from omsorgstall.synthetic import Country, generate, generate_events

app = typer.Typer(add_completion=False, rich_markup_mode=None)

MARK = "made-by-omsorgstall-demo"
VINTAGE, EDITION = "demo-preliminary", "demo-1"
WEEKS, SENDERS_OF_EVENTS = 2, 10


@app.command()
def _demo(
    folder: Annotated[Path, typer.Option(help="Where files and store are made.")] = Path("demo"),
    county: CountyOption = "42",
    years: YearsOption = "2021-2022",
    port: Annotated[int, typer.Option(help="Port of the pages.")] = 8060,
    serve: Annotated[bool, typer.Option(help="Serve the pages at the end.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make everything again.")] = False,
) -> None:
    """Make a county of made-up people at full size, take its files in, release protected tables and serve the pages."""
    country = Country(1, years_of(years), municipalities_of(county))
    places = Places(folder / "store", None)  # a demo is thrown away with its folder, so its catalogue stands in it
    _prepare(folder, f"{county} {years}", fresh)
    if EDITION not in ReleaseStore(places.releases).editions():
        _build(folder, places, country)
    member = max((m for m in municipalities().values() if not county or m.county == county), key=lambda m: m.population)
    _three_things(folder, member.number, member.name, f"http://127.0.0.1:{port}", country.years[-1])
    if serve:
        serve_pages(ReleaseStore(places.releases), "127.0.0.1", port)


def _prepare(folder: Path, asked: str, fresh: bool) -> None:
    """A demo that is unfinished, unwanted or of something else is removed, but never a folder that is not a demo."""
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()):
        if not mark.exists():
            raise OmsorgstallError(
                ErrorFamily.USAGE, "not-a-demo", f"{folder} holds something else than a demo.", todo="Choose another --folder."
            )
        finished = EDITION in ReleaseStore(folder / "store" / "releases").editions()
        if finished and not fresh and mark.read_text(encoding="utf-8") == asked:
            return
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(asked, encoding="utf-8")


def _build(folder: Path, places: Places, country: Country) -> None:
    start = perf_counter()
    PseudonymKey.create(places.store)
    with shown_progress() as progress:
        files = generate(folder / "files", country, progress=progress)
        files += generate_events(folder / "files" / "events", _small_part(country), weeks=WEEKS, progress=progress)
        results = take_in(places, files, Terms(test_persons=True), progress=progress)
        open_register(places).freeze(VINTAGE, "preliminary", country.years)
        summary = make_release(places, EDITION, VINTAGE, progress=progress)
    rows = sum(r.rows for r in results)
    console.print(
        f"{len(files)} files, {rows} rows, {len(summary.protected.tables)} tables in {perf_counter() - start:.0f} seconds."
    )


def _small_part(country: Country) -> Country:
    """The smallest municipalities send event messages too: enough to see figures move, and quickly made."""
    chosen = sorted(country.members(), key=lambda number: municipalities()[number].population)[:SENDERS_OF_EVENTS]
    return replace(country, municipalities=frozenset(chosen))


def _three_things(folder: Path, number: str, name: str, address: str, year: int) -> None:
    store = folder / "store"
    console.print(
        f"""
The pages are at {address}/ (all people are made up).

Three things to try:
  1. The care staircase of {name}: {address}/kommune/{number}
  2. Figures in Python, with the client people use for Statistics Norway's tables (pip install pxwebpy):
     from pxweb import PxApi; PxApi("{address}/api/v2").get_table_data("11642")
  3. Where a figure comes from:
     {sys.argv[0]} explain 11642 --store {store} --cell Region={number} --cell Tjeneste=15 --cell Tid={year}

Ctrl+C ends it.""",
        highlight=False,
        soft_wrap=True,
    )
