"""What reports count, by name: persons and services on a date, or events; which years each looks at, and what it tells."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from ibis.expr import types as ir

from omsorgstall.core import Text
from omsorgstall.measures import populations
from omsorgstall.measures.characteristics import ASSESSED, OF_PERSONS
from omsorgstall.measures.period import Period
from omsorgstall.statistics.sum_reports.texts import said

Time = date | Period
Years = tuple[int | None, int]
"""First and last data year; from the beginning when the first is None."""
SERVED = ""
"""Persons with an active service on a date, and their services; what they are counted from is a ``Snapshot``."""
ATTACHED = ("diagnoses", "target_group", "place")
"""What is attached to persons only when it is asked for, beside ``measures.characteristics``."""
_OF_SERVED = (
    "service_type",
    "unit",
    "group",
    "combination",
    "kinds",
    "seconds",
    "services",
    "doctor",
    "dental",
    "served_long",
)


@dataclass(frozen=True, slots=True)
class Population:
    """A population.

    Attributes:
        own: the columns of its rows beside keys and day.
        back: how many years before the first it looks at; None for all there are. ``ahead`` likewise after the last.
        on_a_date: whether it is of a date; otherwise of a period.
        described_back: how many years before the first its persons may be described at.
        build: its rows, from tables, settings, date or period, and what keeps steps; None for those served on a date.
    """

    id: str
    own: frozenset[str]
    back: int | None
    ahead: int
    on_a_date: bool
    build: Callable[..., ir.Table] | None
    described_back: int = 0

    @property
    def name(self) -> Text:
        """What it is, in words."""
        return said(f"population_{self.id or 'served'}")

    @property
    def columns(self) -> frozenset[str]:
        """All that its rows can be broken down by."""
        return self.own | {*OF_PERSONS, *ASSESSED, *ATTACHED}

    def described(self, at: Time) -> range:
        """The data years its persons are described at."""
        years = years_of(at)
        return range(years[0] - self.described_back, years[-1] + 1)

    def reach(self, at: Time) -> Years:
        """The data years it looks at."""
        years = years_of(at)
        return None if self.back is None else years[0] - self.back, years[-1] + self.ahead


def years_of(at: Time) -> range:
    """The years of a date or period."""
    return range(at.year, at.year + 1) if isinstance(at, date) else at.years


def is_whole_year(at: Time) -> bool:
    """Whether it is a calendar year."""
    if not isinstance(at, Period):
        return False
    return (at.first, at.last) == (date(at.first.year, 1, 1), date(at.first.year, 12, 31))


def reach_of(bases: Iterable[tuple[str, Time]]) -> Years:
    """The data years that some populations together look at."""
    every = [known_populations()[name].reach(at) for name, at in bases]
    firsts = [first for first, _ in every]
    return None if None in firsts else min(cast(list[int], firsts)), max(last for _, last in every)


_OF_STAYS = frozenset(("unit", "service_type"))
_DECISIONS = ("outcome", "complaint", "handling_days", "handling_band", "waiting_days", "waiting_band", "not_started", "linked")


def known_populations() -> Mapping[str, Population]:
    """Every population by id."""
    found = [
        Population(SERVED, frozenset(_OF_SERVED), 0, 0, on_a_date=True, build=None),
        _of_stays("long_term_residents", ("since", "elapsed_days", "elapsed_band"), None, 0, on_a_date=True),
        _of_stays("decisions_made", _DECISIONS, 0, 1),
        _of_stays("coercion_measures", ("legal_basis", "started", "ended", "duration_days", "carried_over"), 0, 0),
        _of_stays("long_term_starts", ("group_before", "household_before"), None, 1),
        _of_stays("paired_scores", ("first_stay", "measure", "before", "after"), 1, 1),
        _of_stays("rehabilitation_stays", ("first_stay", "ended_by", "bed_days", "pairing"), 1, 1),
        _of_stays("short_stays", ("is_stay", "started", "ended", "bed_days", "length_band", "carried_over"), 0, 0),
        _of_stays("readmissions", ("ended_by", "readmitted", "days_away"), 1, 1),
        _of_stays("long_term_durations", ("entered", "left", "ended", "ended_by_death"), None, 1),
        _of_stays("ways_into_long_term", ("service_before", "days_before", "had_until_start", "order_begun"), None, 1),
        _of_stays("courses_to_long_term", ("course",), None, 1),
        _of_persons("turnover_between_years", ("between_years", "died", "known_before"), None, described_back=1),
        _of_persons("round_the_clock_answers", ("definition", "answer", "lacks"), 0, on_a_date=True),
        _of_persons("high_effort_users", ("high_effort", "home_user", "high_effort_home"), 0, on_a_date=True),
        _of_persons("care_stairs", ("stair_step", "stair_short", "highest"), 0, on_a_date=True),
    ]
    return {p.id: p for p in found}


def _of_stays(name: str, own: Iterable[str], back: int | None, ahead: int, *, on_a_date: bool = False) -> Population:
    """Of services or stays: their type and place are known."""
    return Population(name, _OF_STAYS.union(own), back, ahead, on_a_date, getattr(populations, name))


def _of_persons(
    name: str, own: Iterable[str], back: int | None, *, on_a_date: bool = False, described_back: int = 0
) -> Population:
    """Of persons, whatever services they have."""
    return Population(name, frozenset(own), back, 0, on_a_date, getattr(populations, name), described_back)
