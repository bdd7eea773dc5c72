"""The organisation list that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.app.pipeline.freezing import day_of
from omsorgstall.app.pipeline.unit_lists import unit_list
from omsorgstall.core import ErrorFamily
from omsorgstall.intake.row_faults import refused_lines
from omsorgstall.intake.unit_list import UnitList

UnitsOption = Annotated[
    Path | None,
    typer.Option(
        "--units", exists=True, dir_okay=False, help="Organisation list (CSV) that organisation numbers are held against."
    ),
]
UnitsDateOption = Annotated[
    str, typer.Option("--units-date", help="The day the list was taken out, such as 2023-01-05; else when its file was written.")
]


def units_of(path: Path | None, dated: str, language: str = "nb") -> UnitList | None:
    """The organisation list of a file; when it has faults they are told line by line and the program ends with 3.

    Raises:
        OmsorgstallError: when the file is no organisation list or the day is none.
    """
    if path is None:
        return None
    found, faults = unit_list(path, day_of(dated))
    for line in refused_lines(faults, "unit", language):
        typer.echo(f"{path.name}, {line}", err=True)
    if found is None:
        typer.echo(f"{len(faults)} faults in the organisation list; nothing was checked.", err=True)
        raise typer.Exit(ErrorFamily.INPUT_REJECTED.value)
    return found
