"""Writing the country as submission files: one annual batch per reporting municipality and data year."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from omsorgstall.codes import municipalities
from omsorgstall.codes.population import LAST_YEAR
from omsorgstall.core import ErrorFamily, MunicipalityNumber, OmsorgstallError, Progress, silent
from omsorgstall.formats.batch import BatchHeader, write_csv, write_xml
from omsorgstall.synthetic.borders import neighbourhoods, parts, reporting_part
from omsorgstall.synthetic.histories import History, histories_of
from omsorgstall.synthetic.messages import events, write_weeks
from omsorgstall.synthetic.parameters import Parameters, default_parameters
from omsorgstall.synthetic.people import Population, municipality_of
from omsorgstall.synthetic.reporting import Cut, Reporter, cut

Kind = Literal["xml", "csv"]
VENDOR, SYSTEM, VERSION = "Omsorgstall (made up)", "Made-up country", "1"
FIRST_YEAR = 2006
"""The register began this year; so do the correspondences that make up all of today's municipalities."""
EXTRACTION = (1, 2, 6)
"""Month, day and hour of the extraction in the year after the data year."""


@dataclass(frozen=True)
class Country:
    """A made-up country: the same seed always gives the same people and histories.

    Attributes:
        seed: any whole number.
        years: data years to report.
        municipalities: today's municipalities, None for all; what each reports does not depend on the others.

    Raises:
        OmsorgstallError: (USAGE) for a year whose population is not known.
    """

    seed: int
    years: tuple[int, ...]
    municipalities: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Refuse years that nobody could live in."""
        without = [year for year in self.years if not FIRST_YEAR <= year <= LAST_YEAR]
        if without:
            raise OmsorgstallError(
                ErrorFamily.USAGE,
                "years-without-population",
                f"The made-up country has no people in {without[0]}.",
                todo=f"Choose years from {FIRST_YEAR} to {LAST_YEAR}, whose people and borders are known.",
            )

    def members(self) -> frozenset[str]:
        """Today's municipalities of the country."""
        return frozenset(municipalities()) if self.municipalities is None else self.municipalities


def generate(
    folder: Path,
    country: Country,
    *,
    kind: Kind = "xml",
    processes: int = 2,
    parameters: Parameters | None = None,
    progress: Progress = silent,
) -> list[Path]:
    """Write every annual batch of the country.

    Args:
        folder: gets one folder per data year with one XML file, or one folder of CSV files, per reporting municipality.
        processes: working processes; the files do not depend on it.
        parameters: others than those of the package.

    Returns:
        The files (folders for CSV), sorted.
    """
    population = Population(country.seed, parameters or default_parameters()).numbered()
    tasks = neighbourhoods(country.members(), country.years)
    tasks = tuple(sorted(tasks, key=lambda group: -sum(municipalities()[m].population for m in group)))
    for year in country.years:
        (folder / str(year)).mkdir(parents=True, exist_ok=True)
    writer = _Writer(folder, country, kind, population)
    files: list[Path] = []
    for done, written in enumerate(_run(writer, tasks, processes), start=1):
        files.extend(written)
        progress("generate", done, len(tasks))
    return sorted(files)


@dataclass(frozen=True)
class _Writer:
    """Writes the files of one group of municipalities; sent to the working processes."""

    folder: Path
    country: Country
    kind: Kind
    population: Population

    def __call__(self, group: tuple[str, ...]) -> list[Path]:
        years = self.country.years
        histories = [h for member in group for h in histories_of(self.population, member, min(years), max(years))]
        return [self._file(number, year, histories) for year in years for number in _numbers(group, year)]

    def _file(self, number: str, year: int, histories: list[History]) -> Path:
        chunks = report(histories, number, year, self.population.parameters)
        header = batch_header(number, year, self.country.seed)
        target = self.folder / str(year) / (f"{number}.xml" if self.kind == "xml" else number)
        _write(self.kind)(target, header, chunks)
        return target


def generate_events(folder: Path, country: Country, *, weeks: int = 8, progress: Progress = silent) -> list[Path]:
    """Write the event messages of the weeks after the last annual batch, one a week and municipality.

    Only today's service types with event reporting: stays in institutions and dwellings.

    Returns:
        The files, sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    population = Population(country.seed, default_parameters()).numbered()
    year = max(country.years)
    files: list[Path] = []
    tasks = neighbourhoods(country.members(), (year + 1,))
    for done, group in enumerate(tasks, start=1):
        histories = [h for member in group for h in histories_of(population, member, year, year)]
        for number in _numbers(group, year + 1):
            files.extend(_messages(folder, histories, number, year + 1, weeks, population.parameters))
        progress("events", done, len(tasks))
    return sorted(files)


def _messages(folder: Path, histories: list[History], number: str, year: int, weeks: int, parameters: Parameters) -> list[Path]:
    cuts = [_of_municipality(cut(simulated, year), number) for simulated in histories]
    parts = [events(c, Reporter(c, parameters), weeks * 7) for c in cuts if len(c.persons)]
    return write_weeks(folder, number, year, pa.concat_tables(parts)) if parts else []


def _write(kind: Kind) -> Callable[[Path, BatchHeader, Iterator[dict[str, pa.Table]]], None]:
    return write_xml if kind == "xml" else write_csv


def _numbers(group: tuple[str, ...], year: int) -> list[str]:
    """The municipalities of the year that report the people of the group."""
    return sorted({number for member in group for number in parts(member, year).numbers})


def batch_header(number: str, year: int, seed: int) -> BatchHeader:
    """The header of a made-up batch; extraction is early on 2 January after the data year."""
    extracted = datetime(year + 1, *EXTRACTION)  # noqa: DTZ001 without an offset, which the layout takes as UTC
    message = f"{seed:08x}-{int(number):04x}-4000-8000-{year:012x}"
    return BatchHeader(MunicipalityNumber(number), year, extracted, VENDOR, SYSTEM, VERSION, message)


def report(histories: list[History], number: str, year: int, parameters: Parameters) -> Iterator[dict[str, pa.Table]]:
    """The tables a municipality reports, one chunk a block."""
    for simulated in histories:
        shown = _of_municipality(cut(simulated, year), number)
        if len(shown.persons):
            yield Reporter(shown, parameters).tables()


def _of_municipality(shown: Cut, number: str) -> Cut:
    """The part of a cut that one reporting municipality sends."""
    today = municipality_of(shown.history.block)
    numbers = parts(today, shown.year).numbers
    if number not in numbers:
        return shown.keep(np.zeros(len(shown.history.people), dtype=bool))
    if len(numbers) == 1:
        return shown
    return shown.keep(reporting_part(shown.history.people.key, today, shown.year) == numbers.index(number))


_state: dict[str, _Writer] = {}


def _start(writer: _Writer) -> None:
    _state["writer"] = writer


def _work(group: tuple[str, ...]) -> list[Path]:
    return _state["writer"](group)


def _run(writer: _Writer, tasks: tuple[tuple[str, ...], ...], processes: int) -> Iterator[list[Path]]:
    if processes <= 1:
        yield from map(writer, tasks)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_start, initargs=(writer,)) as pool:
        yield from pool.map(_work, tasks)
