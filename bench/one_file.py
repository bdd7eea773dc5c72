"""One file that holds everybody, taken into a register: memory must not grow with the file."""

import tempfile
from pathlib import Path

from bench.data import Extent
from bench.harness import KIB_PER_MIB, Measured, Row, Section, measure, spaced
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places
from omsorgstall.intake import PseudonymKey

AIM = "under 1 024 MiB"


def join(files: list[Path], target: Path, share: int) -> int:
    """Write the persons of every ``share``-th file under the header of the first; gives the number of persons.

    The writer puts each element on a line of its own: declaration and root are the first two lines, the end is the last.
    """
    persons = 0
    chosen = files[::share]
    with target.open("wb") as out, chosen[0].open("rb") as first:
        out.writelines((first.readline(), first.readline()))
        for path in chosen:
            with path.open("rb") as lines:
                next(lines), next(lines)
                for line in lines:
                    if not line.startswith(b"</innsending"):
                        out.write(line)
                    persons += line.startswith(b"<person ")
        out.write(b"</innsending>\n")
    return persons


def take(file: Path, folder: Path) -> int:
    """The whole way of one file into a new register."""
    places = Places(folder / "store")
    PseudonymKey.create(places.store)
    (result,) = take_in(places, [file], Terms(test_persons=True), processes=1)
    return result.rows


def line(files: list[Path], share: int) -> Row:
    """A line of the report."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        persons = join(files, folder / "all.xml", share)
        size = (folder / "all.xml").stat().st_size / KIB_PER_MIB**2
        done: Measured = measure(take, folder / "all.xml", folder)
    what = f"{spaced(persons)} persons, {size:.0f} MiB"
    return Row(what, done.seconds, done.peak_mib, f"{spaced(done.result / done.seconds)} rows/s", aim=AIM)


def benchmark(extent: Extent) -> Section:
    """Measure on a fourth of the municipalities of the extent and on all of them."""
    about = f"The annual batches of {extent.name} as one file, checked and accepted into a register by one process."
    return Section(extent.titled("One large file"), about, tuple(line(extent.files(), share) for share in (4, 1)))
