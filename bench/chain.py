"""The whole chain by step: files, register, draft tables, protection, attack, edition; for one year or many."""

import shutil
from pathlib import Path

from omsorgstall.app.pipeline.releasing import draft, make_release, protected_draft
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places

from bench.data import LAST_YEAR, Extent
from bench.harness import Measured, Row, Section, measure, spaced
from omsorgstall.register import Store

VINTAGE = "bench"
AIM = "under 180 s from files to draft tables"


def generated(extent: Extent, year: int) -> int:
    """The files of one year, made now; how many."""
    shutil.rmtree(extent.folder / (extent.county or "country") / str(year), ignore_errors=True)
    (extent.folder / (extent.county or "country") / f"{year}.complete").unlink(missing_ok=True)
    return len(extent.files(year))


def taken_in(places: Places, files: list[Path]) -> int:
    """Every file checked and accepted, in two processes; rows accepted."""
    return sum(taken.rows for taken in take_in(places, files, Terms(test_persons=True)))


def drafted(places: Places, vintage: str) -> int:
    """Draft tables of the vintage; cells."""
    return sum(table.model.cells for table in draft(places, "bench", vintage).tables)


def protected(places: Places, vintage: str) -> int:
    """Draft tables and their protection; tables."""
    return len(protected_draft(places, "bench", vintage).tables)


def released(places: Places, vintage: str) -> int:
    """The whole release with the attack; tables."""
    return len(make_release(places, "bench", vintage).protected.tables)


def benchmark(extent: Extent) -> Section:
    """Measure for each number of years."""
    rows = [row for length in extent.lengths for row in chain(extent, length)]
    about = (
        f"The chain for {extent.name}, step by step, on two cores. {AIM[0].upper()}{AIM[1:]}, for one year of the whole country."
    )
    return Section("The whole chain", about, tuple(rows))


def chain(extent: Extent, length: int) -> list[Row]:
    """The steps for the last ``length`` years."""
    years = range(LAST_YEAR - length + 1, LAST_YEAR + 1)
    files = [path for year in years for path in extent.files(year)]
    places = Places(extent.folder / "chain", extent.folder / "chain.keys" / "pseudonym.key")
    shutil.rmtree(places.store, ignore_errors=True)
    label = f"{length} year{'s' if length > 1 else ''}: "
    taken = measure(taken_in, places, files)
    Store.open(places.register).freeze(VINTAGE, "preliminary", years)
    made = measure(drafted, places, VINTAGE)
    rows = [
        Row(f"{label}files to register ({len(files)} files)", taken.seconds, taken.peak_mib, rate(taken, "rows")),
        Row(f"{label}register to draft tables", made.seconds, made.peak_mib, rate(made, "cells")),
        Row(f"{label}files to draft tables", taken.seconds + made.seconds, max(taken.peak_mib, made.peak_mib)),
    ]
    return rows


def rate(measured: Measured, what: str) -> str:
    """So many a second."""
    return f"{spaced(measured.result / measured.seconds)} {what}/s"
