"""Moves between municipalities, and test users sent by mistake.

Each municipality sends its movers to the next one of the county (Oslo and Akershus count as one), so that whoever is made
alone needs to look at one other municipality only.
"""

from functools import cache

import numpy as np

from omsorgstall.codes import municipalities
from omsorgstall.codes.regions import OSLO
from omsorgstall.synthetic.careers import ALIVE, YEAR
from omsorgstall.synthetic.draws import Ints, exponential, keyed, root_key, whole
from omsorgstall.synthetic.parameters import PATHWAYS
from omsorgstall.synthetic.people import People, Population, blocks_of

AROUND_OSLO = "32"
TEST_USERS = 15
TEST_USER_MUNICIPALITIES = 6
"""Persons for testing that were reported by at least five municipalities in 2022 (R22 annex B): 15."""
_UNUSED_ORDINAL = 365 * 190
_TEST_USERS_BORN, _TEST_USERS_FROM = 1975, 12_784


@cache
def _circles() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for number, municipality in municipalities().items():
        county = AROUND_OSLO if number == OSLO else municipality.county
        found.setdefault(county, []).append(number)
    return {number: tuple(sorted(circle)) for circle in found.values() for number in circle}


def destination(municipality: str) -> str:
    """Where those who move away from a municipality go."""
    circle = _circles()[municipality]
    return circle[(circle.index(municipality) + 1) % len(circle)]


def origin(municipality: str) -> str:
    """Where those who move to a municipality come from."""
    circle = _circles()[municipality]
    return circle[circle.index(municipality) - 1]


def departures(people: People, population: Population, municipality: str) -> Ints:
    """The day each person moves away, ``ALIVE`` when never; few leave a city for a small place."""
    known = municipalities()
    ratio = known[destination(municipality)].population / known[municipality].population
    rate = population.parameters.assumed["moves_per_year"] * min(1.0, ratio)
    years = exponential(people.key, "moves away", 1 / rate)
    day = people.onset + 60 + (years * YEAR).clip(max=200 * YEAR).astype(np.int64)
    return np.where(day < people.onset + 120 * YEAR, day, ALIVE)


def movers_to(population: Population, municipality: str, first_year: int, last_year: int) -> list[tuple[People, Ints]]:
    """People whose care began elsewhere and who move to a municipality in time for the data years, with the day."""
    source = origin(municipality)
    if source == municipality:
        return []
    found = []
    for block in blocks_of(source):
        people = population.of_block(block, first_year, last_year)
        day = departures(people, population, source)
        moved = day < (last_year - 1968) * YEAR
        found.append((people.take(moved), day[moved]))
    return found


def users_for_testing(seed: int, municipality: str) -> People:
    """Those of the country's test users that a municipality sends."""
    numbers = np.array([n for n in range(TEST_USERS) if municipality in _sent_from(seed, n)], dtype=np.int64)
    key = keyed(np.broadcast_to(root_key(seed, 15), len(numbers)), numbers)
    birth = np.full(len(numbers), int((_TEST_USERS_BORN - 1970) * YEAR)) + numbers
    ordinal = _UNUSED_ORDINAL + numbers
    same = np.ones(len(numbers), dtype=np.int64)
    return People(key, numbers % 2, birth, ordinal, same * _TEST_USERS_FROM, same * PATHWAYS.index("D"))


@cache
def _sent_from(seed: int, number: int) -> frozenset[str]:
    known = sorted(municipalities())
    key = keyed(np.broadcast_to(root_key(seed, 16, number), TEST_USER_MUNICIPALITIES), np.arange(TEST_USER_MUNICIPALITIES))
    return frozenset(known[i] for i in whole(key, "test user", len(known)))
