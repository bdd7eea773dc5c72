"""The data that benchmarks measure on: submission files of a made-up county or country, generated once and kept."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from omsorgstall.access import Scope
from omsorgstall.app.settings import Places
from omsorgstall.codes import municipalities
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import content_hash, open_batch
from omsorgstall.intake import CheckedBatch, PseudonymKey, check_batch
from omsorgstall.register import Delivery, ScopedSource, Store
from omsorgstall.synthetic import Country, generate

LAST_YEAR = 2022  # the year the made-up country is fitted to
SEED = 1
VINTAGE = "bench"
KEY = PseudonymKey(bytes(32))


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured.

    Attributes:
        county: county number; empty for the whole country.
        lengths: numbers of years the chain is measured for.
        folder: where generated files are kept between runs.
    """

    county: str
    lengths: tuple[int, ...]
    folder: Path

    @property
    def name(self) -> str:
        """What the figures are about, in words."""
        return f"county {self.county}" if self.county else "the whole country"

    def titled(self, title: str) -> str:
        """A title that tells the whole country from a county."""
        return title if self.county else f"{title} of the whole country"

    def files(self, year: int = LAST_YEAR) -> list[Path]:
        """The annual batches of one year as XML, generated when they are not there yet."""
        folder = self.folder / (self.county or "country")
        mark = folder / f"{year}.complete"
        if not mark.exists():
            chosen = frozenset(m.number for m in municipalities().values() if m.county == self.county)
            generate(folder, Country(SEED, (year,), chosen or None))
            mark.touch()
        return sorted((folder / str(year)).glob("*.xml"))

    def forget(self, year: int) -> None:
        """Remove the files of one year, so that they are generated again."""
        folder = self.folder / (self.county or "country")
        shutil.rmtree(folder / str(year), ignore_errors=True)
        (folder / f"{year}.complete").unlink(missing_ok=True)

    def largest_file(self) -> Path:
        """The largest municipality's file."""
        return max(self.files(), key=lambda path: path.stat().st_size)

    def places(self) -> Places:
        """Where the register of one year is."""
        return Places(self.folder / f"{self.county or 'country'}.store", None)

    def register(self) -> Store:
        """One year in a register, taken in when it is not there yet."""
        store = Store.open(self.places().register, create=True)
        if not store.vintages():
            with Engine.local() as engine:
                for path in self.files():
                    store.accept(delivery(path, check_batch(open_batch(path), KEY, engine, test_persons=True)))
            store.freeze(VINTAGE, "preliminary", [LAST_YEAR])
        return store

    def source(self) -> ScopedSource:
        """The files of that register."""
        return self.register().source(VINTAGE, Scope.national("benchmark", "bench"))

    def delivered(self) -> dict[int, frozenset[str]]:
        """The municipalities of today that the register has figures for."""
        return dict(self.register().delivered(VINTAGE))


def delivery(path: Path, checked: CheckedBatch) -> Delivery:
    """What the register accepts, from a checked file."""
    header = checked.header
    about = header.attributes() | {"extracted_at": header.extracted_at}
    return Delivery("annual", header.municipality, header.data_year, content_hash(path), about, checked.chunks, checked.findings)
