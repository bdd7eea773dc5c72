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
        found: Bools = self.facts.during.any(axis=1)
        return found

    @cached_property
    def users_at_end(self) -> Bools:
        """Who had a service on 31 December."""
        found: Bools = self.facts.at_end.any(axis=1)
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
    return facts.private_help == {"receives_none": 2, "unspecified": -1}[value]


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


_COUNTED = ("recipients_", "users_", "persons_", "decisions_", "complaints_")
_OF_POPULATION = ("share_of_population_during_year", "share_of_inhabitants_80+_using_home_services")


def figure(year: Year, measure: str, group: str, breakdown: str) -> float | None:
    """The made-up figure that answers to a published one; None when we have none."""
    make = _MEASURES.get(measure)
    value = None if make is None else make(year, group, breakdown)
    if value is not None and (measure.startswith(_COUNTED) or measure in _OF_POPULATION):
        return value * year.scale
    return value


def _group_codes(group: str) -> list[int]:
    members = {g.code: list(g.members) for g in service_groups()}
    return members[GROUPS[group]]


def _during(year: Year, group: str, breakdown: str) -> float:
    users = year.users if group == ALL else year.facts.during[:, SERVICES[group]]
    return float((users & year.matching(breakdown)).sum())


def _population_share(year: Year, group: str, breakdown: str) -> float:
    values = dict(part.split("=") for part in breakdown.split(";"))
    low, high = AGES.get(values["age"], (0, 200))
    sexes = {"K": [0], "M": [1]}.get(values["sex"], [0, 1])
    return 100 * _during(year, group, breakdown) / float(year.population[sexes, low : high + 1].sum())


def _need_share(year: Year, group: str, breakdown: str) -> float:
    age, need = (part.split("=")[1] for part in breakdown.split(";"))
    people = year.users & year.matching(f"age={age}")
    return _percent(people & year.matching(f"need={need}"), people)


def _percent(part: Bools, whole: Bools) -> float:
    return 100 * float(part.sum()) / max(1.0, float(whole.sum()))


def _home_and_practical(year: Year) -> Bools:
    found: Bools = year.facts.at_end[:, list(HOME_HELP)].any(axis=1)
    return found


def _at_end(year: Year, group: str, breakdown: str) -> float:
    if group == ALL:
        users = year.users_at_end
    elif group == HOME_AND_PRACTICAL:
        users = _home_and_practical(year)
    elif group == "Tjenestemottakere utenfor institusjon":
        outside = [c for name in ("HOME", "TECH", "HOUSING") for c in dict(_members())[name]]
        users = year.facts.at_end[:, outside].any(axis=1)
    else:
        users = year.facts.at_end[:, SERVICES[group]]
    return float((users & year.matching(breakdown)).sum())


def _members() -> list[tuple[str, list[int]]]:
    return [(g.code, list(g.members)) for g in service_groups()]


def _housing(year: Year, group: str, breakdown: str) -> float:
    at_end = year.facts.at_end
    stay, short, housing = at_end[:, 21], at_end[:, [18, 19, 20, 22, 25]].any(axis=1), at_end[:, 29]
    users = {
        "I alt": year.users_at_end,
        "Langtidsopphold i institusjon": stay,
        "Tidsbegrenset opphold i institusjon": short & ~stay,
        "Bolig kommunen disponerer til helse- og omsorgsformål": housing & ~stay & ~short,
        "Eget hjem": year.users_at_end & ~stay & ~short & ~housing,
    }
    return float(users[group].sum())


def _turnover(year: Year, group: str, breakdown: str) -> float | None:
    users, facts = year.users, year.facts
    if breakdown.startswith("new"):
        if year.before is None:
            return None
        new = users & ~np.isin(facts.identity, year.before)
        first = facts.onset >= new_year(year.year) - 30
        return _percent(new & first if "without" in breakdown else new, users)
    if year.after is None:
        return None
    left = users & ~np.isin(facts.identity, year.after)
    kinds = {"left": left, "left_dead": left & facts.dead, "left_not_dead": left & ~facts.dead}
    return _percent(kinds[breakdown], users)


def _mean_hours(year: Year, group: str, breakdown: str) -> float | None:
    people = (year.facts.home_hours > 0) & year.matching(breakdown)
    return float(year.facts.home_hours[people].mean()) if people.any() else None


def _with_hours(year: Year, group: str, breakdown: str) -> float:
    if group == HOME_AND_PRACTICAL:
        return float(((year.facts.home_hours > 0) & year.matching(breakdown)).sum())
    return float(year.facts.with_hours[:, SERVICES[group]].sum())


def _exclusive_share(year: Year, group: str, breakdown: str) -> float:
    people = year.users_at_end if group == ALL else year.exclusive[EXCLUSIVE[group]]
    return _percent(people & year.matching(breakdown), people)


def _plan(year: Year, group: str, breakdown: str) -> float:
    """Share with an active plan; the parts by age have the whole need level below the line."""
    people = _home_and_practical(year)
    whole = people & year.matching(breakdown.split(";")[0])
    return _percent(whole & year.facts.plan & year.matching(breakdown), whole)


def _doctor(year: Year, group: str, breakdown: str) -> float:
    people = year.facts.at_end[:, 21] & year.matching(breakdown)
    return _percent(people & year.facts.doctor, people)


def _decisions(year: Year, group: str, breakdown: str) -> float:
    counts = year.counts.refused if "refused" in breakdown else year.counts.decisions
    return float(counts[SERVICES[group]])


def _refusals(year: Year, group: str, breakdown: str) -> float:
    code = SERVICES[group]
    return 100 * float(year.counts.refused[code]) / max(1.0, float(year.counts.decisions[code]))


def _waits(year: Year, group: str, breakdown: str) -> float:
    low, high = WAITS[breakdown]
    days = year.counts.waiting
    return 100 * float(((days >= low) & (days < high)).mean())


def _over_80(year: Year) -> float:
    people = year.facts.at_end[:, HOME_SERVICES_254].any(axis=1) & (year.facts.age >= 80)
    return 100 * float(people.sum()) / float(year.population[:, 80:].sum())


_MEASURES: Mapping[str, Callable[[Year, str, str], float | None]] = {
    "recipients_during_year": _during,
    "share_of_population_during_year": _population_share,
    "share_men_during_year": lambda y, g, b: _percent(y.users & y.facts.male, y.users),
    "need_share_during_year": _need_share,
    "recipients_at_31.12": _at_end,
    "users_at_31.12": _at_end,
    "recipients_at_31.12_by_housing_situation": _housing,
    "recipients_at_31.12_by_service_group": lambda y, g, b: float(y.facts.at_end[:, _group_codes(g)].any(axis=1).sum()),
    "recipients_during_year_by_service_group": lambda y, g, b: float(y.facts.during[:, _group_codes(g)].any(axis=1).sum()),
    "turnover_share": _turnover,
    "mean_allotted_hours_per_week_at_31.12": _mean_hours,
    "mean_allotted_hours_per_week_by_private_unpaid_help_at_31.12": _mean_hours,
    "recipients_with_hours_at_31.12": _with_hours,
    "need_share_at_31.12_exclusive_group": _exclusive_share,
    "share_with_active_individual_plan_at_31.12": _plan,
    "share_assessed_by_doctor_last_12_months": _doctor,
    "decisions_during_year": _decisions,
    "refusal_share": _refusals,
    "complaints_received_during_year": lambda y, g, b: float(y.counts.complaints[SERVICES[g]]),
    "share_by_days_from_decision_to_start": _waits,
    "persons_on_waiting_list_reported_to_register": lambda y, g, b: float(y.facts.listed.sum()),
    "persons_with_24h_service_offer": lambda y, g, b: float(y.facts.round_the_clock.sum()),
    "share_of_inhabitants_80+_using_home_services": lambda y, g, b: _over_80(y),
}
