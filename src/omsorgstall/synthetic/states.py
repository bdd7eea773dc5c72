"""What every segment of a career looks like: age, need level, profile of need, and the keys of its draws."""

from dataclasses import dataclass, fields

import numpy as np

from omsorgstall.synthetic.careers import LONG_TERM, YEAR, Segments
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, keyed, uniform
from omsorgstall.synthetic.parameters import Parameters, age_band
from omsorgstall.synthetic.people import People

NOT_STATED_BY_PATHWAY = (1.6, 0.7, 1.0, 1.0)
NOT_STATED_BY_LEVEL = (1.5, 0.8, 0.35)
"""How much likelier than others people are to have no stated need (ASSUMED)."""


@dataclass(frozen=True)
class States:
    """Segments with what follows from them, one element each.

    Attributes:
        key: key of the segment's draws.
        level: need level 1–3 that the severity gives.
        share: how far up within the level, 0–1.
        stated: whether the level is registered; not so for some people.
        empty: whether those people have an incomplete assessment rather than none.
    """

    segments: Segments
    key: Keys
    year: Ints
    age: Ints
    band: Ints
    pathway: Ints
    level: Ints
    share: Floats
    stated: Bools
    empty: Bools

    def take(self, chosen: Bools | Ints) -> "States":
        """Some of the segments."""
        rest = (getattr(self, f.name)[chosen] for f in fields(self)[1:])
        return States(self.segments.take(chosen), *rest)


def states(people: People, segments: Segments, parameters: Parameters) -> States:
    """Work out age, need and keys for every segment."""
    person = segments.person
    age = ((segments.start - people.birth[person]) / YEAR).astype(np.int64).clip(0)
    band = age_band(age)
    level, share = _levels(people, segments, band, parameters)
    year = (segments.start / YEAR + 1970).astype(np.int64)
    not_stated = _not_stated(people, segments, band, level, parameters)
    empty = (uniform(people.key, "incomplete") < 0.5)[person]
    key = keyed(people.key[person], segments.number)
    return States(segments, key, year, age, band, people.pathway[person], level, share, ~not_stated, empty)


def _levels(people: People, segments: Segments, band: Ints, parameters: Parameters) -> tuple[Ints, Floats]:
    """Level and share: by severity at home, by the published distribution in long-term stay."""
    cuts = parameters.fitted["level_cuts"]
    medium, extensive = np.array(cuts["medium"])[band], np.array(cuts["extensive"])[band]
    severity = segments.severity
    level = 1 + (severity > medium) + (severity > extensive)
    low = np.select([level == 1, level == 2], [np.zeros_like(medium), medium], extensive)
    high = np.select([level == 1, level == 2], [medium, extensive], 1.0)
    share = (severity - low) / np.maximum(high - low, 1e-6)
    stay = segments.state == LONG_TERM
    first, second = parameters.assumed["long_term"]["levels"]
    own = uniform(people.key, "level in stay")[segments.person]
    in_stay = 3 - (own < first + second) - (own < first)
    return np.where(stay, in_stay, level).astype(np.int64), np.where(stay, own, share).clip(0, 1)


def _not_stated(people: People, segments: Segments, band: Ints, level: Ints, parameters: Parameters) -> Bools:
    own = uniform(people.key, "not stated")[segments.person]
    weight = np.array(NOT_STATED_BY_PATHWAY)[people.pathway[segments.person]] * np.array(NOT_STATED_BY_LEVEL)[level - 1]
    share = np.array(parameters.fitted["not_stated"])[band] * weight
    found: Bools = own < np.where(segments.state == LONG_TERM, 0.003, share)
    return found
