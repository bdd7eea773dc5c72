"""Who needs care and when it begins: made-up people by region, sex, age and pathway, from the real population.

A block is the people whose care begins in one region: a municipality, or a city district of the four largest cities.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.codes import Region, RegionLevel, regions
from omsorgstall.codes.population import FIRST_YEAR, LAST_YEAR, whole_population
from omsorgstall.codes.regions import cities_with_districts, districts
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, counted, keyed, root_key, uniform
from omsorgstall.synthetic.parameters import PATHWAYS, Parameters, age_band, interpolated

AGES = 106
SEXES = ("female", "male")
_BIRTHDAY_STEP = 113  # coprime with 365: neighbours in the count are born far apart in the year


@dataclass(frozen=True)
class People:
    """People of a block, one element each; dates are days since 1970.

    Attributes:
        key: what every draw about the person depends on.
        ordinal: number among all people of the country with the same year of birth and sex.
    """

    key: Keys
    sex: Ints
    birth: Ints
    ordinal: Ints
    onset: Ints
    pathway: Ints

    def __len__(self) -> int:
        return len(self.key)

    def take(self, chosen: Bools | Ints) -> "People":
        """Some of the people."""
        return People(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@cache
def blocks() -> tuple[str, ...]:
    """Codes of the regions where care begins: districts in the four cities, otherwise municipalities."""
    cities = cities_with_districts()
    return tuple(
        code
        for code, region in regions().items()
        if (region.level is RegionLevel.MUNICIPALITY and code not in cities) or code in districts()
    )


def municipality_of(block: str) -> str:
    """The municipality of a block."""
    region: Region = regions()[block]
    return region.municipalities[0]


@cache
def blocks_of(municipality: str) -> tuple[str, ...]:
    """The blocks of a municipality of today."""
    return tuple(b for b in blocks() if municipality_of(b) == municipality)


@cache
def _population() -> NDArray[np.float32]:
    """Persons by block, year from 2005, sex and age."""
    codes = pa.array(blocks())
    rows = whole_population()
    rows = rows.filter(pc.is_in(rows["kode"], codes))
    indices = (pc.index_in(rows["kode"], codes), rows["aar"], pc.index_in(rows["kjonn"], pa.array(SEXES)), rows["alder"])
    place, year, sex, age = (column.to_numpy() for column in indices)
    found = np.zeros((len(codes), LAST_YEAR - FIRST_YEAR + 1, 2, AGES), dtype=np.float32)
    found[place, year - FIRST_YEAR, sex, age] = rows["folketall"].to_numpy()
    return found


@dataclass(frozen=True)
class _Entrants:
    """Counts of people whose care begins, by pathway, cohort, sex and age: one element per cell that is not empty."""

    key: Keys
    pathway: Ints
    cohort: Ints
    sex: Ints
    age: Ints
    count: Ints

    @property
    def birth_year(self) -> Ints:
        """Age counts completed years on 1 January of the cohort's year."""
        return self.cohort - 1 - self.age


class Population:
    """Everybody the seed makes, block by block, numbered so that identity numbers never collide.

    Args:
        seed: the seed of the country.
        parameters: the parameters that give the number of entrants.
    """

    def __init__(self, seed: int, parameters: Parameters) -> None:
        self.seed = seed
        self.parameters = parameters
        self._cells = _cells(parameters)
        self._inhabitants = _population()
        self._offsets: NDArray[np.int64] | None = None

    def of_block(self, block: str, first_year: int, last_year: int) -> People:
        """The people of a block, in a fixed order, whose care can touch the years."""
        entrants = self._entrants(block)
        cell = np.repeat(np.arange(len(entrants.count)), entrants.count)
        key = keyed(entrants.key[cell], counted(entrants.count))
        sex, birth_year, cohort = entrants.sex[cell], entrants.birth_year[cell], entrants.cohort[cell]
        ordinal = self._ordinals(block, birth_year, sex)
        birth = _new_year(birth_year) + (ordinal * _BIRTHDAY_STEP) % 365
        onset = _new_year(cohort) + (uniform(key, "onset") * 365).astype(np.int64)
        people = People(key, sex, birth, ordinal, np.maximum(onset, birth + 30), entrants.pathway[cell])
        longest = self.parameters.by_pathway("longest_years")[people.pathway]
        return people.take((cohort + longest + 1 >= first_year) & (cohort <= last_year))

    def inhabitants(self, block: str, year: int) -> Floats:
        """Inhabitants by sex and age on 1 January; the oldest known population stands for earlier years."""
        index = min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR
        found: Floats = self._inhabitants[blocks().index(block), index].astype(np.float64)
        return found

    def numbered(self) -> "Population":
        """The same, with the numbering of the whole country worked out, to be sent to other processes."""
        self._national_offsets()
        return self

    def _entrants(self, block: str) -> _Entrants:
        cells = self._cells
        persons = self._inhabitants[blocks().index(block)]
        expected = cells.rate * persons[cells.year, cells.sex, cells.age]
        base = root_key(self.seed, int(block))
        key = keyed(np.broadcast_to(base, len(expected)), cells.number)
        count = np.floor(expected + uniform(key, "entrants")).astype(np.int64)
        kept = count > 0
        return _Entrants(key[kept], cells.pathway[kept], cells.cohort[kept], cells.sex[kept], cells.age[kept], count[kept])

    def _ordinals(self, block: str, birth_year: Ints, sex: Ints) -> Ints:
        group = _birth_group(birth_year, sex)
        order = np.argsort(group, kind="stable")
        ordinal = np.empty(len(group), dtype=np.int64)
        ordinal[order] = counted(np.bincount(group))
        found: Ints = ordinal + self._national_offsets()[blocks().index(block), group]
        return found

    def _national_offsets(self) -> NDArray[np.int64]:
        """How many people of each birth year and sex stand in the blocks before each block."""
        if self._offsets is None:
            counts = np.stack([self._birth_counts(block) for block in blocks()])
            self._offsets = np.cumsum(counts, axis=0) - counts
        return self._offsets

    def _birth_counts(self, block: str) -> NDArray[np.int64]:
        entrants = self._entrants(block)
        group = _birth_group(entrants.birth_year, entrants.sex)
        found: NDArray[np.int64] = np.bincount(group, weights=entrants.count, minlength=_BIRTH_GROUPS).astype(np.int64)
        return found


_FIRST_BIRTH = 1800
_BIRTH_GROUPS = 2 * (LAST_YEAR + 1 - _FIRST_BIRTH)


def _birth_group(birth_year: Ints, sex: Ints) -> Ints:
    return (birth_year - _FIRST_BIRTH) * 2 + sex


def _new_year(year: Ints) -> Ints:
    return (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


@dataclass(frozen=True)
class _Cells:
    """Every pathway, cohort, sex and age with the expected entrants per inhabitant; ``year`` is the index of the population."""

    number: Ints
    year: Ints
    pathway: Ints
    cohort: Ints
    sex: Ints
    age: Ints
    rate: Floats


def _cells(parameters: Parameters) -> _Cells:
    first_cohorts = parameters.by_pathway("first_cohort").astype(int)
    shapes = [(p, c) for p in range(len(PATHWAYS)) for c in range(first_cohorts[p], LAST_YEAR + 1)]
    grid = np.array([(p, c, s, a) for p, c in shapes for s in (0, 1) for a in range(AGES)], dtype=np.int64)
    pathway, cohort, sex, age = grid.T
    rate = _rates(parameters)[pathway, sex, age] * _growth(parameters, cohort)
    kept = (rate > 0) & (cohort - 1 - age >= _FIRST_BIRTH)
    number = ((cohort * len(PATHWAYS) + pathway) * 2 + sex) * AGES + age
    year = cohort.clip(FIRST_YEAR, LAST_YEAR) - FIRST_YEAR
    return _Cells(*(x[kept] for x in (number, year, pathway, cohort, sex, age, rate)))


def _growth(parameters: Parameters, cohort: Ints) -> Floats:
    growth = float(parameters.fitted["trend"]["entrants"])
    found: Floats = np.exp(growth * (cohort - parameters.target_year).clip(-15, 6))
    return found


def _rates(parameters: Parameters) -> Floats:
    """Entrants a year per inhabitant by pathway, sex and age."""
    shape = parameters.assumed["pathways"]
    ages = np.arange(AGES)
    bands = age_band(ages)
    rates = np.zeros((len(PATHWAYS), 2, AGES))
    for p, pathway in enumerate(PATHWAYS):
        for s, sex in enumerate(SEXES):
            per_1000 = interpolated(shape["ages"], shape["entrants_per_1000"][pathway][sex], ages)
            rates[p, s] = per_1000 / 1000 * np.array(parameters.fitted["entrants"][sex])[bands]
    rates[PATHWAYS.index("E")] *= np.array(parameters.fitted["episodes"])[bands]
    return rates
