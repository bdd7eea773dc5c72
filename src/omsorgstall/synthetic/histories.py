"""Everything that happens to the people of one block, put together: the history that reports are cut from."""

from dataclasses import dataclass, fields

import numpy as np

from omsorgstall.synthetic.careers import careers
from omsorgstall.synthetic.decisions import Decisions, decide
from omsorgstall.synthetic.draws import Bools, Floats, Ints, uniform
from omsorgstall.synthetic.parameters import Parameters
from omsorgstall.synthetic.people import People, Population, blocks
from omsorgstall.synthetic.services import Records, joined, spells
from omsorgstall.synthetic.states import States, states
from omsorgstall.synthetic.stays import Stays, hospital_stays, pauses, short_stays

PAUSED_IN_SHORT_STAY = 0.6
DISTRICT_DIGITS = 6
OUTSIDE = "9999"
"""Stands for the block of a sample of the whole country."""
HORIZON_DAYS = 150
"""Days after the last data year that are simulated, for event messages."""


@dataclass(frozen=True)
class History:
    """The people of a block and all that was recorded about them.

    Attributes:
        inhabitants: of each person's municipality, as far as its size matters.
        death: day of death, ``ALIVE`` when beyond the horizon.
        hospital: hospital stays by person.
        pauses: pauses by record.
    """

    block: str
    inhabitants: Floats
    people: People
    death: Ints
    states: States
    records: Records
    decisions: Decisions
    hospital: Stays
    pauses: Stays


def new_year(year: int) -> int:
    """1 January of a year as days since 1970."""
    return int(np.datetime64(f"{year}-01-01").astype("datetime64[D]").astype(np.int64))


def history(population: Population, block: str, first_year: int, last_year: int) -> History:
    """Simulate a block so that every data year from the first to the last can be cut from it."""
    people = population.of_block(block, first_year, last_year)
    inhabitants = np.full(len(people), _size(population, block, last_year))
    return simulate(population.parameters, block, people, inhabitants, first_year, last_year)


def sampled(population: Population, share: float, first_year: int, last_year: int) -> History:
    """A thinned country in one history: the people for whom a draw falls below the share, from every block."""
    parts, sizes = [], []
    for block in blocks():
        people = population.of_block(block, first_year, last_year)
        people = people.take(uniform(people.key, "sample") < share)
        parts.append(people)
        sizes.append(np.full(len(people), _size(population, block, last_year)))
    everyone = People(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(People)))
    return simulate(population.parameters, OUTSIDE, everyone, np.concatenate(sizes), first_year, last_year)


def _size(population: Population, block: str, year: int) -> float:
    """Inhabitants as far as size matters: a district stands for its city."""
    return float(population.inhabitants(block, year).sum()) * (10 if len(block) == DISTRICT_DIGITS else 1)


def simulate(
    parameters: Parameters, block: str, people: People, inhabitants: Floats, first_year: int, last_year: int
) -> History:
    """Let the lives of people happen, and record what municipalities record."""
    segments, death = careers(people, parameters, new_year(last_year + 1) + HORIZON_DAYS)
    touching = np.zeros(len(people), dtype=bool)
    touching[segments.person[segments.end >= new_year(first_year) - 400]] = True
    situation = states(people, segments.take(touching[segments.person]), parameters)
    granted = joined([spells(people, situation, parameters), short_stays(people, situation, parameters)])
    records, decisions = decide(people, situation, granted, parameters)
    kept = _needed(records, decisions, new_year(first_year))
    records, decisions = records.take(kept), decisions.take(kept)
    hospital = hospital_stays(situation, parameters)
    interrupted = _pauses(records, hospital, parameters)
    return History(block, inhabitants, people, death, situation, records, decisions, hospital, interrupted)


def _needed(records: Records, decisions: Decisions, first_day: int) -> Bools:
    """Records that can still matter: running, decided, or begun before the first data year and not long over."""
    return (records.end >= first_day - 30) | (decisions.decision >= first_day)


def _pauses(records: Records, hospital: Stays, parameters: Parameters) -> Stays:
    """Home services pause in hospital and during short stays, stays pause in hospital; not all is registered."""
    active = parameters.faults["date_in_hospital_active"]
    short = np.isin(records.code, (18, 19, 20))
    in_stay = Stays(records.key[short], records.person[short], records.start[short], records.end[short])
    in_stay = in_stay.take(in_stay.start > 0)
    home = np.isin(records.code, (1, 2, 15))
    first = pauses(records, hospital, 1 - active)
    second = pauses(records, in_stay, PAUSED_IN_SHORT_STAY)
    second = second.take(home[second.owner])
    return Stays(*(np.concatenate([a, b]) for a, b in zip(_parts(first), _parts(second), strict=True)))


def _parts(stays: Stays) -> tuple[Ints, ...]:
    return stays.key.astype(np.uint64), stays.owner, stays.start, stays.end
