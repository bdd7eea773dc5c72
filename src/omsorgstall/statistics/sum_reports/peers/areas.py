"""Areas a municipality is compared with: its KOSTRA group, its county, the country, and the country without Oslo."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from omsorgstall.codes import RegionLevel, regions
from omsorgstall.core import Text
from omsorgstall.statistics.coverage import Coverage

_BESIDE = (RegionLevel.KOSTRA_GROUP, RegionLevel.COUNTY, RegionLevel.COUNTRY, RegionLevel.COUNTRY_WITHOUT_OSLO)


@dataclass(frozen=True, slots=True)
class Area:
    """A region of the national tables and those of its municipalities that delivered.

    Attributes:
        name: with how many delivered, when not all did.
    """

    code: str
    name: Text
    municipalities: frozenset[str]


def every_area(delivered: Collection[str], year: int) -> tuple[Area, ...]:
    """Every area of whole municipalities with figures, the municipalities too, in the order of the national tables."""
    known = frozenset(delivered)
    coverage = Coverage({year: known}, {})
    found = [r for r in regions().values() if r.level is not RegionLevel.DISTRICT and coverage.has(r, year)]
    return tuple(Area(r.code, coverage.label(r, [year]), known.intersection(r.municipalities)) for r in found)


def peer_areas(owner: str, delivered: Collection[str], year: int) -> tuple[Area, ...]:
    """What the owner is compared with; areas without any other municipality are left out."""
    order = {level: n for n, level in enumerate(_BESIDE)}
    near = [a for a in every_area(delivered, year) if (level := regions()[a.code].level) in order and _concerns(a, owner, level)]
    near = [a for a in near if a.municipalities - {owner}]
    return tuple(sorted(near, key=lambda a: order[regions()[a.code].level]))


def _concerns(area: Area, owner: str, level: RegionLevel) -> bool:
    return owner in regions()[area.code].municipalities or level is RegionLevel.COUNTRY_WITHOUT_OSLO


def without(areas: Collection[Area], owner: str) -> tuple[Area, ...]:
    """The other municipalities of each area: what is left to the owner when she takes her own figures away."""
    return tuple(replace(a, municipalities=a.municipalities - {owner}) for a in areas)
