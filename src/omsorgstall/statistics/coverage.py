"""Which municipalities delivered in which year, and what that makes of regions: members, labels and missing cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from omsorgstall.codes import Region, RegionLevel, regions
from omsorgstall.codes.regions import cities_with_districts, districts, unknown_district
from omsorgstall.core import Text
from omsorgstall.statistics.caveats import Caveats
from omsorgstall.tables import Member

LEVEL_MARKS = {
    RegionLevel.COUNTRY: "KFB",
    RegionLevel.COUNTRY_WITHOUT_OSLO: "KFB",
    RegionLevel.COUNTY: "F",
    RegionLevel.KOSTRA_GROUP: "K",
    RegionLevel.MUNICIPALITY: "K",
    RegionLevel.DISTRICT: "B",
}
"""Which level marks let a region of each level stand in a table."""
_OF_MUNICIPALITIES = Text("({} av {} kommuner)", "({} av {} kommunar)", "({} of {} municipalities)")


def leaves_of(municipality: str) -> frozenset[str]:
    """The leaf regions of a municipality: itself, or its districts and 'district not stated'."""
    if municipality not in cities_with_districts():
        return frozenset({municipality})
    own = {d.number for d in districts().values() if d.municipality == municipality}
    return frozenset(own | {unknown_district(municipality)})


@dataclass(frozen=True)
class Coverage:
    """What the figures of a release can say about each region and year.

    Attributes:
        delivered: per year the municipalities (today's numbers) whose submission the figures rest on.
        by_district: per year the cities that told the district of at least one person.
        owner: the municipality whose own tables these are; empty for a release.
        age_not_stated: whether anyone's age is unknown.
        caveats: what is said beside the figures.
    """

    delivered: Mapping[int, frozenset[str]]
    by_district: Mapping[int, frozenset[str]]
    owner: str = ""
    age_not_stated: bool = False
    caveats: Caveats = field(default_factory=Caveats)

    @cached_property
    def _ever(self) -> frozenset[str]:
        return frozenset().union(*self.delivered.values())

    def members(self, years: Sequence[int], level_mark: str) -> tuple[Member, ...]:
        """The regions with figures in at least one of the years, in the order of the code list."""
        shown = [r for r in regions().values() if self._shown(r, level_mark) and any(self.has(r, y) for y in years)]
        return tuple(self._member(r, years) for r in shown)

    def _shown(self, region: Region, level_mark: str) -> bool:
        if self.owner:
            return region.municipalities == (self.owner,) and region.level in (RegionLevel.MUNICIPALITY, RegionLevel.DISTRICT)
        return bool(set(LEVEL_MARKS[region.level]) & set(level_mark))

    def has(self, region: Region, year: int) -> bool:
        """Whether the region has figures for the year: delivered, and by district if it is one."""
        known = self.by_district if region.level is RegionLevel.DISTRICT else self.delivered
        return not known.get(year, frozenset()).isdisjoint(region.municipalities)

    def _member(self, region: Region, years: Sequence[int]) -> Member:
        note = self.caveats.of_region(region, years)
        if region.level is RegionLevel.DISTRICT:
            return Member(region.code, region.name, frozenset({region.code}), note)
        covers = frozenset().union(*(leaves_of(m) for m in region.municipalities if m in self._ever))
        return Member(region.code, self.label(region, years), covers, note)

    def label(self, region: Region, years: Sequence[int]) -> Text:
        """The name, with how many municipalities delivered when not all did."""
        counts = [len(self.delivered.get(y, frozenset()).intersection(region.municipalities)) for y in years]
        counts = [c for c in counts if c]
        if min(counts) == len(region.municipalities):
            return region.name
        found = str(counts[0]) if min(counts) == max(counts) else f"{min(counts)}–{max(counts)}"
        part = [_OF_MUNICIPALITIES.in_language(n).format(found, len(region.municipalities)) for n in ("nb", "nn", "en")]
        name = region.name
        return Text(f"{name.nb} {part[0]}", f"{name.nn} {part[1]}", f"{name.en} {part[2]}")

    def has_figures(self, codes: Sequence[str], years: Sequence[int]) -> NDArray[np.bool_]:
        """Regions (rows) by years (columns): False where nobody delivered, so that the figures are missing."""
        return np.array([[self.has(regions()[c], y) for y in years] for c in codes], dtype=bool).reshape(len(codes), len(years))


def cities_by_district(leaves: Mapping[int, frozenset[str]]) -> dict[int, frozenset[str]]:
    """Per year the cities with at least one person in a named district, from the leaf regions seen that year."""
    return {
        year: frozenset(districts()[leaf].municipality for leaf in seen if leaf in districts()) for year, seen in leaves.items()
    }
