"""What is known of each person at the end of a data year: household, plan, private help, assessments by doctor and dentist."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from omsorgstall.synthetic.columns import NO_DATE
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, exponential, keyed, lognormal, uniform
from omsorgstall.synthetic.parameters import Parameters, age_band

YES, NO, DECLINED = 1, 2, 3
HEAVY_HOURS = 25
ALONE, WITH_OTHERS, WITH_PARENTS = 1, 2, 3


@dataclass(frozen=True)
class Situation:
    """What the attributes follow from, one element a person: the state at the end of the year."""

    key: Keys
    age: Ints
    level: Ints
    long_term: Bools
    housing: Bools
    hours: Floats
    inhabitants: Floats


@dataclass(frozen=True)
class Attributes:
    """Columns of the person table, in its order from household on; empty is −1, ``NO_DATE`` or not-a-number."""

    household: Ints
    round_the_clock: Bools
    waiting_list_date: Ints
    individual_plan: Ints
    private_help: Ints
    private_help_hours: Floats
    doctor_assessed: Ints
    dental_assessed: Ints


def attributes(now: Situation, year: int, last_day: int, parameters: Parameters) -> Attributes:
    """Draw the attributes of people for one data year."""
    shape = parameters.services["attributes"]
    help_given, help_hours = _private_help(now, shape)
    return Attributes(
        household=_household(now, parameters.faults),
        round_the_clock=_round_the_clock(now, shape),
        waiting_list_date=_waiting_list(now, last_day, shape),
        individual_plan=_individual_plan(now, parameters),
        private_help=help_given,
        private_help_hours=help_hours,
        doctor_assessed=_assessed(now, "doctor", year, last_day, parameters),
        dental_assessed=_assessed(now, "dental", year, last_day, parameters),
    )


def _household(now: Situation, faults: Mapping[str, float]) -> Ints:
    alone = np.array([0.0, 0.5, 0.55, 0.52, 0.66, 0.75])[age_band(now.age)]
    child = (now.age < 18) | ((now.age < 25) & (uniform(now.key, "parents") < 0.6))
    household = np.where(uniform(now.key, "alone") < alone, ALONE, WITH_OTHERS)
    household = np.where(child, WITH_PARENTS, household)
    wrong = uniform(now.key, "alone in institution") < faults["alone_in_institution"]
    household = np.where(now.long_term, np.where(wrong, ALONE, WITH_OTHERS), household)
    return np.where(uniform(now.key, "no household") < faults["household_missing"], -1, household)


def _round_the_clock(now: Situation, shape: Mapping[str, float]) -> Bools:
    """Long-term residents, many in housing with great need, and a stray few (the reference's oddity)."""
    u = uniform(now.key, "round the clock")
    heavy = (now.level == 3) | (now.hours > 35)
    found: Bools = np.select(
        [now.long_term, now.housing & heavy, now.housing],
        [u < 0.93, u < shape["round_the_clock_heavy"], u < shape["round_the_clock_housing"]],
        u < shape["round_the_clock_stray"],
    )
    return found


def _waiting_list(now: Situation, last_day: int, shape: Mapping[str, float]) -> Ints:
    listed = (uniform(now.key, "waiting list") < shape["waiting_list"]) & (now.level >= 2) & (now.age >= 60)
    return np.where(listed, last_day - exponential(now.key, "listed", 200.0).astype(np.int64), NO_DATE)


def _individual_plan(now: Situation, parameters: Parameters) -> Ints:
    """By need and whether under 67, as the published shares among users of home services."""
    shares = np.array(parameters.fitted["individual_plan"])
    column = np.where(now.level == 9, 3, now.level - 1)
    share = shares[(now.age >= 67).astype(int), column]
    u = uniform(now.key, "individual plan")
    return np.select([u < share, u < share + 0.03], [YES, DECLINED], NO)


def _private_help(now: Situation, shape: Mapping[str, Any]) -> tuple[Ints, Floats]:
    """Help from family: whether, and hours a week; much help goes with many granted hours, as published."""
    heavy = (now.hours > HEAVY_HOURS).astype(int)
    unstated = uniform(now.key, "private help unstated") < np.array(shape["private_help_unstated"])[heavy]
    gets = uniform(now.key, "private help") < np.array(shape["private_help"])[heavy]
    u = uniform(now.key, "much help")
    large = np.array(shape["private_help_large"])[heavy]
    larger = large + np.array(shape["private_help_larger"])[heavy]
    usual = lognormal(now.key, "private hours", shape["private_help_hours"], 0.9)
    hours = np.select([u < large, u < larger], [15 + 14 * uniform(now.key, "large"), 9 + 6 * usual / (usual + 3)], usual)
    known = uniform(now.key, "extent") > np.array(shape["private_help_unknown_extent"])[heavy]
    shown = np.where(gets & ~unstated & known, np.round(hours * 2) / 2, np.nan)
    return np.where(unstated, -1, np.where(gets, YES, NO)), shown


def _assessed(now: Situation, who: str, year: int, last_day: int, parameters: Parameters) -> Ints:
    """Day of the last assessment; within the last year for the published share of long-term residents."""
    sizes = np.searchsorted([2000, 5000, 10000, 50000], now.inhabitants, side="right")
    share = parameters.fitted["assessed"][who]
    recent = np.where(now.long_term, np.array(share["long_term"])[sizes], share["others"])
    key = keyed(now.key, year)
    within = last_day - (364 * uniform(key, f"{who} day")).astype(np.int64)
    earlier = last_day - 366 - exponential(key, f"{who} earlier", 300.0).astype(np.int64)
    u = uniform(key, f"{who} assessed")
    return np.select([u < recent, u < recent + 0.25 * (1 - recent)], [within, earlier], NO_DATE)
