"""How each published measure is counted on the people of a year. What is not here is not computed; the notes say why."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.published_people import Arrays, Nation
from omsorgstall.codes import municipalities, population, service_groups
from omsorgstall.measures.survival import median_days

Mask = NDArray[np.bool_]
DAYS_A_YEAR = 365.25
SIX_MONTHS = 183
NEED = {"noe_avgrenset": "1", "middels_til_stort": "2", "omfattende": "3", "uoppgitt": "9"}
AGES = {
    "0-17": (0, 17), "18-49": (18, 49), "50-66": (50, 66), "67-79": (67, 79), "80-89": (80, 89), "90+": (90, 999),
    "0-66": (0, 66), "under 67": (0, 66), "67+": (67, 999), "all": (-1, 999),
}  # fmt: skip
HELP = {
    "under_3_h": "H0", "3_to_under_9_h": "H1", "9_to_under_15_h": "H2", "15_h_or_more": "H3",
    "receives_unknown_extent": "UKJENT", "receives_none": "INGEN", "unspecified": "9",
}  # fmt: skip
SEX = {"M": 1, "K": 2}
_GROUPS = {g.code: g.members for g in service_groups()}
SERVICES: dict[str, tuple[int, ...]] = {
    "Praktisk bistand - daglige gjøremål": (1,),
    "Praktisk bistand - opplæring - daglige gjøremål": (2,),
    "Praktisk bistand - brukerstyrt personlig assistanse": (3,),
    "Dagaktivitetstilbud": (4,),
    "Matombringing": (5,),
    "Trygghetsalarm": (6,),
    "Avlastning - utenfor institusjon": (7,),
    "Avlastning i institusjon": (8,),
    "Støttekontakt": (9,),
    "Omsorgsstønad": (11,),
    "Omsorgslønn (omsorgsstønad)": (11,),
    "Helsetjenester i hjemmet": (15,),
    "Dagopphold i institusjon": (17,),
    "Tidsbegrenset opphold - utredning/behandling": (18,),
    "Tidsbegrenset opphold - habilitering/rehabilitering": (19,),
    "Tidsbegrenset opphold - annet": (20,),
    "Langtidsopphold i institusjon": (21,),
    "Bolig kommunen disponerer til helse- og omsorgsformål": (29,),
    "Bolig til pleie- og omsorgsformål": (29,),
    "Helsetjenester i hjemmet og/eller praktisk bistand": (1, 2, 3, 15),
    "Hjemmetjenester (praktisk bistand og/eller hjemmesykepleie)": (1, 2, 3, 15),
    "Hjemmetjenester": (1, 2, 3, 7, 11, 15, 16),
    "Institusjon (alle opphold)": (8, 18, 19, 20, 21, 22, 25),
    "Avlastning (etter SSBs avgrensning)": (7, 8),
    "Tjenester til hjemmeboende": _GROUPS["HOME"],
    "Velferdsteknologi": _GROUPS["TECH"],
    "Institusjonstjenester": _GROUPS["INSTITUTION"],
    "Alle tjenestemottakere": tuple(range(1, 30)),
}
GROUPS = {
    "Kun praktisk bistand": "PRACTICAL_ONLY",
    "Kun helsetjenester i hjemmet (hjemmesykepleie)": "HEALTH_ONLY",
    "Både praktisk bistand og helsetjenester i hjemmet": "PRACTICAL_AND_HEALTH",
    "Andre tjenester til hjemmeboende": "OTHER",
    "Tidsbegrenset opphold i institusjon": "TIME_LIMITED",
    "Langtidsopphold i institusjon": "LONG_TERM",
}
HOUSING = {
    "Langtidsopphold i institusjon": "LONG_TERM", "Tidsbegrenset opphold i institusjon": "TIME_LIMITED",
    "Bolig kommunen disponerer til helse- og omsorgsformål": "DWELLING", "Eget hjem": "HOME",
}  # fmt: skip
SIZES = {"under 2000": (0, 2000), "2000-4999": (2000, 5000), "5000-9999": (5000, 10_000),
         "10000-49999": (10_000, 50_000), "50000+": (50_000, 10**9)}  # fmt: skip


COUNTIES = {"Oslo": "03", "Finnmark": "56"}


def computed(nation: Nation, measure: str, service: str, breakdown: str) -> float | None:
    """The figure, or None when it is not computed."""
    count = MEASURES.get(measure)
    chosen = _parts(breakdown)
    return None if count is None or chosen is None else count(nation, service, chosen)


def _parts(breakdown: str) -> dict[str, str] | None:
    """What a breakdown says, such as ``{"age": "90+", "need": "all"}``; None when it names a place or has words of its own."""
    plain = {"all": {}, "": {}, "mean": {}, "any hours": {"hours_per_week": "over_0"}, "all registered types": {}}
    if breakdown in plain:
        return plain[breakdown]
    parts = [part.strip() for part in breakdown.split(";") if not part.strip().startswith(("stated as", "about"))]
    named = {name: value for name, sign, value in (part.partition("=") for part in parts) if sign}
    words = [part for part in parts if "=" not in part]
    return {**named, "words": words[0]} if words else named


def _has(people: Arrays, services: tuple[int, ...], column: str = "services") -> Mask:
    found: Mask = (people[column] & sum(1 << s for s in services)) > 0
    return found


def _among(people: Arrays, chosen: dict[str, str]) -> Mask | None:
    """Who is of the ages, sex, need and private help; None when something else is asked."""
    found = np.ones(len(people["services"]), bool)
    for name, value in chosen.items():
        if name == "age" and value in AGES:
            found &= (people["age"] >= AGES[value][0]) & (people["age"] <= AGES[value][1])
        elif name == "sex" and value in SEX:
            found &= people["sex"] == SEX[value]
        elif name == "need" and value in NEED:
            found &= people["need"] == NEED[value]
        elif name == "private_help" and value in HELP:
            found &= people["help"] == HELP[value]
        elif name == "words":
            continue
        elif name == "hours_per_week":
            found &= people["with_hours"] > 0
        elif value != "all":
            return None
    return found


def _share(part: Mask | None, whole: Mask | None) -> float | None:
    return None if part is None or whole is None or not whole.sum() else 100 * float((part & whole).sum()) / float(whole.sum())


def _persons(part: Mask | None) -> float | None:
    return None if part is None else float(part.sum())


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    return None if one is None or other is None else one & other


@cache
def _inhabitants(year: int) -> NDArray[np.int64]:
    """Inhabitants on 1 January by sex (1, 2) and age."""
    people, found = population(year), np.zeros((3, 107), np.int64)
    sex = np.where(np.array(people["sex"].to_pylist()) == "male", 1, 2)
    np.add.at(found, (sex, people["age"].to_numpy()), people["persons"].to_numpy())
    return found


def _in_the_year(year: int) -> NDArray[np.int64]:
    """Inhabitants on 1 January by sex and the age they reach in the year, as the published shares have it: many die within it."""
    return np.roll(_inhabitants(year), 1, axis=1)


def _of_population(nation: Nation, counted: Mask | None, chosen: dict[str, str]) -> float | None:
    if counted is None or not set(chosen) <= {"age", "sex"}:
        return None
    first, last = AGES[chosen.get("age", "all")]
    sexes = [SEX[chosen["sex"]]] if chosen.get("sex", "all") in SEX else [1, 2]
    return 100 * float(counted.sum()) / float(_in_the_year(nation.year)[sexes, max(first, 0) : min(last, 106) + 1].sum())


def _in_group(nation: Nation, service: str) -> Mask | None:
    at_end = nation.during["group"] != ""
    return at_end if service == "Alle tjenestemottakere" else nation.during["group"] == GROUPS[service]


def _need_share(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
    return _share(_among(nation.during, chosen), _in_group(nation, service))


def _at_end(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
    if service == "Tjenestemottakere utenfor institusjon":
        stays = np.isin(nation.at_end["place"], ["LONG_TERM", "TIME_LIMITED"])
        return _persons(_both(_among(nation.at_end, chosen), ~stays))
    column = "with_hours" if "hours_per_week" in chosen else "services"
    members = SERVICES.get(service)
    return None if members is None else _persons(_both(_among(nation.at_end, chosen), _has(nation.at_end, members, column)))


def _with_hours(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
    return _at_end(nation, service, {**chosen, "hours_per_week": "over_0"})


def _mean_hours(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
    column = "day_hours" if service == "Dagaktivitetstilbud" else "hours"
    counted = _both(_among(nation.at_end, chosen), nation.at_end[column] > 0)
    return None if counted is None else float(nation.at_end[column][counted].mean())


def _during(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
    return _persons(_both(_among(nation.during, chosen), _has(nation.during, SERVICES[service])))


def _kinds_during(nation: Nation, *_: object) -> float:
    return float(sum(((nation.during["services"] >> s) & 1).sum() for s in range(1, 30)))


def _moved(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
    state, died = nation.moved["within_year"], nation.moved["died"]
    ended = np.isin(state, ["ended", "new_and_ended"])
    found = {
        "new_recipients": np.isin(state, ["new", "new_and_ended"]),
        "left": ended, "left_dead": ended & died, "left_not_dead": ended & ~died,
    }.get(chosen.get("words", ""))  # fmt: skip
    return _share(found, state != "")


def _decided(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
    kind = np.isin(nation.decisions["service_type"], SERVICES[service])
    refused = nation.decisions["outcome"] == "refused"
    return float((kind & (refused if chosen.get("outcome") == "refused" else True)).sum())


def _refused(nation: Nation, service: str, _: dict[str, str]) -> float | None:
    return _share(nation.decisions["outcome"] == "refused", np.isin(nation.decisions["service_type"], SERVICES[service]))


def _complaints(nation: Nation, service: str, _: dict[str, str]) -> float:
    return float((np.isin(nation.decisions["service_type"], SERVICES[service]) & nation.decisions["complaint"]).sum())


def _waited(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
    days = nation.decisions["waiting_days"]
    bands = {"0-15 days": (0, 15), "16-30 days": (16, 30), "31+ days": (31, 10**6)}
    band = bands.get(chosen.get("words", ""))
    stays = np.isin(nation.decisions["service_type"], (18, 19, 20, 21)) & (days >= 0)
    return None if band is None or "county" in chosen else _share((days >= band[0]) & (days <= band[1]), stays)


def _place(nation: Nation, service: str, _: dict[str, str]) -> float:
    return float(len(nation.at_end["place"]) if service == "I alt" else (nation.at_end["place"] == HOUSING[service]).sum())


def _plan(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
    if service not in SERVICES or "decision" in chosen.get("words", ""):
        return None
    with_plan, words = nation.at_end["plan"], chosen.get("words", "")
    if words.startswith("part aged"):
        with_plan = with_plan & (_among(nation.at_end, {"age": "under 67" if "under" in words else "67+"}))
    return _share(with_plan, _both(_among(nation.at_end, chosen), _has(nation.at_end, SERVICES[service])))


def _coercion(nation: Nation, service: str, _: dict[str, str]) -> float | None:
    bases = {"tredje ledd a": "disability_emergency", "b og c": "disability_planned", "kap. 4 A": "health_care"}
    found = next((basis for words, basis in bases.items() if words in service), None)
    return None if found is None else float(len(np.unique(nation.coercion["pseudonym"][nation.coercion["legal_basis"] == found])))


def _coercive(nation: Nation, *_: object) -> float:
    """Municipalities with health care under coercion."""
    places = nation.coercion["municipality"][nation.coercion["legal_basis"] == "health_care"]
    return 100 * len(np.unique(places)) / len(municipalities())


def _housed(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
    place = {"other_municipal_dwelling": "DWELLING", "ordinary_private_residence": "HOME"}.get(chosen.get("words", ""))
    return None if place is None else _share(nation.at_end["place"] == place, _among(nation.at_end, chosen))


def _residents(people: Arrays, chosen: dict[str, str]) -> Mask | None:
    """Long-term residents, of the age or of municipalities of a size; None for a place."""
    found, size = _has(people, (21,)), SIZES.get(chosen.get("municipality_population", ""))
    if county := COUNTIES.get(chosen.get("words", "")):
        return found & np.isin(people["municipality"], [m.number for m in municipalities().values() if m.county == county])
    if size:
        within = [m.number for m in municipalities().values() if size[0] <= m.population < size[1]]
        return found & np.isin(people["municipality"], within)
    return _both(found, _among(people, chosen))


def _assessed(column: str) -> Callable[[Nation, str, dict[str, str]], float | None]:
    def share(nation: Nation, service: str, chosen: dict[str, str]) -> float | None:
        everybody = service == "Alle tjenestemottakere"
        among = nation.at_end["services"] > 0 if everybody else _residents(nation.at_end, chosen)
        return _share(nation.at_end[column], among)

    return share


def _answered(column: str, answers: tuple[int, ...]) -> Callable[[Nation, str, dict[str, str]], float | None]:
    def share(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
        chosen = dict(chosen)
        county = COUNTIES.get(chosen.pop("words", ""))
        within = [m.number for m in municipalities().values() if county in (None, m.county)]
        among = _both(nation.during["group"] == "LONG_TERM", _among(nation.during, chosen))
        among = _both(among, np.isin(nation.during["municipality"], within))
        return _share(np.isin(nation.during[column], answers), among)

    return share


def _of_everybody(column: str, wanted: object = True) -> Callable[[Nation, str, dict[str, str]], float | None]:
    return lambda nation, *_: _share(nation.at_end[column] == wanted, nation.at_end["services"] > 0)


def _sex_during(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
    return _share(_among(nation.during, chosen), nation.during["services"] > 0)


def _age_need(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
    return _share(_among(nation.during, chosen), _among(nation.during, {"age": chosen["age"]}))


def _six_months(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
    by_death = chosen.get("words") == "ended by death"
    return _share(nation.ended["left"] <= SIX_MONTHS, nation.ended["ended_by_death"]) if by_death else None


def _mean_stay(nation: Nation, _: str, chosen: dict[str, str]) -> float | None:
    number = next((m.number for m in municipalities().values() if m.name == chosen.get("municipality")), "")
    ended = nation.ended["left"][nation.ended["municipality"] == number]
    return float(ended.mean()) * 12 / DAYS_A_YEAR if len(ended) else None


def _mortality(nation: Nation, *_: object) -> float:
    """Deaths over those who lived there in the middle of the year, about."""
    return 100 * float(nation.ended["ended_by_death"].sum()) / float(_has(nation.at_end, (21,)).sum())


def _median_stay(nation: Nation, *_: object) -> float | None:
    days = median_days(nation.stays)
    return None if days is None else days / DAYS_A_YEAR


def _users_80(nation: Nation, service: str, _: dict[str, str]) -> float | None:
    counted = _has(nation.at_end, SERVICES[service]) & (nation.at_end["age"] >= 80)
    return 100 * float(counted.sum()) / float(_inhabitants(nation.year + 1)[1:, 80:].sum())


MEASURES: dict[str, Callable[[Nation, str, dict[str, str]], float | None]] = {
    "recipients_at_31.12_exclusive_group": lambda n, s, _: _persons(_in_group(n, s)),
    "need_share_at_31.12_exclusive_group": _need_share,
    "mean_allotted_hours_per_week_at_31.12": _mean_hours,
    "mean_allotted_hours_per_week_by_private_unpaid_help_at_31.12": _mean_hours,
    "recipients_with_stated_hours_at_31.12": _with_hours,
    "recipients_with_hours_at_31.12": _with_hours,
    "recipients_during_year": _during,
    "recipients_during_year_by_service_group": _during,
    "services_used_during_year": _kinds_during,
    "share_of_population_during_year": lambda n, _, c: _of_population(n, _among(n.during, c), c),
    "share_women_during_year": _sex_during,
    "share_men_during_year": _sex_during,
    "need_share_during_year": _age_need,
    "turnover_share": _moved,
    "decisions_during_year": _decided,
    "refusal_share": _refused,
    "complaints_received_during_year": _complaints,
    "recipients_at_31.12_by_housing_situation": _place,
    "recipients_at_31.12": _at_end,
    "recipients_at_31.12_by_service_group": _at_end,
    "users_at_31.12": _at_end,
    "residents_at_31.12": _at_end,
    "share_with_active_individual_plan_at_31.12": _plan,
    "persons_subject_to_coercion_during_year": _coercion,
    "share_assessed_by_doctor_last_12_months": _assessed("doctor"),
    "share_assessed_by_dental_personnel": _assessed("dental"),
    "share_with_medication_review_last_12_months": _answered("medication_review", (1,)),
    "share_with_nutrition_followup": _answered("undernutrition", (1, 2)),
    "share_assessed_by_doctor": _assessed("doctor"),
    "share_with_individual_plan": _plan,
    "share_of_municipalities_reporting_coercion": _coercive,
    "housing_share": _housed,
    "mean_completed_stay": _mean_stay,
    "stays_in_length_of_stay_analysis": lambda n, *_: float(len(n.ended["left"])),
    "persons_with_24h_service_offer": lambda n, *_: float(((n.during["group"] != "") & n.during["clock"]).sum()),
    "persons_on_waiting_list_reported_to_register": lambda n, *_: float(n.during["waits"].sum()),
    "share_living_alone": _of_everybody("alone"),
    "share_men": _of_everybody("sex", 1),
    "share_aged_under_50": lambda n, *_: _share(n.at_end["age"] < 50, n.at_end["age"] >= 0),
    "share_receiving_help_at_home": lambda n, *_: _share(
        ~np.isin(n.at_end["place"], ["LONG_TERM", "TIME_LIMITED"]), n.at_end["services"] > 0
    ),
    "share_by_days_from_decision_to_start": _waited,
    "share_of_inhabitants_80+_using_home_services": _users_80,
    "share_completed_stays_6_months_or_less": _six_months,
    "median_survival_from_admission": _median_stay,
    "yearly_mortality": _mortality,
}
"""Every measure that is computed."""
