"""Figures of the made-up country in the words of the published ones: measure, service or group, breakdown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from omsorgstall.codes import age_bands, service_groups
from omsorgstall.codes.services import exclusive_groups
from omsorgstall.synthetic.draws import Bools, Floats, Ints
from omsorgstall.synthetic.facts import HOME_HELP, Counts, Facts
from omsorgstall.synthetic.histories import new_year

ALL = "Alle tjenestemottakere"
HOME_AND_PRACTICAL = "Helsetjenester i hjemmet og/eller praktisk bistand"
SERVICES = {
    "Praktisk bistand - daglige gjøremål": 1,
    "Praktisk bistand - opplæring - daglige gjøremål": 2,
    "Praktisk bistand - brukerstyrt personlig assistanse": 3,
    "Dagaktivitetstilbud": 4,
    "Matombringing": 5,
    "Trygghetsalarm": 6,
    "Avlastning - utenfor institusjon": 7,
    "Avlastning i institusjon": 8,
    "Støttekontakt": 9,
    "Omsorgsstønad": 11,
    "Helsetjenester i hjemmet": 15,
    "Dagopphold i institusjon": 17,
    "Tidsbegrenset opphold - utredning/behandling": 18,
    "Tidsbegrenset opphold - habilitering/rehabilitering": 19,
    "Tidsbegrenset opphold - annet": 20,
    "Langtidsopphold i institusjon": 21,
    "Langtidsopphold i institusjon (sykehjem)": 21,
    "Bolig kommunen disponerer til helse- og omsorgsformål": 29,
}
GROUPS = {
    "Tjenester til hjemmeboende": "HOME",
    "Velferdsteknologi": "TECH",
    "Bolig kommunen disponerer til helse- og omsorgsformål": "HOUSING",
    "Institusjonstjenester": "INSTITUTION",
}
EXCLUSIVE = {
    "Langtidsopphold i institusjon": "LONG_TERM",
    "Tidsbegrenset opphold i institusjon": "TIME_LIMITED",
    "Både praktisk bistand og helsetjenester i hjemmet": "PRACTICAL_AND_HEALTH",
    "Kun praktisk bistand": "PRACTICAL_ONLY",
    "Kun helsetjenester i hjemmet (hjemmesykepleie)": "HEALTH_ONLY",
    "Andre tjenester til hjemmeboende": "OTHER",
}
NEEDS = {"noe_avgrenset": 1, "middels_til_stort": 2, "omfattende": 3, "uoppgitt": 9}
AGES = {f"{b.start}+" if b.end > 150 else f"{b.start}-{b.end}": (b.start, b.end) for b in age_bands()} | {
    "0-66": (0, 66),
    "67+": (67, 200),
}
PRIVATE_HOURS = {"under_3_h": (0, 3), "3_to_under_9_h": (3, 9), "9_to_under_15_h": (9, 15), "15_h_or_more": (15, 1e9)}
SIZES = {"under 2000": (0, 2000), "2000-4999": (2000, 5000), "5000-9999": (5000, 10_000)} | {
    "10000-49999": (10_000, 50_000),
    "50000+": (50_000, 1e9),
}
WAITS = {"0-15 days": (-10_000, 16), "16-30 days": (16, 31), "31+ days": (31, 10_000)}
HOME_SERVICES_254 = [1, 2, 3, 7, 11, 15]


@dataclass(frozen=True)
class Year:
    """The facts of one data year with those of the years beside it, and the population.

    Attributes:
        before: identity numbers of the users of the year before, None when not known.
        after: the same for the year after.
        population: inhabitants by sex (women, men) and age at the end of the year.
        scale: what counts are multiplied with, when the facts are a sample.
    """

    year: int
    facts: Facts
    counts: Counts
    before: Ints | None
    after: Ints | None
    population: Floats
    scale: float = 1.0

    @cached_property
    def users(self) -> Bools:
        """Who had a service in the year."""
        found: Bools = np.asarray(self.facts.during.any(axis=1))
        return found

    @cached_property
    def users_at_end(self) -> Bools:
        """Who had a service on 31 December."""
        found: Bools = np.asarray(self.facts.at_end.any(axis=1))
        return found

    @cached_property
    def exclusive(self) -> dict[str, Bools]:
        """Who stands in each exclusive group on 31 December."""
        left = self.users_at_end.copy()
        found = {}
        for group in exclusive_groups():
            fits = left & np.logical_and.reduce([self.facts.at_end[:, list(one)].any(axis=1) for one in group.all_of])
            found[group.code] = fits
            left &= ~fits
        return found

    def matching(self, breakdown: str) -> Bools:
        """Who fits a breakdown such as ``age=80-89;sex=K``."""
        chosen = np.ones(len(self.facts), dtype=bool)
        for part in breakdown.split(";"):
            name, _, value = part.partition("=")
            if value not in ("", "all") and name in _FITS:
                chosen &= _FITS[name](self.facts, value)
            if part.startswith("part aged"):
                chosen &= (self.facts.age < 67) == ("under" in part)
        return chosen


def _in_ages(facts: Facts, value: str) -> Bools:
    low, high = AGES[value]
    found: Bools = (facts.age >= low) & (facts.age <= high)
    return found


def _helped(facts: Facts, value: str) -> Bools:
    if value in PRIVATE_HOURS:
        low, high = PRIVATE_HOURS[value]
        inside: Bools = (facts.private_hours >= low) & (facts.private_hours < high)
        return inside
    if value == "receives_unknown_extent":
        unknown: Bools = (facts.private_help == 1) & np.isnan(facts.private_hours)
        return unknown
    found: Bools = facts.private_help == {"receives_none": 2, "unspecified": -1}[value]
    return found


def _in_size(facts: Facts, value: str) -> Bools:
    low, high = SIZES[value]
    found: Bools = (facts.inhabitants >= low) & (facts.inhabitants < high)
    return found


_FITS: Mapping[str, Callable[[Facts, str], Bools]] = {
    "age": _in_ages,
    "sex": lambda facts, value: facts.male == (value == "M"),
    "need": lambda facts, value: facts.need == NEEDS[value],
    "private_help": _helped,
    "municipality_population": _in_size,
}


@dataclass(frozen=True)
class Query:
    """What a published figure is about."""

    year: Year
    group: str
    breakdown: str


_COUNTED = ("recipients_", "users_", "persons_", "decisions_", "complaints_")
_OF_POPULATION = ("share_of_population_during_year", "share_of_inhabitants_80+_using_home_services")


def figure(year: Year, measure: str, group: str, breakdown: str) -> float | None:
    """The made-up figure that answers to a published one; None when we have none."""
    make = _MEASURES.get(measure)
    value = None if make is None else make(Query(year, group, breakdown))
    if value is not None and (measure.startswith(_COUNTED) or measure in _OF_POPULATION):
        return value * year.scale
    return value


def _group_codes(group: str) -> list[int]:
    members = {g.code: list(g.members) for g in service_groups()}
    return members[GROUPS[group]]


def _during(q: Query) -> float:
    users: Bools = q.year.users if q.group == ALL else q.year.facts.during[:, SERVICES[q.group]]
    return float((users & q.year.matching(q.breakdown)).sum())


def _population_share(q: Query) -> float:
    values = dict(part.split("=") for part in q.breakdown.split(";"))
    low, high = AGES.get(values["age"], (0, 200))
    sexes = {"K": [0], "M": [1]}.get(values["sex"], [0, 1])
    return 100 * _during(q) / float(q.year.population[sexes, low : high + 1].sum())


def _need_share(q: Query) -> float:
    age, need = (part.split("=")[1] for part in q.breakdown.split(";"))
    people = q.year.users & q.year.matching(f"age={age}")
    return _percent(people & q.year.matching(f"need={need}"), people)


def _percent(part: Bools, whole: Bools) -> float:
    return 100 * float(part.sum()) / max(1.0, float(whole.sum()))


def _home_and_practical(year: Year) -> Bools:
    found: Bools = np.asarray(year.facts.at_end[:, list(HOME_HELP)].any(axis=1))
    return found


def _at_end(q: Query) -> float:
    users: Bools
    if q.group == ALL:
        users = q.year.users_at_end
    elif q.group == HOME_AND_PRACTICAL:
        users = _home_and_practical(q.year)
    elif q.group == "Tjenestemottakere utenfor institusjon":
        outside = [c for name in ("HOME", "TECH", "HOUSING") for c in dict(_members())[name]]
        users = np.asarray(q.year.facts.at_end[:, outside].any(axis=1))
    else:
        users = q.year.facts.at_end[:, SERVICES[q.group]]
    return float((users & q.year.matching(q.breakdown)).sum())


def _members() -> list[tuple[str, list[int]]]:
    return [(g.code, list(g.members)) for g in service_groups()]


def _housing(q: Query) -> float:
    at_end = q.year.facts.at_end
    stay, short, housing = at_end[:, 21], at_end[:, [18, 19, 20, 22, 25]].any(axis=1), at_end[:, 29]
    users = {
        "I alt": q.year.users_at_end,
        "Langtidsopphold i institusjon": stay,
        "Tidsbegrenset opphold i institusjon": short & ~stay,
        "Bolig kommunen disponerer til helse- og omsorgsformål": housing & ~stay & ~short,
        "Eget hjem": q.year.users_at_end & ~stay & ~short & ~housing,
    }
    return float(users[q.group].sum())


def _turnover(q: Query) -> float | None:
    users, facts = q.year.users, q.year.facts
    if q.breakdown.startswith("new"):
        if q.year.before is None:
            return None
        new = users & ~np.isin(facts.identity, q.year.before)
        first = facts.onset >= new_year(q.year.year) - 30
        return _percent(new & first if "without" in q.breakdown else new, users)
    if q.year.after is None:
        return None
    left = users & ~np.isin(facts.identity, q.year.after)
    kinds = {"left": left, "left_dead": left & facts.dead, "left_not_dead": left & ~facts.dead}
    return _percent(kinds[q.breakdown], users)


def _mean_hours(q: Query) -> float | None:
    people = (q.year.facts.home_hours > 0) & q.year.matching(q.breakdown)
    return float(q.year.facts.home_hours[people].mean()) if people.any() else None


def _with_hours(q: Query) -> float:
    if q.group == HOME_AND_PRACTICAL:
        return float(((q.year.facts.home_hours > 0) & q.year.matching(q.breakdown)).sum())
    return float(q.year.facts.with_hours[:, SERVICES[q.group]].sum())


def _exclusive_share(q: Query) -> float:
    people = q.year.users_at_end if q.group == ALL else q.year.exclusive[EXCLUSIVE[q.group]]
    return _percent(people & q.year.matching(q.breakdown), people)


def _plan(q: Query) -> float:
    """Share with an active plan; the parts by age have the whole need level below the line."""
    people = _home_and_practical(q.year)
    whole = people & q.year.matching(q.breakdown.split(";")[0])
    return _percent(whole & q.year.facts.plan & q.year.matching(q.breakdown), whole)


def _doctor(q: Query) -> float:
    people = q.year.facts.at_end[:, 21] & q.year.matching(q.breakdown)
    return _percent(people & q.year.facts.doctor, people)


def _decisions(q: Query) -> float:
    counts = q.year.counts.refused if "refused" in q.breakdown else q.year.counts.decisions
    return float(counts[SERVICES[q.group]])


def _refusals(q: Query) -> float:
    code = SERVICES[q.group]
    return 100 * float(q.year.counts.refused[code]) / max(1.0, float(q.year.counts.decisions[code]))


def _waits(q: Query) -> float:
    low, high = WAITS[q.breakdown]
    days = q.year.counts.waiting
    return 100 * float(((days >= low) & (days < high)).mean())


def _over_80(year: Year) -> float:
    people = year.facts.at_end[:, HOME_SERVICES_254].any(axis=1) & (year.facts.age >= 80)
    return 100 * float(people.sum()) / float(year.population[:, 80:].sum())


_MEASURES: Mapping[str, Callable[[Query], float | None]] = {
    "recipients_during_year": _during,
    "share_of_population_during_year": _population_share,
    "share_men_during_year": lambda q: _percent(q.year.users & q.year.facts.male, q.year.users),
    "need_share_during_year": _need_share,
    "recipients_at_31.12": _at_end,
    "users_at_31.12": _at_end,
    "recipients_at_31.12_by_housing_situation": _housing,
    "recipients_at_31.12_by_service_group": lambda q: float(q.year.facts.at_end[:, _group_codes(q.group)].any(axis=1).sum()),
    "recipients_during_year_by_service_group": lambda q: float(q.year.facts.during[:, _group_codes(q.group)].any(axis=1).sum()),
    "turnover_share": _turnover,
    "mean_allotted_hours_per_week_at_31.12": _mean_hours,
    "mean_allotted_hours_per_week_by_private_unpaid_help_at_31.12": _mean_hours,
    "recipients_with_hours_at_31.12": _with_hours,
    "need_share_at_31.12_exclusive_group": _exclusive_share,
    "share_with_active_individual_plan_at_31.12": _plan,
    "share_assessed_by_doctor_last_12_months": _doctor,
    "decisions_during_year": _decisions,
    "refusal_share": _refusals,
    "complaints_received_during_year": lambda q: float(q.year.counts.complaints[SERVICES[q.group]]),
    "share_by_days_from_decision_to_start": _waits,
    "persons_on_waiting_list_reported_to_register": lambda q: float(q.year.facts.listed.sum()),
    "persons_with_24h_service_offer": lambda q: float(q.year.facts.round_the_clock.sum()),
    "share_of_inhabitants_80+_using_home_services": lambda q: _over_80(q.year),
}
