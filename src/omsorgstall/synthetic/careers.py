"""Care careers as a process in time: need arises, worsens and is reviewed; people leave, come back, move in for good and die.

A career is a chain of segments. Each segment begins with a decision point (a review or a change) and lasts until the next
of the competing events. States: at home, away (left care, may return) and long-term stay.
"""

from dataclasses import dataclass, fields

import numpy as np

from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, exponential, keyed, normal, uniform
from omsorgstall.synthetic.parameters import PATHWAYS, Parameters
from omsorgstall.synthetic.people import People

HOME, AWAY, LONG_TERM = 0, 1, 2
REVIEW, ESCALATE, LEAVE, ENTER, DIE, RETURN, GIVE_UP = range(7)
YEAR = 365.25
MOST_SEGMENTS = 250
ALIVE = np.iinfo(np.int32).max
"""Stands for a death that has not happened within the horizon."""


@dataclass(frozen=True)
class Segments:
    """Segments of careers sorted by person and time, one element each; ``end`` is the day the next one begins.

    Attributes:
        person: index of the person in her block.
        state: ``HOME``, ``AWAY`` or ``LONG_TERM``.
        severity: latent severity of need, 0 to 1.
        event: what ended the segment.
    """

    person: Ints
    number: Ints
    start: Ints
    end: Ints
    state: Ints
    severity: Floats
    event: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, chosen: Bools | Ints) -> "Segments":
        """Some of the segments."""
        return Segments(*(getattr(self, f.name)[chosen] for f in fields(self)))


@dataclass
class _Walk:
    """Where everyone who is not finished stands."""

    person: Ints
    day: Floats
    state: Ints
    severity: Floats
    early: Bools


def careers(people: People, parameters: Parameters, horizon: int) -> tuple[Segments, Ints]:
    """The careers of people until they are out of care, dead, or past the horizon.

    Args:
        horizon: last day of interest; the segment that covers it is the last one made.

    Returns:
        The segments, and each person's day of death (``ALIVE`` when beyond the horizon).
    """
    rates = _Rates(people, parameters)
    walk = _begin(people, parameters)
    death = np.full(len(people), ALIVE, dtype=np.int64)
    steps: list[Segments] = []
    for number in range(MOST_SEGMENTS):
        if not len(walk.person):
            break
        step = _step(people, rates, walk, number)
        steps.append(step)
        died = step.event == DIE
        death[step.person[died]] = step.end[died]
        walk = _next(rates, walk, step, people, horizon)
    return _sorted(steps), death


def _begin(people: People, parameters: Parameters) -> _Walk:
    bounds = np.array([parameters.assumed["pathways"]["severity_start"][p] for p in "EODM"])[people.pathway]
    severity = bounds[:, 0] + (bounds[:, 1] - bounds[:, 0]) * uniform(people.key, "severity")
    everyone = np.arange(len(people))
    day = people.onset.astype(np.float64)
    return _Walk(everyone, day, np.zeros(len(people), dtype=np.int64), severity, np.zeros(len(people), dtype=bool))


class _Rates:
    """Yearly hazards of the events, for people at given ages and severities."""

    def __init__(self, people: People, parameters: Parameters) -> None:
        self.people = people
        self.assumed = parameters.assumed
        self.fitted = parameters.fitted
        spread = parameters.by_pathway("exit_spread")[people.pathway]
        leave = parameters.by_pathway("exit_per_year") * parameters.fitted["exits"]
        leave[PATHWAYS.index("E")] *= parameters.fitted["lasting"]
        self.leaving = leave[people.pathway] * np.exp(spread * normal(people.key, "leaving"))
        self.escalating = parameters.by_pathway("escalation_per_year")[people.pathway]
        self.reviewing = parameters.by_pathway("review_per_year")[people.pathway]
        self.last_day = people.onset + (parameters.by_pathway("longest_years")[people.pathway] * YEAR).astype(np.int64)
        self.returning = np.array([self.assumed["gap"]["return_share"][p] for p in "EODM"])[people.pathway]

    def death_at_home(self, person: Ints, age: Floats, severity: Floats) -> Floats:
        """Doubling with age, higher with severity."""
        shape = self.assumed["death"]
        base = np.array(shape["at_80"])[self.people.sex[person]] * 2 ** ((age - 80) / shape["doubling_years"])
        low, high = shape["severity"]
        found: Floats = (shape["floor"] + base * self.fitted["deaths"]) * (low + (high - low) * severity)
        return found

    def entry(self, age: Floats, severity: Floats) -> Floats:
        """Moving to a long-term stay: with age, and only from some severity on."""
        shape = self.assumed["long_term"]
        by_age = shape["entry_at_80"] * 2 ** ((age - 80) / shape["entry_doubling_years"])
        by_age = np.where(age < 67, shape["entry_under_67"], by_age.clip(max=0.9))
        start = shape["entry_severity_from"]
        found: Floats = by_age * ((severity - start) / (1 - start)).clip(0) * self.fitted["long_term_entry"]
        return found

    def death_in_stay(self, early: Bools) -> Floats:
        """Constant, except for the share that lives a short while only; together they give the published mortality."""
        shape = self.assumed["long_term"]
        later = -np.log(1 - shape["death_per_year"]) * 0.86
        found: Floats = np.where(early, 12 / shape["early_months"], later)
        return found


def _step(people: People, rates: _Rates, walk: _Walk, number: int) -> Segments:
    """One segment for everyone: the first of the competing events ends it."""
    key = keyed(people.key[walk.person], number)
    hazards = _hazards(people, rates, walk)
    total = hazards.sum(axis=1)
    length = exponential(key, "length") / total * YEAR
    steps = np.cumsum(hazards, axis=1) / total[:, None]
    event = (uniform(key, "event")[:, None] > steps).sum(axis=1).clip(max=hazards.shape[1] - 1)
    start = walk.day.astype(np.int64)
    end = np.maximum(start + 1, (walk.day + length.clip(max=200 * YEAR)).astype(np.int64))
    last = rates.last_day[walk.person]
    event = np.where(end >= last, GIVE_UP, event)
    end = np.maximum(start + 1, np.minimum(end, last))
    return Segments(walk.person, np.full(len(key), number), start, end, walk.state, walk.severity, event)


def _hazards(people: People, rates: _Rates, walk: _Walk) -> Floats:
    """Yearly hazards, one column an event in the order REVIEW … RETURN."""
    person, severity = walk.person, walk.severity
    age = (walk.day - people.birth[person]) / YEAR
    death = rates.death_at_home(person, age, severity)
    home, away, stay = walk.state == HOME, walk.state == AWAY, walk.state == LONG_TERM
    hazards = np.zeros((len(person), 6))
    hazards[:, REVIEW] = np.where(home, rates.reviewing[person], np.where(stay, 0.45, 0))
    hazards[:, ESCALATE] = np.where(home, rates.escalating[person], 0)
    hazards[:, LEAVE] = np.where(home, rates.leaving[person] * (1.3 - severity), 0)
    hazards[:, ENTER] = np.where(home, rates.entry(age, severity), 0)
    hazards[:, DIE] = np.where(stay, rates.death_in_stay(walk.early), np.where(away, death * 0.4, death))
    hazards[:, RETURN] = np.where(away, 1 / rates.assumed["gap"]["years"], 0)
    return hazards


def _next(rates: _Rates, walk: _Walk, step: Segments, people: People, horizon: int) -> _Walk:
    """Where the next segment begins, for those who are still in care or may come back."""
    key = keyed(people.key[step.person], step.number)
    event = step.event
    returns = uniform(key, "returns") < rates.returning[step.person] * rates.fitted["returns"]
    going = (event != DIE) & (event != GIVE_UP) & ((event != LEAVE) | returns) & (step.end <= horizon)
    state = np.select([event == LEAVE, event == ENTER, event == RETURN], [AWAY, LONG_TERM, HOME], step.state)
    severity = _severity(key, step)
    early = np.where(event == ENTER, uniform(key, "early") < rates.assumed["long_term"]["early_share"], walk.early)
    return _Walk(step.person[going], step.end[going].astype(np.float64), state[going], severity[going], early[going])


def _severity(key: Keys, step: Segments) -> Floats:
    """Severity after the event: reviews drift, escalation jumps, a return begins a little lower."""
    jump = uniform(key, "jump")
    worse = 1 - (1 - step.severity) * (1 - 0.6 * jump)
    drift = (step.severity + 0.06 * (jump - 0.45)).clip(0, 0.999)
    lower = step.severity * (0.6 + 0.4 * jump)
    return np.select([step.event == ESCALATE, step.event == RETURN], [worse, lower], drift)


def _sorted(steps: list[Segments]) -> Segments:
    if not steps:
        empty = np.zeros(0, dtype=np.int64)
        return Segments(empty, empty, empty, empty, empty, np.zeros(0), empty)
    together = Segments(*(np.concatenate([getattr(s, f.name) for s in steps]) for f in fields(Segments)))
    return together.take(np.argsort(together.person, kind="stable"))
