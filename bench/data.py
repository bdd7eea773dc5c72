"""The data that benchmarks measure on: submission files of a made-up county or country, generated once and kept."""

from dataclasses import dataclass
from pathlib import Path

from omsorgstall.codes import municipalities
from omsorgstall.synthetic import Country, generate

LAST_YEAR = 2022  # the year the made-up country is fitted to
SEED = 1


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

    def files(self, year: int = LAST_YEAR) -> list[Path]:
        """The annual batches of one year as XML, generated when they are not there yet."""
        folder = self.folder / (self.county or "country") / str(year)
        if not (folder / "complete").exists():
            chosen = [m.number for m in municipalities().values() if m.county == self.county]
            country = Country(seed=SEED, years=(year,), municipalities=tuple(chosen) or None)
            folder.mkdir(parents=True, exist_ok=True)
            generate(folder, country, kind="xml")
            (folder / "complete").touch()
        return sorted(folder.rglob("*.xml"))

    def largest_file(self) -> Path:
        """The largest municipality's file."""
        return max(self.files(), key=lambda path: path.stat().st_size)
