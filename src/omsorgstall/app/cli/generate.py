"""``omsorgstall generate``: a made-up country as submission files."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from omsorgstall.app.cli.options import (
    CountyOption,
    MunicipalitiesOption,
    YearsOption,
    console,
    municipalities_of,
    shown_progress,
    years_of,
)
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.synthetic import Country, generate, generate_events
from omsorgstall.synthetic.planting import plant_files

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _generate(
    folder: Annotated[Path, typer.Argument(help="Folder the files are written to.")],
    years: YearsOption = "2022",
    county: CountyOption = "",
    municipality: MunicipalitiesOption = None,
    kind: Annotated[Literal["xml", "csv"], typer.Option(help="Annual batches as xml or csv.")] = "xml",
    seed: Annotated[int, typer.Option(help="The same seed gives the same country, byte by byte.")] = 1,
    events: Annotated[int, typer.Option(min=0, max=40, help="Weeks after the last year to write event messages for.")] = 0,
    plant_faults: Annotated[
        bool,
        typer.Option("--plant-faults", help="Plant a fault or more for every rule and list them in planted.csv (xml only)."),
    ] = False,
) -> None:
    """Write the annual batch of every municipality for every year, with made-up people (month +80 identity numbers).

    Example: omsorgstall generate files --county 42 --years 2021-2022 --events 8
    """
    if plant_faults and kind != "xml":
        raise OmsorgstallError(
            ErrorFamily.USAGE,
            "plants-in-xml-only",
            "Faults are planted in XML files only.",
            todo="Leave --kind out, or give --kind xml.",
        )
    country = Country(seed=seed, years=years_of(years), municipalities=municipalities_of(county, municipality))
    with shown_progress() as progress:
        files = generate(folder, country, kind=kind, progress=progress)
        if events:
            files += generate_events(folder / "events", country, weeks=events, progress=progress)
    if plant_faults:
        planted = plant_files(folder, files, seed)
        console.print(f"Planted {planted} faults; {folder / 'planted.csv'} tells where.")
    console.print(f"Wrote {len(files)} files to {folder}.")
