"""Regions: today's municipalities, counties, KOSTRA groups, city districts, and how old municipalities map to them."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from omsorgstall.codes._load import read_lines
from omsorgstall.core import Text

COUNTRY = "EAK"
COUNTRY_WITHOUT_OSLO = "EAKUO"
OSLO = "0301"
UNKNOWN_DISTRICT_SUFFIX = "99"


class RegionLevel(StrEnum):
    """Kinds of region, from the largest."""

    COUNTRY = "country"
    COUNTRY_WITHOUT_OSLO = "country_without_oslo"
    COUNTY = "county"
    KOSTRA_GROUP = "kostra_group"
    MUNICIPALITY = "municipality"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality within today's borders."""

    number: str
    name: str
    county: str
    county_name: str
    kostra_group: str
    population: int


@dataclass(frozen=True, slots=True)
class District:
    """A city district (bydel) of one of the four largest cities."""

    number: str
    name: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the tables.

    Attributes:
        code: ``EAK``, ``EAKUO``, ``EKA03`` (county), ``EKG01`` (KOSTRA group), ``0301`` or ``030101``.
        municipalities: the municipalities it consists of; for a district, its municipality.
    """

    code: str
    name: Text
    level: RegionLevel
    municipalities: tuple[str, ...]


@cache
def municipalities() -> dict[str, Municipality]:
    """The 357 municipalities of today by number."""
    rows = csv.reader(read_lines("municipalities_2024.csv"))
    return {r[0]: Municipality(r[0], r[1], r[2], r[3], r[6], int(r[4])) for r in rows}


@cache
def districts() -> dict[str, District]:
    """The city districts of Oslo, Bergen, Stavanger and Trondheim by number."""
    rows = csv.reader(read_lines("districts.csv"))
    return {r[0]: District(r[0], r[1], r[2]) for r in rows}


@cache
def cities_with_districts() -> frozenset[str]:
    """Municipalities that report by city district."""
    return frozenset(d.municipality for d in districts().values())


def unknown_district(municipality: str) -> str:
    """The code of 'district not stated' in a city with districts, such as ``030199``."""
    return municipality + UNKNOWN_DISTRICT_SUFFIX


@cache
def regions() -> dict[str, Region]:
    """Every region of the tables, in the order they are listed."""
    found = [*_country(), *_counties(), *_kostra_groups(), *_municipalities(), *_districts()]
    return {r.code: r for r in found}


def _country() -> list[Region]:
    everywhere = tuple(municipalities())
    without = tuple(m for m in everywhere if m != OSLO)
    return [
        Region(COUNTRY, Text("Hele landet", "Heile landet", "The whole country"), RegionLevel.COUNTRY, everywhere),
        Region(
            COUNTRY_WITHOUT_OSLO,
            Text("Landet uten Oslo", "Landet utan Oslo", "The country without Oslo"),
            RegionLevel.COUNTRY_WITHOUT_OSLO,
            without,
        ),
    ]


def _grouped(key: str) -> dict[str, list[Municipality]]:
    groups: dict[str, list[Municipality]] = {}
    for municipality in municipalities().values():
        groups.setdefault(getattr(municipality, key), []).append(municipality)
    return dict(sorted(groups.items()))


def _counties() -> list[Region]:
    return [
        Region(f"EKA{c}", _county_name(ms[0].county_name), RegionLevel.COUNTY, tuple(m.number for m in ms))
        for c, ms in _grouped("county").items()
    ]


def _county_name(name: str) -> Text:
    """Oslo is a municipality too: clients that read names, not codes, must be able to tell them apart."""
    if name not in {m.name for m in municipalities().values()}:
        return Text.same(name)
    return Text(f"{name} (fylke)", f"{name} (fylke)", f"{name} (county)")


def _kostra_groups() -> list[Region]:
    return [
        Region(
            f"EKG{g}",
            Text(f"KOSTRA-gruppe {int(g)}", f"KOSTRA-gruppe {int(g)}", f"KOSTRA group {int(g)}"),
            RegionLevel.KOSTRA_GROUP,
            tuple(m.number for m in ms),
        )
        for g, ms in _grouped("kostra_group").items()
    ]


def _municipalities() -> list[Region]:
    return [Region(m.number, Text.same(m.name), RegionLevel.MUNICIPALITY, (m.number,)) for m in municipalities().values()]


def _districts() -> list[Region]:
    found = [Region(d.number, Text.same(d.name), RegionLevel.DISTRICT, (d.municipality,)) for d in districts().values()]
    for city in sorted(cities_with_districts()):
        name = municipalities()[city].name
        text = Text(f"{name}, uoppgitt bydel", f"{name}, ikkje oppgitt bydel", f"{name}, district not stated")
        found.append(Region(unknown_district(city), text, RegionLevel.DISTRICT, (city,)))
    return sorted(found, key=lambda r: r.code)


@dataclass(frozen=True, slots=True)
class MunicipalityChange:
    """A former municipality and the share of it that lies in one of today's municipalities."""

    today: str
    former: str
    first_year: int
    last_year: int
    weight: float


@cache
def municipality_changes() -> tuple[MunicipalityChange, ...]:
    """Every correspondence from municipalities of 2006 and later to today's.

    The years are those of the source (public package csdata), but for the reform of 1 January 2024: the source lets its new
    municipalities begin in 2023 beside the old ones, so that every person of that year would belong to two.
    """
    rows = csv.reader(read_lines("municipality_changes.csv"))
    return tuple(MunicipalityChange(r[0], r[1], int(r[2]), int(r[3]), float(r[4])) for r in rows)


@cache
def municipalities_in(year: int) -> dict[str, tuple[tuple[str, float], ...]]:
    """The municipality numbers in use in a year, each with today's municipalities and weights (summing to 1)."""
    found: dict[str, list[tuple[str, float]]] = {}
    for change in municipality_changes():
        if change.first_year <= year <= change.last_year and change.today in municipalities():
            found.setdefault(change.former, []).append((change.today, change.weight))
    return {former: _normalised(parts) for former, parts in sorted(found.items())}


def _normalised(parts: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    total = sum(weight for _, weight in parts)
    return tuple((today, weight / total) for today, weight in sorted(parts))
