"""Slow twin of the measures of persons: one person at a time, from lists of dictionaries, written from the pages that explain
them.

Nothing here is from ``omsorgstall.measures``. Each function gives its rows by (data year, municipality, pseudonym).
"""

from collections import defaultdict
from datetime import date
from fractions import Fraction

HOURS = {1, 2, 3, 4, 7, 9, 11, 15, 17, 22}
HOME = {1, 2, 3, 7, 11, 15}
INSTITUTION = {8, 18, 19, 20, 21}
STEPS = {5: 2, 6: 3, 26: 3, 27: 3, 28: 3, 1: 5, 17: 6, 9: 7, 2: 8, 15: 8, 7: 10, 11: 10, 3: 11, 8: 13, 18: 13, 20: 13, 22: 13}
STEPS |= {25: 13, 19: 14, 21: 15}
SHORT = {1: 1, 2: 1, 3: 1, 4: 1, 5: 2, 6: 3, 7: 3, 8: 4, 9: 5, 10: 6, 11: 6, 12: 6, 13: 7, 14: 7, 15: 8, 16: 8}


def people(rows):
    """Of each person and year: the rows about her by table."""
    found = defaultdict(lambda: defaultdict(list))
    for name, listed in rows.items():
        for row in listed if name not in ("dwelling", "unit") else ():
            found[row["data_year"], row["municipality"], row["pseudonym"]][name].append(row)
    return {who: mine for who, mine in found.items() if mine["person"]}


def of_day(rows, on):
    """Everybody of the year of the day, with the day; of every year with its last day when there is none."""
    for who, mine in people(rows).items():
        if on is None or who[0] == on.year:
            yield who, mine, on or date(who[0], 12, 31)


def counted(mine, year, last):
    """Services that count in the year, ended by a death: recoded type, first and last day, and the record."""
    deaths = [p["death_date"] for p in mine["person"] if p["death_date"]]
    births = [(p["birth_date"].year if p["birth_date"] else p["birth_year"]) for p in mine["person"]]
    births = [b for b in births if b]
    for row in mine["service"]:
        kind = {12: 29, 13: 29}.get(row["service_type"], row["service_type"])
        start, end = row["start_date"], row["end_date"]
        if kind in (14, 23, 24, 16) or row["outcome"] not in (1, 3, None) or start is None:
            continue
        if start > last or start < date(1980, 1, 1) or (births and start.year < min(births)):
            continue
        if end is not None and end < date(year, 1, 1):
            continue
        end = min([*deaths, end or date.max])
        if end >= date(year, 1, 1) and end >= start:
            yield kind, start, end, row


def active(mine, year, day):
    return [found for found in counted(mine, year, day) if found[1] <= day <= found[2]]


def ages(mine, day, on):
    dates = [p["birth_date"] for p in mine["person"] if p["birth_date"]]
    years = [(p["birth_date"].year if p["birth_date"] else p["birth_year"]) for p in mine["person"]]
    years = [y for y in years if y]
    if on is not None and dates:
        born = min(dates)
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return day.year - min(years) if years else None


def high_effort(rows, on=None):
    found = {}
    for who, mine, day in of_day(rows, on):
        services = active(mine, who[0], day)
        if services:
            hours, home = _hours(services, HOURS), _hours(services, HOME)
            found[who] = {
                "weekly_hours": hours,
                "high_effort": None if hours is None else hours >= Fraction("35.5"),
                "home_user": any(s[0] in HOME for s in services),
                "home_weekly_hours": home,
                "high_effort_home": None if home is None else home > Fraction("35.5"),
            }
    return found


def _hours(services, kinds):
    """Within each type and unit the latest holds, and what is marked as added comes besides."""
    latest, added = {}, []
    for kind, start, _, row in services:
        if kind in kinds and row["weekly_hours"] is not None:
            hours = Fraction(str(row["weekly_hours"]))
            place, newer = (kind, row["organisation_number"]), (start, row["decision_date"] or date.min, hours)
            if row["added"]:
                added.append(hours)
            elif place not in latest or newer > latest[place]:
                latest[place] = newer
    hours = [*added, *(newest[2] for newest in latest.values())]
    return sum(hours) if hours else None


def stair_steps(rows, on=None):
    """By person and step."""
    found = {}
    for who, mine, day in of_day(rows, on):
        age, clock = ages(mine, day, on), any(p["round_the_clock"] for p in mine["person"])
        steps = {_step(kind, age, clock) for kind, *_ in active(mine, who[0], day)} - {None}
        found |= {(*who, s): {"stair_short": SHORT[s], "highest": s == max(steps)} for s in steps}
    return found


def _step(kind, age, clock):
    if kind == 29:
        return 12 if clock else 9
    if kind == 4:
        return 6 if age is not None and age >= 67 else 7
    return STEPS.get(kind)


def turnover(rows):
    everyone, found = people(rows), {}
    marks = {who: _marks(who[0], mine) for who, mine in everyone.items()}
    years = defaultdict(set)
    for year, municipality, _ in everyone:
        years[municipality].add(year)
    for municipality, delivered in years.items():
        names = {who[2] for who in everyone if who[1] == municipality}
        for year in delivered:
            for name in names:
                row = _turned(year, municipality, name, everyone, marks, delivered)
                found |= {(year, municipality, name): row} if row else {}
    return found


def _marks(year, mine):
    services = list(counted(mine, year, date(year, 12, 31)))
    return {
        "any": bool(services),
        "start": any(s[1] < date(year, 1, 1) for s in services),
        "end": any(s[1] <= date(year, 12, 31) <= s[2] for s in services),
    }


NOTHING = {"any": False, "start": False, "end": False}


def _turned(year, municipality, name, everyone, marks, delivered):
    now = marks.get((year, municipality, name), NOTHING)
    former = marks.get((year - 1, municipality, name), NOTHING)
    if not now["any"] and not former["end"]:
        return None
    described = (year, municipality, name) in everyone
    deaths = [
        p["death_date"]
        for y in (year, year - 1)
        for p in everyone.get((y, municipality, name), {}).get("person", ())
        if p["death_date"]
    ]
    died = any(d <= date(year, 12, 31) for d in deaths)
    earlier = [y for y in delivered if y < year]
    before = now["start"] or former["end"] or any(marks.get((y, municipality, name), NOTHING)["any"] for y in earlier)
    return {
        "between_years": _state(former["end"], now["end"]) if year - 1 in delivered else None,
        "within_year": _state(now["start"], now["end"]) if now["any"] else None,
        "died": died if described or died else None,
        "known_before": before if before or earlier else None,
        "years_before": len(earlier),
    }


def _state(before, after):
    return {(True, True): "continuing", (True, False): "ended", (False, True): "new"}.get((before, after), "new_and_ended")


def indicators(rows, on=None):
    found = {}
    for who, mine, day in of_day(rows, on):
        kinds = {s[0] for s in active(mine, who[0], day)}
        if kinds:
            found[who] = _participation(mine) | _dwelling(mine, kinds) | _resident(mine, kinds, day)
    return found


def _participation(mine):
    needs = [row for row in mine["participation"] if row["need"] == 1]
    answered = any(row["need"] for row in mine["participation"])
    helped = {row["help"] for row in needs}
    unmet = "yes" if helped & {2, 3} else "missing" if None in helped else "no" if needs else None
    return {"participation_need": "yes" if needs else "no" if answered else "missing", "participation_unmet": unmet}


def _dwelling(mine, kinds):
    answers = {p["dwelling_suited"] for p in mine["person"]}
    state = "no" if 2 in answers else "yes" if 1 in answers else None if 9 in answers else "missing"
    return {"dwelling_suited": None if 21 in kinds else state}


def _resident(mine, kinds, day):
    answers = {row[q] for row in mine["nutrition"] for q in ("low_bmi", "weight_loss", "reduced_intake")} - {None}
    dates = [p["medication_review_date"] for p in mine["person"] if p["medication_review_date"]]
    begin = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
    states = {
        "nutrition_assessed": "yes" if answers else "no",
        "nutrition_risk": "yes" if 1 in answers else "no" if answers else None,
        "medication_reviewed": "yes" if any(begin < d <= day for d in dates) else "no",
    }
    return states if 21 in kinds else dict.fromkeys(states)


GROUPS = ("disability", "mental_health", "older")


def target_groups(rows, on=None, on_tie="first", with_units=True):
    found = {}
    for who, mine, day in of_day(rows, on):
        services = active(mine, who[0], day)
        if services:
            kinds = [("diagnosis", _diagnosed(mine))]
            if with_units:
                kinds.append(("place", _placed(services, rows["unit"], day)))
            age = ages(mine, day, on)
            kinds.append(("age", {"older"} if age is not None and age >= 67 else set()))
            by, groups = next(((k, g) for k, g in kinds if g), (None, set()))
            first = next((g for g in GROUPS if g in groups), "unclassified")
            tied = len(groups) > 1
            group = "unclassified" if tied and on_tie == "unclassified" else first
            found[who] = {"target_group": group, "target_group_by": by, "target_group_tied": tied}
    return found


def _diagnosed(mine):
    return {g for row in mine["diagnosis"] if row["reservation"] == 2 and (g := _group_of(row["system"], row["code"][:3]))}


def _group_of(system, category):
    letter, number = category[0], int(category[1:])
    if system == "ICPC-2":
        if category in ("A90", "L82", "N85", "N86", "P85"):
            return "disability"
        return "older" if category == "P70" else "mental_health" if letter == "P" and 1 <= number <= 99 else None
    if letter == "F":
        return "older" if number <= 3 else "disability" if 70 <= number <= 89 else "mental_health"
    if category == "G30":
        return "older"
    return "disability" if letter == "Q" or category == "G35" or (letter == "G" and 80 <= number <= 83) else None


def _placed(services, units, day):
    numbers = {row["organisation_number"] for *_, row in services}
    there = [u for u in units if u["organisation_number"] in numbers and _holds(u["active_from"], u["active_to"], day)]
    codes = {u["industry_code"].replace(".", "") for u in there if u["industry_code"]}
    listed = {"87203": "disability", "87305": "disability", "87201": "mental_health", "87202": "mental_health"}
    listed |= {"88998": "mental_health", "87301": "older", "88103": "older"}
    return {listed[code] for code in codes if code in listed}


def _holds(first, last, day):
    return (first is None or first <= day) and (last is None or last >= day)


def all_of(*parts):
    return False if False in parts else None if None in parts else True


def any_of(*parts):
    return True if True in parts else None if None in parts else False


def opposite(part):
    return None if part is None else not part


def round_the_clock(rows, on=None, scores=False):
    """By person: whether she has services, and each definition by its number."""
    found = {}
    for who, mine, day in of_day(rows, on):
        deaths = [p["death_date"] for p in mine["person"] if p["death_date"]]
        if deaths and min(deaths) < day:
            continue
        services = active(mine, who[0], day)
        there = {kind for kind, _, _, row in services if kind != 8 or _registered(mine, row, day)}
        known = _submitted(who, mine, rows, day, on) | ({"need": _needs(mine, day)} if scores else {})
        answers = [_defined(there, lived | known, known) for lived in _dwellings(mine, services, rows["dwelling"], day)]
        found[who] = {"served": bool(services)} | {d: any_of(*(a[d] for a in answers)) for d in answers[0]}
    return found


def _registered(mine, service, day):
    same = ("service_id", "reported_municipality")
    return any(all(s[k] == service[k] for k in same) and _holds(s["from_date"], s["to_date"], day) for s in mine["stay"])


def _offered(person, day):
    return all_of(person["round_the_clock"], _holds(person["round_the_clock_from"], person["round_the_clock_to"], day))


def _submitted(who, mine, rows, day, on):
    offers = [_offered(p, day) for p in mine["person"]]
    used = any(
        _offered(p, on or date(p["data_year"], 12, 31)) is not None
        for p in rows["person"]
        if (p["data_year"], p["municipality"]) == who[:2]
    )
    flag = any_of(*(o for o in offers if o is not None)) if set(offers) - {None} else (False if used else None)
    grants = {p["husbank_grant"] for p in mine["person"]}
    return {"flag": flag, "grant": True if 1 in grants else False if 2 in grants else None, "need": None}


def _needs(mine, day):
    dates = [a["assessment_date"] for a in mine["assessment"] if a["assessment_date"] <= day]
    newest = [a for a in mine["assessment"] if dates and a["assessment_date"] == max(dates)]
    if not newest:
        return None
    found = [any_of(*(None if a[v] in (None, 7) else a[v] in (4, 5) for v in ("f05", "f11", "f15"))) for a in newest]
    return any_of(*found)


def _dwellings(mine, services, listed, day):
    """What is stated of each dwelling, with what is stated of her before it; one with nothing stated when there is none."""
    valid = [d for d in listed if _holds(d["valid_from"], d["valid_to"], day)]
    numbers = {row["organisation_number"] for *_, row in services} - {None}
    names = {(p["reported_municipality"], p["local_person_id"]) for p in mine["person"] if p["local_person_id"]}
    units = [d for d in valid if d.get("organisation_number") in numbers] or [{}]
    own = [d for d in valid if (d.get("municipality"), d.get("local_person_id")) in names] or [{}]
    return [{f: p.get(f) if p.get(f) is not None else u.get(f) for f in {*u, *p}} for u in units for p in own]


def _defined(there, stated, known):
    def says(field):
        return stated.get(field)

    stay, long_stay = bool(there & INSTITUTION), 21 in there
    grant = says("husbank_grant") if says("husbank_grant") is not None else known["grant"]
    need = says("need_round_the_clock") if says("need_round_the_clock") is not None else known["need"]
    residents, owner, place = says("residents_count"), says("owner_type"), says("place_type")
    equivalent = all_of(*(says(f) for f in EQUIVALENT))
    kostra = all_of(
        not stay,
        says("staff_round_the_clock"),
        says("tenancy_contract"),
        None if residents is None else residents >= 2,
        None if owner is None else owner != "foundation",
    )
    cared_for = None if place is None else place in ("institution", "care_dwelling")
    reach = all_of(says("outreach_round_the_clock"), says("short_notice"))
    return {
        "d1_law": any_of(long_stay, equivalent),
        "d2_housing_bank": all_of(grant, cared_for, says("decision_round_the_clock")),
        "d3_kostra": kostra,
        "d4_projections": any_of(kostra, stay),
        "d5_kpr": all_of(known["flag"], opposite(long_stay)),
        "d6_ministry": any_of(stay, says("total_offer_round_the_clock"), reach),
        "d7_municipal_practice": says("local_round_the_clock"),
        "d8_client_need": all_of(need, says("short_notice")),
        "d9_open_tool": any_of(kostra, long_stay),
    }


EQUIVALENT = ("dwelling_adapted", "call_device", "response_as_nursing_home", "supervision_as_nursing_home")
