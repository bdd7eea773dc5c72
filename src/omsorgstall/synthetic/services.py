"""Which services people get while their needs last: spells, cut into records by new decisions."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from omsorgstall.synthetic.careers import ESCALATE, HOME, LONG_TERM
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, counted, keyed, uniform
from omsorgstall.synthetic.parameters import PATHWAYS, Parameters
from omsorgstall.synthetic.people import People
from omsorgstall.synthetic.states import States

LONG_TERM_STAY = 21
HOUSING = 29


@dataclass(frozen=True)
class Records:
    """Granted services, one element each; dates are days since 1970, ``end`` is the last day.

    Attributes:
        state: index of the segment the decision belongs to.
        renewed: whether the record replaces an earlier one of the same spell.
    """

    key: Keys
    person: Ints
    state: Ints
    code: Ints
    start: Ints
    end: Ints
    renewed: Bools

    def __len__(self) -> int:
        return len(self.key)

    def take(self, chosen: Bools | Ints) -> "Records":
        """Some of the records."""
        return Records(*(getattr(self, f.name)[chosen] for f in fields(self)))


def joined(parts: list[Records]) -> Records:
    """Records of several kinds together."""
    return Records(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Records)))


def spells(people: People, states: States, parameters: Parameters) -> Records:
    """Every service that runs for as long as the need does, and long-term stays."""
    held = _held(people, states, parameters)
    several = np.sum([h.astype(np.int8) for h in held.values()], axis=0) > 1
    parts = [_records(states, held[code], several, code, parameters) for code in held]
    parts.append(_records(states, states.segments.state == LONG_TERM, several, LONG_TERM_STAY, parameters))
    return joined(parts)


def _held(people: People, states: States, parameters: Parameters) -> dict[int, Bools]:
    """Whether each service is held in each segment. One draw a person and service: what she has, she keeps as need grows."""
    home = states.segments.state == HOME
    person = states.segments.person
    held: dict[int, Bools] = {}
    for code, shape in parameters.services["spells"].items():
        chance = _chances(states, code, shape, parameters)
        held[code] = home & (uniform(people.key, f"service {code}")[person] < chance)
    nothing = home & ~np.logical_or.reduce(list(held.values()))
    for p, pathway in enumerate(PATHWAYS):
        code = parameters.services["fallback"][pathway]
        held[code] = held[code] | (nothing & (states.pathway == p))
    return held


def _chances(states: States, code: int, shape: dict[str, list[float]], parameters: Parameters) -> Floats:
    base = np.array(shape["pathway"])[states.pathway]
    level = np.array(shape["level"])[states.level - 1]
    age = np.array(shape["age"])[states.band]
    scale = parameters.factor("service", code)
    growth = parameters.fitted["trend"]["service"].get(code, 0.0)
    by_year = np.exp(growth * (states.year - parameters.target_year).clip(-12, 6))
    odds = base * level * age * scale * by_year
    found: Floats = np.minimum(odds, 0.5 + 0.49 * np.tanh((odds - 0.5).clip(0) / 0.49))
    return found


def _records(states: States, held: Bools, several: Bools, code: int, parameters: Parameters) -> Records:
    """Runs of segments with the service, cut where a re-assessment gave a new decision; only one of several ends early."""
    begins, renewed = _beginnings(states, held, code, parameters)
    index = np.flatnonzero(begins)
    last = _last_of_run(states, held, begins)[index]
    key = keyed(states.key[index], code)
    start, end = states.segments.start[index], states.segments.end[last] - 1
    first_end = states.segments.end[index] - 1
    end = np.where(several[index], _early_end(key, start, first_end, end, code, parameters), end)
    records = Records(key, states.segments.person[index], index, np.full(len(index), code), start, end, renewed[index])
    shape = parameters.services["spells"].get(code, {})
    if "decided_every_days" in shape:
        records = _cut_up(records, shape["decided_every_days"])
    return _within_years(records, shape)


def _cut_up(records: Records, days: int) -> Records:
    """Decisions for a limited time, renewed again and again."""
    count = (records.end - records.start) // days + 1
    index = np.repeat(np.arange(len(records)), count)
    turn = counted(count)
    start = records.start[index] + turn * days
    end = np.minimum(start + days - 1, records.end[index])
    whole = records.take(index)
    return Records(keyed(whole.key, turn), whole.person, whole.state, whole.code, start, end, whole.renewed | (turn > 0))


def _beginnings(states: States, held: Bools, code: int, parameters: Parameters) -> tuple[Bools, Bools]:
    person, event = states.segments.person, states.segments.event
    before = np.zeros(len(held), dtype=bool)
    before[1:] = held[:-1] & (person[1:] == person[:-1])
    escalated = np.zeros(len(held), dtype=bool)
    escalated[1:] = event[:-1] == ESCALATE
    share = parameters.services["spells"].get(code, {}).get("review", 0.75) * parameters.factor("reviewing", code)
    decided = uniform(states.key, f"decided {code}") < share * np.where(escalated, 1.15, 1)
    renewed = held & before & decided
    return (held & ~before) | renewed, renewed


def _last_of_run(states: States, held: Bools, begins: Bools) -> NDArray[np.int64]:
    """For each segment the last one of its run: before the next beginning, gap or person."""
    person = states.segments.person
    stops = np.ones(len(held), dtype=bool)
    stops[:-1] = ~held[1:] | begins[1:] | (person[1:] != person[:-1])
    position = np.where(stops, np.arange(len(held)), len(held))
    found: NDArray[np.int64] = np.minimum.accumulate(position[::-1])[::-1]
    return found


def _early_end(key: Keys, start: Ints, first_end: Ints, end: Ints, code: int, parameters: Parameters) -> Ints:
    """Within the first segment, so that it does not depend on how far ahead the country is simulated."""
    share = parameters.services["spells"].get(code, {}).get("early_end", 0.0) * parameters.factor("ending", code)
    early = uniform(key, "ends early") < share
    cut = start + ((first_end - start) * uniform(key, "early end")).astype(np.int64)
    return np.where(early, cut, end)


def _within_years(records: Records, shape: dict[str, int]) -> Records:
    """Services that are registered from or until some year only."""
    start, end = records.start, records.end
    if "first_year" in shape:
        opening = _day(shape["first_year"]) + (uniform(records.key, "opening") * 700).astype(np.int64)
        start = np.maximum(start, opening)
    if "last_year" in shape:
        end = np.minimum(end, _day(shape["last_year"] + 1) - 1)
    kept = start <= end
    changed = Records(records.key, records.person, records.state, records.code, start, end, records.renewed)
    return changed.take(kept)


def _day(year: int) -> int:
    return int(np.datetime64(f"{year}-01-01").astype("datetime64[D]").astype(np.int64))
