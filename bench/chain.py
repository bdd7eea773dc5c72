"""The whole chain by step: files, register, draft tables; for one year or many."""

import shutil
from pathlib import Path

from bench.data import LAST_YEAR, VINTAGE, Extent
from bench.harness import Measured, Row, Section, measure, spaced, together
from bench.intake import AIM as INTAKE_AIM
from bench.intake import walk
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import draft
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places
from omsorgstall.intake import PseudonymKey

AIM_SECONDS = 180
PROCESSES = 2


def generated(extent: Extent, year: int) -> int:
    """The files of one year, made now; how many."""
    extent.forget(year)
    return len(extent.files(year))


def walked(files: list[Path]) -> int:
    """The floor of intake: a bare walk through every file."""
    return sum(walk(path) for path in files)


def taken_in(places: Places, files: list[Path]) -> int:
    """Every file checked and accepted; rows accepted."""
    return sum(taken.rows for taken in take_in(places, files, Terms(test_persons=True), processes=PROCESSES))


def drafted(places: Places, vintage: str) -> int:
    """Every table of a vintage; how many cells."""
    return sum(t.model.cells for t in draft(places, "bench", vintage).tables)


def benchmark(extent: Extent) -> Section:
    """Measure for each number of years, in one register that grows."""
    made = measure(generated, extent, LAST_YEAR)
    rows = [Row.of("Making the files of 1 year (two processes)", made, f"{made.result} files")]
    places = Places(extent.folder / f"{extent.county or 'country'}.chain" / "store")
    shutil.rmtree(places.store.parent, ignore_errors=True)
    PseudonymKey.create(places.store)
    taken: list[Measured] = []
    for length in sorted(extent.lengths):
        years = range(LAST_YEAR - length + 1, LAST_YEAR - len(taken) + 1)
        taken += [measure(taken_in, places, extent.files(year)) for year in reversed(years)]
        rows += steps(extent, places, taken)
    return Section(extent.titled("The whole chain"), about(extent), tuple(rows))


def about(extent: Extent) -> str:
    """What the figures are about."""
    return (
        f"The chain for {extent.name}, step by step. Intake uses two processes, the engine two threads. The register grows year "
        "by year: what several years take is the sum of their intakes, and the draft of all of them at once. There were more "
        "municipalities before 2020, thus more files a year."
    )


def steps(extent: Extent, places: Places, taken: list[Measured]) -> list[Row]:
    """The lines for the years taken in so far."""
    length = len(taken)
    label = f"{length} year{'s' if length > 1 else ''}: "
    vintage = f"{VINTAGE}-{length}"
    open_register(places).freeze(vintage, "preliminary", range(LAST_YEAR - length + 1, LAST_YEAR + 1))
    intake = together(taken)
    tables = measure(drafted, places, vintage)
    return [
        *(floor(extent, label, intake) if length == 1 else [intake_row(label, intake)]),
        Row.of(f"{label}register to draft tables", tables, f"{spaced(tables.result)} cells"),
        whole(label, length, together([intake, tables])),
    ]


def floor(extent: Extent, label: str, intake: Measured) -> list[Row]:
    """Intake beside the bare walk through the same files; by processor time, since the walk has one process and intake two."""
    bare = measure(walked, extent.files())
    ratio = intake.cpu / bare.cpu
    walk_row = Row.of(f"{label}bare walk of the files with lxml", bare)
    return [walk_row, intake_row(label, intake, "bare lxml walk, by CPU", ratio, f"at most {INTAKE_AIM:.0f}")]


def intake_row(label: str, intake: Measured, peer: str = "", ratio: float | None = None, aim: str = "") -> Row:
    """The line of intake."""
    rate = f"{spaced(intake.result / intake.seconds)} rows/s"
    return Row.of(f"{label}files to register", intake, rate, peer, ratio, aim)


def whole(label: str, length: int, steps: Measured) -> Row:
    """Files to draft tables, against the aim."""
    aim = f"at most {AIM_SECONDS} s a year for the whole country"
    a_year = f"{steps.seconds / length:.1f} s a year"
    return Row.of(f"{label}files to draft tables", steps, a_year, aim=aim)
