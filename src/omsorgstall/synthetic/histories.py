"""Everything that happens to the people of one block, put together: the history that reports are cut from."""

from dataclasses import dataclass, fields

import numpy as np

from omsorgstall.synthetic.careers import ALIVE, careers
from omsorgstall.synthetic.decisions import Decisions, decide
from omsorgstall.synthetic.draws import Bools, Floats, Ints, keyed, uniform
from omsorgstall.synthetic.moves import departures, movers_to, users_for_testing
from omsorgstall.synthetic.parameters import Parameters
from omsorgstall.synthetic.people import People, Population, blocks, blocks_of, municipality_of
from omsorgstall.synthetic.services import Records, joined, spells
from omsorgstall.synthetic.states import States, states
from omsorgstall.synthetic.stays import Stays, coercion, hospital_stays, pauses, short_stays

PAUSED_IN_SHORT_STAY = 0.6
DISTRICT_DIGITS = 6
LONG_BEFORE = 2000
OUTSIDE = "9999"
"""Stands for the block of a sample of the whole country."""
HORIZON_DAYS = 300
"""Days after the last data year that are simulated: for event messages, and for refusals before a later service."""


@dataclass(frozen=True)
class Presence:
    """From which day, and until which, a municipality is responsible for each person."""

    start: Ints
    end: Ints


@dataclass(frozen=True)
class History:
    """The people of a block and all that was recorded about them.

    Attributes:
        present: when each person belongs to the municipality.
        inhabitants: of each person's municipality, as far as its size matters.
        death: day of death, ``ALIVE`` when beyond the horizon.
        hospital: hospital stays by person.
        pauses: pauses by record.
    """

    block: str
    inhabitants: Floats
    present: Presence
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


def histories_of(population: Population, municipality: str, first_year: int, last_year: int) -> list[History]:
    """Everything recorded in a municipality of today: its blocks, those who moved there, and test users."""
    found = [history(population, block, first_year, last_year) for block in blocks_of(municipality)]
    home = found[0].block
    inhabitants = float(found[0].inhabitants[0]) if len(found[0].people) else 0.0
    movers = movers_to(population, municipality, first_year, last_year)
    groups = [*movers, (users_for_testing(population.seed, municipality), np.zeros(0, dtype=np.int64))]
    for people, day in groups:
        if len(people):
            present = Presence(day if len(day) else people.onset, np.full(len(people), ALIVE))
            size = np.full(len(people), inhabitants)
            found.append(simulate(population.parameters, home, people, size, first_year, last_year, present))
    return found


def history(population: Population, block: str, first_year: int, last_year: int) -> History:
    """Simulate a block so that every data year from the first to the last can be cut from it, until people move away."""
    people = population.of_block(block, first_year, last_year)
    inhabitants = np.full(len(people), _size(population, block))
    present = Presence(people.onset - LONG_BEFORE, departures(people, population, municipality_of(block)))
    return simulate(population.parameters, block, people, inhabitants, first_year, last_year, present)


def sampled(population: Population, share: float, first_year: int, last_year: int) -> History:
    """A thinned country in one history: the people for whom a draw falls below the share, from every block."""
    parts, sizes = [], []
    for block in blocks():
        people = population.of_block(block, first_year, last_year)
        people = people.take(uniform(people.key, "sample") < share)
        parts.append(people)
        sizes.append(np.full(len(people), _size(population, block)))
    everyone = People(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(People)))
    present = Presence(everyone.onset - LONG_BEFORE, np.full(len(everyone), ALIVE))
    return simulate(population.parameters, OUTSIDE, everyone, np.concatenate(sizes), first_year, last_year, present)


def _size(population: Population, block: str) -> float:
    """Inhabitants of the target year, as far as size matters: a district stands for its city."""
    return float(population.inhabitants(block, population.parameters.target_year).sum()) * (
        10 if len(block) == DISTRICT_DIGITS else 1
    )


def simulate(
    parameters: Parameters,
    block: str,
    people: People,
    inhabitants: Floats,
    first_year: int,
    last_year: int,
    present: Presence,
) -> History:
    """Let the lives of people happen, and record what municipalities record."""
    segments, death = careers(people, parameters, new_year(last_year + 1) + HORIZON_DAYS)
    touching = np.zeros(len(people), dtype=bool)
    touching[segments.person[segments.end >= new_year(first_year) - 400]] = True
    situation = states(people, segments.take(touching[segments.person]), parameters)
    kinds = (spells, short_stays, coercion)
    granted = joined([kind(people, situation, parameters) for kind in kinds])
    records, decisions = decide(people, situation, granted, parameters)
    records = _while_present(records, decisions, present, parameters)
    kept = _needed(records, decisions, new_year(first_year)) & (records.code > 0)
    records, decisions = records.take(kept), decisions.take(kept)
    hospital = hospital_stays(situation, parameters)
    interrupted = _pauses(records, hospital, parameters)
    return History(block, inhabitants, present, people, death, situation, records, decisions, hospital, interrupted)


def _while_present(records: Records, decisions: Decisions, present: Presence, parameters: Parameters) -> Records:
    """Services end with a move and begin anew elsewhere; code 0 marks those that belong to the other municipality."""
    came, left = present.start[records.person], present.end[records.person]
    refused = decisions.refused
    here = np.where(refused, (decisions.decision >= came) & (decisions.decision < left), True)
    here &= refused | ((records.start < left) & (records.end >= came))
    forgotten = uniform(records.key, "moved") < parameters.faults["moved_not_ended"]
    end = np.where(refused | forgotten, records.end, np.minimum(records.end, left - 1))
    start = np.where(refused, records.start, np.maximum(records.start, came))
    key = np.where(came > records.start, keyed(records.key, 6), records.key)
    code = np.where(here, records.code, 0)
    return Records(key, records.person, records.state, code, start, end, records.renewed)


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
