"""Short stays, registered stays of rolling respite, hospital stays, and the pauses they give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from omsorgstall.synthetic.careers import HOME, LONG_TERM, YEAR
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, counted, keyed, lognormal, normal, poisson_small, uniform
from omsorgstall.synthetic.parameters import Parameters
from omsorgstall.synthetic.people import People
from omsorgstall.synthetic.services import Records, joined
from omsorgstall.synthetic.states import States

RESPITE = 8
PAUSED_SERVICES = (1, 2, 15, 18, 19, 20, 21, 29)


def short_stays(people: People, states: States, parameters: Parameters) -> Records:
    """Time-limited stays and acute stays, repeated by some, one at a time."""
    shapes = parameters.services["stays"]
    return _one_at_a_time(joined([_of_kind(people, states, parameters, code, shapes[code]) for code in shapes]))


def coercion(people: People, states: States, parameters: Parameters) -> Records:
    """Decisions on coercion; they may overlap, which is legal."""
    shapes = parameters.services["coercion"]
    return joined([_of_kind(people, states, parameters, code, shapes[code]) for code in shapes])


def _of_kind(people: People, states: States, parameters: Parameters, code: int, shape: Mapping[str, Any]) -> Records:
    seg = states.segments
    years = (seg.end - seg.start) / YEAR
    rate = np.array(shape["per_year"])[states.pathway] * np.array(shape["level"])[states.level - 1]
    spread = shape["spread"] * parameters.factor("stay_spread", code)
    own = np.exp(spread * normal(people.key, f"stays {code}") - spread**2 / 2)[seg.person]
    young = np.where(states.band <= 1, 0.4, 1.0)
    inside = (seg.state == LONG_TERM) * shape.get("in_long_term", 0.0)
    there = np.where(seg.state == HOME, rate * young, inside)
    mean = there * own * years * parameters.factor("stays", code)
    count = poisson_small(states.key, f"stays {code}", np.minimum(mean, 8.0))
    index = np.repeat(np.arange(len(count)), count)
    key = keyed(states.key[index], counted(count) + 100 * code)
    start = seg.start[index] + ((seg.end - seg.start)[index] * uniform(key, "start")).astype(np.int64)
    days = lognormal(key, "days", shape["median_days"] * parameters.factor("stay_days", code), shape["sigma"])
    end = np.minimum(start + days.astype(np.int64).clip(1, 400), seg.end[index] - 1)
    records = Records(key, seg.person[index], index, np.full(len(index), code), start, end, np.zeros(len(index), bool))
    return records.take(end >= start)


def _one_at_a_time(records: Records) -> Records:
    """End each stay before the same person's next one begins."""
    ordered = records.take(np.lexsort((records.start, records.person)))
    end = ordered.end.copy()
    same = ordered.person[:-1] == ordered.person[1:]
    end[:-1] = np.where(same, np.minimum(end[:-1], ordered.start[1:] - 1), end[:-1])
    cut = Records(ordered.key, ordered.person, ordered.state, ordered.code, ordered.start, end, ordered.renewed)
    return cut.take(cut.end >= cut.start)


@dataclass(frozen=True)
class Stays:
    """Stays of days, one element each; ``owner`` is the index of the record or person they belong to."""

    key: Keys
    owner: Ints
    start: Ints
    end: Ints

    def take(self, chosen: Bools | Ints) -> "Stays":
        """Some of the stays."""
        return Stays(self.key[chosen], self.owner[chosen], self.start[chosen], self.end[chosen])


def respite_stays(records: Records, first_day: int, last_day: int) -> Stays:
    """Stays under decisions on rolling respite between two days: three nights about every fifth week."""
    owner = np.flatnonzero((records.code == RESPITE) & (records.start <= last_day) & (records.end >= first_day))
    every = 21 + (28 * uniform(records.key[owner], "every")).astype(np.int64)
    first = np.maximum(0, (first_day - records.start[owner]) // every)
    last = (np.minimum(records.end[owner], last_day) - records.start[owner]) // every
    count = np.maximum(0, last - first + 1)
    index = np.repeat(np.arange(len(owner)), count)
    turn = first[index] + counted(count)
    key = keyed(records.key[owner][index], turn)
    start = records.start[owner][index] + turn * every[index]
    end = np.minimum(start + 2 + (3 * uniform(key, "nights")).astype(np.int64), records.end[owner][index])
    stays = Stays(key, owner[index], start, end)
    return stays.take((start <= last_day) & (end >= first_day) & (uniform(key, "used") < 0.85))


def hospital_stays(states: States, parameters: Parameters) -> Stays:
    """Stays in the specialist health service while in care; ``owner`` is the person."""
    seg = states.segments
    rate = parameters.by_pathway("hospital_per_year")[states.pathway] * (0.6 + 0.8 * seg.severity)
    mean = rate * (seg.end - seg.start) / YEAR * np.where(seg.state == LONG_TERM, 0.5, seg.state == HOME)
    count = poisson_small(states.key, "hospital", np.minimum(mean, 6.0))
    index = np.repeat(np.arange(len(count)), count)
    key = keyed(states.key[index], counted(count) + 9000)
    start = seg.start[index] + ((seg.end - seg.start)[index] * uniform(key, "start")).astype(np.int64)
    end = np.minimum(start + lognormal(key, "days", 4.0, 0.8).astype(np.int64).clip(1, 90), seg.end[index] - 1)
    stays = Stays(key, seg.person[index], start, end)
    return stays.take(end >= start)


def pauses(records: Records, away: Stays, share: Floats | float) -> Stays:
    """Pauses of running services while the person is away; ``owner`` is the record."""
    order = np.argsort(away.owner, kind="stable")
    owners, people_away = away.owner[order], away.take(order)
    low = np.searchsorted(owners, records.person, side="left")
    high = np.searchsorted(owners, records.person, side="right")
    count = np.where(np.isin(records.code, PAUSED_SERVICES), high - low, 0)
    index = np.repeat(np.arange(len(records)), count)
    stay = people_away.take(low[index] + counted(count))
    inside = (stay.start > records.start[index]) & (stay.end < records.end[index])
    key = keyed(records.key[index], stay.start)
    chosen = inside & (uniform(key, "pause") < share)
    return Stays(key, index, stay.start, stay.end).take(chosen)
