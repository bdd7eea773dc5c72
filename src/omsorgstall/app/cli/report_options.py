"""The options of reports, from what is typed to what is asked for, and back to the command that makes the same report."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.formats.dwellings import read_dwellings
from omsorgstall.intake.dwelling_list import check_dwellings
from omsorgstall.intake.row_faults import refused_lines
from omsorgstall.measures.period import Period
from omsorgstall.statistics.sum_reports import Request

YearOption = Annotated[list[int] | None, typer.Option(help="The year, or its last day; several stand side by side.")]
DateOption = Annotated[list[str] | None, typer.Option("--date", help="For reports of a date: 2022-06-30; may be repeated.")]
PeriodOption = Annotated[list[str] | None, typer.Option(help="For reports of a period: 2022-01-01/2022-06-30; may be repeated.")]
SplitOption = Annotated[list[str] | None, typer.Option(help="Split each row by this too, such as Kjonn; may be repeated.")]
OnlyOption = Annotated[list[str] | None, typer.Option(help="Keep only some, such as Kjonn=2 or Behov=2,3.")]
ServiceOption = Annotated[list[int] | None, typer.Option(help="A service type in place of the report's; several may be given.")]
WithoutOption = Annotated[list[int] | None, typer.Option(help="A service type that is left out, such as 6; may be repeated.")]
UnitOption = Annotated[list[str] | None, typer.Option(help="Organisation number of a place of service; several may be given.")]
AgesOption = Annotated[str, typer.Option(help="Ages at which bands begin, such as 67,80, in place of the national bands.")]
DiagnosisOption = Annotated[
    list[str] | None, typer.Option(help="Diagnoses of your own for Diagnosegruppe, such as P70 or F00-F03; may be repeated.")
]
FigureOption = Annotated[list[str] | None, typer.Option(help="A figure to show, such as KolonneProsent; may be repeated.")]
AssumeOption = Annotated[
    list[str] | None, typer.Option(help="A decision that is changed for this run, such as long_term.gap=60.")
]
DwellingsOption = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Dwelling file (CSV) that round-the-clock care is told by.")
]
CompareOption = Annotated[
    bool, typer.Option("--compare", help="Beside the KOSTRA group, county and country, protected; at year ends.")
]
PublicOption = Annotated[
    bool, typer.Option("--public", help="Every figure protected, to hand out; of all areas when no municipality is named.")
]
Times = tuple[tuple[date, ...], tuple[Period, ...]]


def request_of(
    report: str,
    times: Times,
    rows: str,
    columns: str,
    only: Sequence[str] | None,
    services: Sequence[int] | None,
    units: Sequence[str] | None,
    ages: str,
) -> Request:
    """What the options that every report has ask for."""
    kept = {name: tuple(codes.split(",")) for name, codes in pairs_of(only, "bad-filter", "Kjonn=2 or Behov=2,3").items()}
    return Request(report, *times, rows, columns, kept, tuple(services or ()), tuple(units or ()), _breaks(ages))


def times_of(years: Sequence[int] | None, days: Sequence[str] | None, periods: Sequence[str] | None) -> Times:
    """Dates and periods; a year is its last day, and all of it."""
    whole = years or ()
    dates = [*(date(y, 12, 31) for y in whole), *map(_date, days or ())]
    found = [*(Period(date(y, 1, 1), date(y, 12, 31)) for y in whole), *map(_period, periods or ())]
    return tuple(sorted(set(dates))), tuple(sorted(set(found), key=lambda p: (p.first, p.last)))


def _period(text: str) -> Period:
    first, sign, last = text.partition("/")
    if not sign:
        what = f"{text!r} is not a period."
        raise OmsorgstallError(ErrorFamily.USAGE, "bad-period", what, todo="Write it as 2022-01-01/2022-06-30.")
    return Period(_date(first), _date(last))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is not a date."
    raise OmsorgstallError(ErrorFamily.USAGE, "bad-date", what, todo="Write it as 2022-12-31.")


def pairs_of(given: Sequence[str] | None, fault: str, example: str) -> Mapping[str, str]:
    """What is written as ``name=value``, by name.

    Raises:
        OmsorgstallError: (USAGE) when something is not.
    """
    pairs = [text.partition("=") for text in given or ()]
    if wrong := next(("".join(p) for p in pairs if not (p[1] and p[2])), None):
        what = f"{wrong!r} has no name and value."
        raise OmsorgstallError(ErrorFamily.USAGE, fault, what, todo=f"Write it as {example}.")
    return {name: value for name, _, value in pairs}


def _breaks(ages: str) -> tuple[int, ...]:
    parts = [part.strip() for part in ages.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        what = f"{ages!r} are not ages."
        raise OmsorgstallError(ErrorFamily.USAGE, "bad-ages", what, todo="Write them as 67,80.")
    return tuple(int(part) for part in parts)


def dwellings_of(path: Path | None) -> pa.Table | None:
    """The rows of a dwelling file; when it has faults they are told line by line and the program ends with 3."""
    if path is None:
        return None
    found, faults = check_dwellings(read_dwellings(path))
    for line in refused_lines(faults, "dwelling", "nb"):
        typer.echo(f"{path.name}, {line}", err=True)
    if found is None:
        typer.echo(f"{len(faults)} faults in the dwelling file; nothing was counted.", err=True)
        raise typer.Exit(ErrorFamily.INPUT_REJECTED.value)
    return found


def again_of(asked: Request, municipality: str, language: str, dwellings: Path | None = None) -> str:
    """The rest of the command that makes the same report."""
    words = ["--municipality", municipality]
    for option, values in _repeated(asked):
        for value in values:
            words += [option, value]
    for option, value in (("--rows", asked.rows), ("--columns", asked.columns), ("--ages", ",".join(map(str, asked.age_breaks)))):
        words += [option, value] if value else []
    words += ["--dwellings", str(dwellings)] if dwellings else []
    return shlex.join([*words, "--language", language])


def _repeated(asked: Request) -> tuple[tuple[str, list[str]], ...]:
    return (
        ("--date", [day.isoformat() for day in asked.dates]),
        ("--period", [f"{p.first.isoformat()}/{p.last.isoformat()}" for p in asked.periods]),
        ("--split", list(asked.split)),
        ("--only", [f"{name}={','.join(codes)}" for name, codes in asked.only.items()]),
        ("--service", list(map(str, asked.services))),
        ("--without", list(map(str, asked.without))),
        ("--unit", list(asked.units)),
        ("--diagnosis", list(asked.diagnoses)),
        ("--figure", list(asked.figures)),
        ("--assume", [f"{name}={value}" for name, value in asked.assume.items()]),
    )
