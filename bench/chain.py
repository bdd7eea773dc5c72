"""The whole chain by step: files, register, draft tables, protection and attack; for one year or many."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.data import LAST_YEAR, VINTAGE, Extent
from bench.harness import Measured, Row, Section, high_water_mark, measure, spaced
from omsorgstall.app.pipeline.releasing import draft
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places
from omsorgstall.disclosure import preset, protect
from omsorgstall.disclosure.attack import attack
from omsorgstall.intake import PseudonymKey
from omsorgstall.register import Store

PRESET = "small-count-5"
AIM_SECONDS = 180
Step = tuple[str, float, float, str]


def generated(extent: Extent, year: int) -> int:
    """The files of one year, made now; how many."""
    extent.forget(year)
    return len(extent.files(year))


def taken_in(places: Places, files: list[Path]) -> int:
    """Every file checked and accepted, in two processes; rows accepted."""
    return sum(taken.rows for taken in take_in(places, files, Terms(test_persons=True)))


def released(places: Places, whole: bool) -> list[Step]:
    """Draft tables, and when ``whole`` their protection and the attack, in one process since drafts are never stored.

    Returns:
        Per step its name, seconds, peak memory of the process so far, and what it made.
    """
    steps: list[Step] = []
    made = timed(steps, "register to draft tables", lambda: draft(places, "bench", VINTAGE), cells)
    if whole:
        safe = timed(steps, "disclosure control", lambda: protect(made, preset(PRESET)), lambda p: hidden(p.loss))
        timed(steps, "independent attack", lambda: attack(safe.tables), lambda r: f"{spaced(r.checked)} hidden cells tried")
    return steps


def timed(steps: list[Step], name: str, work: Callable[[], Any], says: Callable[[Any], str]) -> Any:
    """Do the work of a step and write down what it took."""
    begin = time.perf_counter()
    result = work()
    steps.append((name, time.perf_counter() - begin, high_water_mark(), says(result)))
    return result


def cells(made: Any) -> str:
    """How many cells the draft has."""
    return f"{spaced(sum(t.model.cells for t in made.tables))} cells"


def hidden(loss: Any) -> str:
    """How much was hidden."""
    return f"{spaced(sum(row.hidden for row in loss))} of {spaced(sum(row.cells for row in loss))} cells hidden"


def benchmark(extent: Extent) -> Section:
    """Measure for each number of years; protection and attack for the first only."""
    made = measure(generated, extent, LAST_YEAR)
    rows = [Row("Making the files of 1 year (two processes)", made.seconds, made.peak_mib, f"{made.result} files")]
    for length in extent.lengths:
        rows += chain(extent, length, whole=length == extent.lengths[0])
    about = f"The chain for {extent.name}, step by step. Intake uses two processes, the engine two threads."
    return Section("The whole chain", about, tuple(rows))


def chain(extent: Extent, length: int, *, whole: bool) -> list[Row]:
    """The steps for the last ``length`` years."""
    years = range(LAST_YEAR - length + 1, LAST_YEAR + 1)
    files = [path for year in years for path in extent.files(year)]
    places = Places(extent.folder / "chain" / "store")
    shutil.rmtree(places.store.parent, ignore_errors=True)
    PseudonymKey.create(places.store)
    taken = measure(taken_in, places, files)
    Store.open(places.register).freeze(VINTAGE, "preliminary", years)
    steps = measure(released, places, whole)
    label = f"{length} year{'s' if length > 1 else ''}: "
    rows = [Row(f"{label}{name}", seconds, peak, says) for name, seconds, peak, says in steps.result]
    first = Row(f"{label}files to register", taken.seconds, taken.peak_mib, rate(taken, len(files)))
    return [first, rows[0], together(label, length, taken, rows[0]), *rows[1:]]


def together(label: str, length: int, taken: Measured, drafted: Row) -> Row:
    """Files to draft tables, against the aim."""
    seconds = taken.seconds + drafted.seconds
    aim = f"at most {AIM_SECONDS} s a year for the whole country"
    a_year = f"{seconds / length:.1f} s a year"
    return Row(f"{label}files to draft tables", seconds, max(taken.peak_mib, drafted.peak_mib), a_year, aim=aim)


def rate(taken: Measured, files: int) -> str:
    """Files and rows a second."""
    return f"{files} files, {spaced(taken.result / taken.seconds)} rows/s"
