"""Faults in what is recorded of persons beside their services: household, dates, assessments, diagnoses, circumstances."""

import random
from datetime import timedelta

from omsorgstall.codes import service_types
from omsorgstall.synthetic.planting.planters import plants
from omsorgstall.synthetic.planting.records import (
    ASSESSMENT,
    DIAGNOSIS,
    HOSPITAL,
    NUTRITION,
    PARTICIPATION,
    SERVICE,
    Person,
    Record,
    running,
)

LONG_TERM = 21
STAYS = (8, 18, 19, 20, 21, 25)
ASSESSED = (1, 2, 3, 4, 7, 8, 9, 11, 15, 16, 17, 18, 19, 20, 21, 22)
HOURLY = tuple(code for code, service in service_types().items() if service.unit == "hours_per_week")
_DATES = ("venteliste", "vurdertAvLege", "vurdertAvTannhelsepersonell", "legemiddelgjennomgang")


def days(draw: random.Random, most: int) -> timedelta:
    """One day or more; every other time one."""
    return timedelta(days=draw.choice([1, draw.randint(1, most)]))


def _age(person: Person) -> int:
    return person.year - int(person.record.values["fodselsar"])


@plants("C02", "A30", "C04")
def household_missing(person: Person, draw: random.Random) -> Record:
    """Household left out, or a code there is not."""
    return person.record.put("husstand", draw.choice([None, "0", "4", "9"]))


@plants("C03")
def adult_with_parents(person: Person, _draw: random.Random) -> Record | None:
    """Somebody over 25 lives with parents."""
    return person.record.put("husstand", 3) if _age(person) > 25 else None


@plants("C04")
def long_term_resident_alone(person: Person, _draw: random.Random) -> Record | None:
    """Somebody who lives in an institution at the end of the year lives alone."""
    resident = any(person.until(s) >= person.last_day for s in person.granted([LONG_TERM]))
    return person.record.put("husstand", 1) if resident else None


@plants("C31")
def round_the_clock_without_extent(person: Person, _draw: random.Random) -> Record | None:
    """A round-the-clock offer of one service without hours."""
    services = person.all(SERVICE)
    plain = [s for s in services if int(s.values["tjenesteType"]) not in (*STAYS, *HOURLY)]
    if len(services) != 1 or not plain:
        return None
    return person.record.put("heldognstjenestetilbud", "true")


@plants("C32", "C40")
def waiting_list_not_likely(person: Person, draw: random.Random) -> Record:
    """On the waiting list for more than two years."""
    return person.record.put("venteliste", person.last_day - timedelta(days=730) - days(draw, 900))


@plants("C35")
def no_doctor(person: Person, draw: random.Random) -> Record | None:
    """No date of the last assessment where services ask for one."""
    both = ("vurdertAvLege", "vurdertAvTannhelsepersonell")
    if not person.granted([15, 18, 19, 20, 21]) or not set(both) <= set(person.record.values):
        return None
    return person.record.put(draw.choice(both), None)


@plants("C39", "C11", "C24", "C41", "C43", "C44", "C46")
def death_not_possible(person: Person, draw: random.Random) -> Record:
    """Died before birth, or after the batch was taken out."""
    return person.record.put("dodsdato", draw.choice([person.extracted + days(draw, 300), person.born - days(draw, 300)]))


@plants("C40", "C32", "A31")
def date_not_possible(person: Person, draw: random.Random) -> Record:
    """A date before birth or after the extraction."""
    day = draw.choice([person.extracted + days(draw, 300), person.born - days(draw, 300)])
    return person.record.put(draw.choice(_DATES), day)


@plants("C45", "C31", "C40")
def round_the_clock_dates(person: Person, draw: random.Random) -> Record:
    """An offer that ends before it begins, or has dates and is none."""
    first = person.first_day + days(draw, 200)
    if draw.random() < 0.5:
        return person.record.put("heldognstjenestetilbud", "false").put("heldognstjenestetilbudFra", first)
    person.record.put("heldognstjenestetilbud", "true").put("heldognstjenestetilbudFra", first)
    return person.record.put("heldognstjenestetilbudTil", first - days(draw, 100))


@plants("C50", "C06", "C34")
def scores_missing(person: Person, _draw: random.Random) -> Record | None:
    """No assessment of somebody whose services demand one."""
    found = person.all(ASSESSMENT)
    if not found or not any(running(s, person, 0) for s in person.granted(ASSESSED)):
        return None
    person.remove(*found)
    return person.record


@plants("C05", "A30", "C08", "C07")
def score_not_valid(person: Person, draw: random.Random) -> Record | None:
    """A score that does not exist."""
    found = person.all(ASSESSMENT)
    if not found:
        return None
    record = draw.choice(found)
    name = draw.choice([n for n in record.values if n != "vurderingsdato"])
    return record.put(name, draw.choice([0, 6, 7, 8, 10]))


@plants("C07")
def housework_nine_in_institution(person: Person, draw: random.Random) -> Record | None:
    """Housework not relevant during a long-term stay."""
    stays = [(s.day("tjenestestart"), person.until(s)) for s in person.granted([LONG_TERM])]
    found = [r for r in person.all(ASSESSMENT) if any(a and (day := r.day("vurderingsdato")) and a <= day <= b for a, b in stays)]
    return draw.choice(found).put("alminneligHusarbeid", 9) if found else None


@plants("C08", "C59")
def no_need_but_hours(person: Person, draw: random.Random) -> Record | None:
    """Needs no help with anything, and gets hours."""
    helped = [(s.day("tjenestestart"), person.until(s)) for s in person.granted(HOURLY) if "timer" in s.values]
    found = [
        r for r in person.all(ASSESSMENT) if any(a and (day := r.day("vurderingsdato")) and a <= day <= b for a, b in helped)
    ]
    if not found:
        return None
    record = draw.choice(found)
    for name in record.values:
        if name != "vurderingsdato":
            record.values[name] = draw.choice(["1", "1", "9"])
    return record


@plants("C59")
def own_health_low(person: Person, draw: random.Random) -> Record | None:
    """Gets home health services, and needs no help with own health."""
    nursed = [(s.given("tjenestestart"), person.until(s)) for s in person.granted([15])]
    found = [r for r in person.all(ASSESSMENT) if any(a <= r.given("vurderingsdato") <= b for a, b in nursed)]
    return draw.choice(found).put("ivaretaEgenHelse", draw.choice([1, 2])) if found else None


@plants("C41", "C06", "C34", "C08", "C50", "C07")
def assessment_date_not_possible(person: Person, draw: random.Random) -> Record | None:
    """Assessed before birth or after the extraction."""
    found = person.all(ASSESSMENT)
    day = draw.choice([person.extracted + days(draw, 300), person.born - days(draw, 300)])
    return draw.choice(found).put("vurderingsdato", day) if found else None


@plants("C28")
def diagnosis_not_valid(person: Person, draw: random.Random) -> Record | None:
    """A code of the one system where the other is named."""
    found = [r for r in person.all(DIAGNOSIS) if r.values.get("kodeverk") == "ICPC-2"]
    return draw.choice(found).put("diagnosekode", draw.choice(["E10", "G30", "P70.1", "F00.1", "I10"])) if found else None


@plants("C48")
def reservation_not_answered(person: Person, draw: random.Random) -> Record | None:
    """A diagnosis without an answer to the question of reservation."""
    found = person.all(DIAGNOSIS)
    return draw.choice(found).put("reservasjon", None) if found else None


@plants("C29")
def nutrition_not_answered(person: Person, _draw: random.Random) -> Record | None:
    """Nutrition without an answer."""
    found = person.all(NUTRITION)
    if not found:
        return None
    for name in ("lavKroppsmasseindeks", "vekttap", "redusertMatinntak"):
        found[0].put(name, None)
    return found[0]


@plants("C30")
def help_without_need(person: Person, draw: random.Random) -> Record | None:
    """Help to take part where there is no need."""
    found = person.all(PARTICIPATION)
    return draw.choice(found).put("behov", 2).put("mottarHjelp", draw.choice([1, 3])) if found else None


@plants("C46", "C36")
def hospital_stay_not_possible(person: Person, draw: random.Random) -> Record:
    """Out of hospital before in, or in before birth."""
    day = person.first_day + days(draw, 300)
    in_order = draw.random() < 0.3
    first, last = (person.born - timedelta(days=9), person.born) if in_order else (day, day - days(draw, 60))
    return person.add(Record(HOSPITAL, {"innlagt": str(first), "utskrevet": str(last)}))
