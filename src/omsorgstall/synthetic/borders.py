"""Which municipality reports a person in a data year: former municipalities until they merged, today's afterwards."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from omsorgstall.codes import municipalities_in
from omsorgstall.synthetic.draws import Floats, Ints, Keys, uniform

SHRINKS_BY = 3.0
"""How many times smaller each further part of a merged municipality is taken to be (ASSUMED; sizes are not in our data)."""


@dataclass(frozen=True)
class Parts:
    """The municipalities of a data year that one of today's consists of, the largest first, with their shares."""

    numbers: tuple[str, ...]
    shares: tuple[float, ...]


@cache
def _parts_by_year(year: int) -> dict[str, Parts]:
    found: dict[str, list[tuple[str, float]]] = {}
    for former, todays in municipalities_in(year).items():
        for today, weight in todays:
            found.setdefault(today, []).append((former, weight))
    return {today: _shares(parts) for today, parts in found.items()}


def _shares(parts: list[tuple[str, float]]) -> Parts:
    ordered = sorted(parts)
    sizes = [weight / SHRINKS_BY**n for n, (_, weight) in enumerate(ordered)]
    return Parts(tuple(number for number, _ in ordered), tuple(size / sum(sizes) for size in sizes))


def parts(municipality: str, year: int) -> Parts:
    """The parts of one of today's municipalities in a data year."""
    return _parts_by_year(year)[municipality]


def reporting_part(keys: Keys, municipality: str, year: int) -> Ints:
    """Which part each person lives in, as an index of ``parts``."""
    bounds: Floats = np.cumsum(parts(municipality, year).shares)[:-1]
    found: Ints = np.searchsorted(bounds, uniform(keys, "part of municipality"))
    return found


def neighbourhoods(municipalities: frozenset[str], years: tuple[int, ...]) -> tuple[tuple[str, ...], ...]:
    """Groups of today's municipalities that some municipality of the years lies across; most groups have one member.

    The members of a group must be made together, since one file holds people of several of them.
    """
    leader = {m: m for m in municipalities}
    for year in years:
        for todays in municipalities_in(year).values():
            members = sorted(m for m, _ in todays if m in municipalities)
            for other in members[1:]:
                _join(leader, members[0], other)
    groups: dict[str, list[str]] = {}
    for municipality in sorted(municipalities):
        groups.setdefault(leader[municipality], []).append(municipality)
    return tuple(tuple(group) for group in groups.values())


def _join(leader: dict[str, str], first: str, second: str) -> None:
    old, new = leader[second], leader[first]
    for municipality, current in leader.items():
        if current == old:
            leader[municipality] = new
