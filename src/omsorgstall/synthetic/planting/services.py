"""Faults in services: dates, hours, units, and what cannot be at the same time."""

import random
from datetime import timedelta

from omsorgstall.codes import service_types
from omsorgstall.synthetic.planting.persons import ASSESSED, HOURLY, days
from omsorgstall.synthetic.planting.planters import plants
from omsorgstall.synthetic.planting.records import ASSESSMENT, HOSPITAL, PAUSE, SERVICE, STAY, Person, Record, running

FULL_DAY = (18, 19, 20, 21)
UNKNOWN_UNIT = "974760673"
"""A number with a right check digit that no made-up unit has."""
HOME = (1, 2, 3, 5, 6, 7, 9, 11, 15)
_WITHOUT_DECISION = ("6", "14", "23", "24", "25", "26", "27", "28")
_MANDATORY, _FORBIDDEN = (
    tuple(str(code) for code, s in service_types().items() if s.organisation_number == rule)
    for rule in ("mandatory", "forbidden")
)
_AT_ONCE = ("C17", "C19", "C22", "C23", "C25", "C36", "C55")
"""Rules that compare a service with others of the same person."""
_LATER = (*_AT_ONCE, "C06", "C13", "C14", "C24", "C34")
"""Rules that may find something at a service that begins later than the one it is like, with the same decision."""


def _new_id(draw: random.Random) -> str:
    return f"n{draw.randrange(16**11):011x}x"  # letters at both ends: no number within a number of another kind


def _one(draw: random.Random, found: list[Record]) -> Record | None:
    return draw.choice(found) if found else None


def _set_hours(service: Record, minutes: int) -> Record:
    return service.put("timer", minutes // 60).put("minutter", minutes % 60)


@plants("C09", "A30", *_AT_ONCE, "C15", "C20", "C04", "C31", "C34", "C35", "C50", "C51")
def type_not_valid(person: Person, draw: random.Random) -> Record | None:
    """A type that does not exist, or none."""
    service = _one(draw, person.all(SERVICE))
    return service and service.put("tjenesteType", draw.choice([None, 0, 12, 13, 30, 77]))


@plants("C33", *_AT_ONCE, "C15", "C20")
def rehabilitation_code(person: Person, draw: random.Random) -> Record | None:
    """The type that became a mark on the person."""
    service = _one(draw, person.granted([1, 2, 15]))
    return service and service.put("tjenesteType", 16)


@plants("C10", *_AT_ONCE, "C04", "C50")
def start_missing(person: Person, draw: random.Random) -> Record | None:
    """Granted and without a start."""
    service = _one(draw, [s for s in person.granted() if not s.holds])
    return service and service.put("tjenestestart", None)


@plants("C11", *_AT_ONCE, "C24", "C13", "C14", "C34", "C43", "C44", "C04", "C08", "C50", "C27")
def dates_not_possible(person: Person, draw: random.Random) -> Record | None:
    """Ends before it starts, ended before the year, starts after it or before 1980."""
    service = _one(draw, person.granted())
    if service is None:
        return None
    start = service.given("tjenestestart")
    match draw.randrange(4):
        case 0:
            return service.put("tjenesteslutt", start - days(draw, 300))
        case 1 if start < person.first_day:
            return service.put("tjenesteslutt", person.first_day - timedelta(days=1))
        case 2:
            return service.put("tjenestestart", "1979-12-31")
        case _:
            return service.put("tjenestestart", person.last_day + days(draw, 100)).put("tjenesteslutt", None)


@plants("C12", "C13")
def application_after_decision(person: Person, draw: random.Random) -> Record | None:
    """Applied for after it was decided."""
    service = _one(draw, [s for s in person.all(SERVICE) if "vedtaksdato" in s.values])
    if service is None:
        return None
    decided = service.given("vedtaksdato")
    return service.put("soknadsdato", decided + days(draw, 400))


@plants("C13", "C06", "C12", "C42")
def start_before_decision(person: Person, draw: random.Random) -> Record | None:
    """Began before it was decided."""
    service = _one(draw, person.granted())
    if service is None:
        return None
    start = service.given("tjenestestart")
    return service.put("vedtaksdato", min(start + days(draw, 60), person.extracted) if start < person.extracted else None)


@plants("C14", "C06", "C42")
def decision_long_before_start(person: Person, draw: random.Random) -> Record | None:
    """Begins more than a year after it was decided."""
    service = _one(draw, person.granted())
    if service is None:
        return None
    start = service.given("tjenestestart")
    decided = start - timedelta(days=365) - days(draw, 500)
    return service.put("vedtaksdato", decided).put("soknadsdato", decided - timedelta(days=5))


@plants("C15", *_AT_ONCE, "C08", "C31")
def hours_do_not_fit_type(person: Person, draw: random.Random) -> Record | None:
    """An hour service without hours, or another service with hours."""
    hourly = [s for s in person.granted(HOURLY) if "timer" in s.values]
    others = [s for s in person.granted() if int(s.values["tjenesteType"]) not in HOURLY]
    service = _one(draw, hourly if draw.random() < 0.5 else others)
    if service is None:
        return None
    return (
        service.put("timer", None).put("minutter", None) if service in hourly else _set_hours(service, 60 * draw.randint(1, 30))
    )


@plants("C16", *_AT_ONCE, "C08", "C15", "C31")
def too_many_hours(person: Person, draw: random.Random) -> Record | None:
    """More hours than a week has."""
    service = _one(draw, person.granted(HOURLY))
    return service and _set_hours(service, 168 * 60 + draw.choice([1, draw.randint(1, 20_000)]))


@plants("C18", *_AT_ONCE, "C08", "C15", "C31")
def minutes_not_valid(person: Person, draw: random.Random) -> Record | None:
    """More minutes than an hour has."""
    service = _one(draw, [s for s in person.granted(HOURLY) if "timer" in s.values])
    return service and service.put("minutter", draw.choice([60, draw.randint(60, 120)]))


@plants("C17", *_AT_ONCE)
def too_many_hours_together(person: Person, draw: random.Random) -> Record | None:
    """Two services with more than a week's hours together."""
    found = [s for s in person.granted(HOURLY) if person.until(s) >= person.last_day]
    found = [s for s in found if s.given("tjenestestart") <= person.last_day]
    if len(found) < 2:
        return None
    for service in draw.sample(found, 2):
        _set_hours(service, 60 * 84 + draw.choice([1, draw.randint(1, 4000)]))
    return person.record


@plants("C19", *_LATER, "C43")
def hours_of_a_month(person: Person, draw: random.Random) -> Record | None:
    """A new extent that is a month's hours of the old one."""
    found = [s for s in person.granted(HOURLY) if 0 < _minutes(s) < 2000 and running(s, person, 20)]
    old = _one(draw, [s for s in found if sum(t.values["tjenesteType"] == s.values["tjenesteType"] for t in found) == 1])
    if old is None or len(person.granted([int(old.values["tjenesteType"])])) > 1:
        return None
    changed = person.until(old) - timedelta(days=5)
    new = old.copy(tjenesteID=_new_id(draw), tjenestestart=changed, tjenesteslutt=old.values.get("tjenesteslutt"))
    old.put("tjenesteslutt", changed)
    return person.add(_set_hours(new, round(_minutes(old) * draw.choice([4, 4.33]))))


def _minutes(service: Record) -> int:
    return 60 * int(service.values.get("timer", 0)) + int(service.values.get("minutter", 0))


@plants("C20", "C21")
def organisation_number_rule(person: Person, draw: random.Random) -> Record | None:
    """No unit where one is mandatory, or one where it is forbidden."""
    found = [s for s in person.granted() if s.values["tjenesteType"] in (*_MANDATORY, *_FORBIDDEN)]
    service = _one(draw, found)
    if service is None:
        return None
    return service.put("tjenesteOrgNr", None if service.values["tjenesteType"] in _MANDATORY else UNKNOWN_UNIT)


@plants("C47", *_AT_ONCE, "C21")
def organisation_number_not_valid(person: Person, draw: random.Random) -> Record | None:
    """The last digit is another."""
    service = _one(draw, [s for s in person.all(SERVICE) if "tjenesteOrgNr" in s.values])
    if service is None:
        return None
    number = service.values["tjenesteOrgNr"]
    return service.put("tjenesteOrgNr", number[:8] + str((int(number[8]) + draw.randint(1, 9)) % 10))


@plants("C22", *_LATER, "C32")
def two_stays_at_once(person: Person, draw: random.Random) -> Record | None:
    """A second stay begins during a first."""
    stay = _one(draw, [s for s in person.granted(FULL_DAY) if running(s, person, 6)])
    if stay is None:
        return None
    begins = max(stay.given("tjenestestart"), person.first_day) + timedelta(days=draw.randint(1, 4))
    return person.add(stay.copy(tjenesteID=_new_id(draw), tjenestestart=begins, tjenesteslutt=begins + timedelta(days=30)))


@plants("C23", *_LATER, "C04", "C35", "C20", "C50")
def home_service_during_stay(person: Person, draw: random.Random) -> Record | None:
    """A home service runs on through a short stay in an institution."""
    service = _one(draw, [s for s in person.granted(HOME) if running(s, person, 30)])
    if service is None or person.granted(FULL_DAY):
        return None
    first = person.until(service) - timedelta(days=draw.randint(12, 25))
    changes = {"tjenesteType": 20, "tjenestestart": first, "tjenesteslutt": first + timedelta(days=draw.randint(2, 10))}
    person.add(service.copy(tjenesteID=_new_id(draw), timer=None, minutter=None, **changes))
    return service


@plants("C36", "C46")
def home_service_during_hospital(person: Person, draw: random.Random) -> Record | None:
    """A home service runs on through a stay in hospital."""
    found = [s for s in person.granted(HOME) if running(s, person, 30) and not s.holds]
    service = _one(draw, found)
    if service is None:
        return None
    first = person.until(service) - timedelta(days=draw.randint(12, 25))
    person.add(Record(HOSPITAL, {"innlagt": str(first), "utskrevet": str(first + timedelta(days=draw.randint(2, 10)))}))
    return service


@plants("C24", "C41", "C46", "C39")
def service_after_death(person: Person, draw: random.Random) -> Record | None:
    """A service runs on after the person has died."""
    service = _one(draw, [s for s in person.granted() if running(s, person, 10)])
    if service is None or "dodsdato" in person.record.values:
        return None
    person.record.put("dodsdato", person.until(service) - days(draw, 9))
    return service


@plants("C25", *_LATER)
def overlap_with_other_hours(person: Person, draw: random.Random) -> Record | None:
    """A new extent begins while the old one runs on."""
    old = _one(draw, [s for s in person.granted(HOURLY) if running(s, person, 20) and 0 < _minutes(s) < 5000])
    if old is None:
        return None
    begins = person.until(old) - timedelta(days=draw.randint(1, 15))
    new = old.copy(tjenesteID=_new_id(draw), tjenestestart=begins, kommerITillegg="false")
    return person.add(_set_hours(new, _minutes(old) + draw.randint(1, 300)))


@plants("C55", *_LATER)
def registered_twice(person: Person, draw: random.Random) -> Record | None:
    """The same service under another id."""
    service = _one(draw, person.granted())
    return service and person.add(service.copy(tjenesteID=_new_id(draw)))


@plants("C27", "C11", "C24")
def coercion_too_long(person: Person, draw: random.Random) -> Record | None:
    """A decision on coercion that lasts more than a year."""
    end = person.first_day + timedelta(days=draw.randint(0, 300))
    first = end - timedelta(days=366) - days(draw, 200)
    if first.year < person.born.year:
        return None
    values = {"tjenesteID": _new_id(draw), "tjenesteType": "24", "utfall": "1"}
    return person.add(Record(SERVICE, values | {"tjenestestart": str(first), "tjenesteslutt": str(end)}))


@plants("C34", "C06", "C50")
def rehabilitation_not_assessed(person: Person, draw: random.Random) -> Record | None:
    """A stay for rehabilitation, and no assessment near it."""
    begun = [s for s in person.granted([19]) if s.given("tjenestestart") >= person.first_day]
    found = [s for s in begun if "tjenesteslutt" in s.values]
    stay = _one(draw, found)
    if stay is None:
        return None
    person.remove(*person.all(ASSESSMENT))
    return stay


@plants("C06", "C34", "C07", "C08", "C41")
def assessment_not_new(person: Person, draw: random.Random) -> Record | None:
    """A second decision, and every assessment older than the first."""
    decided = sorted((s for s in person.granted(ASSESSED) if "vedtaksdato" in s.values), key=lambda s: s.given("vedtaksdato"))
    dates = [s.given("vedtaksdato") for s in decided]
    found = person.all(ASSESSMENT)
    if not found or len(set(dates)) < 2 or not person.first_day <= dates[-1] <= person.last_day:
        return None
    for number, record in enumerate(found):
        record.put("vurderingsdato", max(person.born, dates[0] - timedelta(days=400 + 7 * number + draw.randrange(7))))
    return decided[-1]


@plants("C42", "C06", "C12", "C13")
def decision_not_possible(person: Person, draw: random.Random) -> Record | None:
    """Decided after the extraction."""
    service = _one(draw, person.all(SERVICE))
    return service and service.put("vedtaksdato", person.extracted + days(draw, 300))


@plants("C51", "C06")
def decision_missing(person: Person, draw: random.Random) -> Record | None:
    """Granted, and nobody knows when."""
    service = _one(draw, [s for s in person.granted() if s.values["tjenesteType"] not in _WITHOUT_DECISION])
    return service and service.put("vedtaksdato", None)


@plants("C43", "C36")
def pause_not_possible(person: Person, draw: random.Random) -> Record | None:
    """A pause that ends before it begins, or begins before its service."""
    found = [(above, r) for above, r in _inside(person, PAUSE) if "midlertidigStoppTil" in r.values]
    if not found:
        return None
    service, pause = draw.choice(found)
    begins, first = service.day("tjenestestart"), pause.day("midlertidigStoppFra")
    if begins is None or first is None:
        return None
    if draw.random() < 0.5:
        return pause.put("midlertidigStoppTil", first - days(draw, 50))
    return pause.put("midlertidigStoppFra", begins - days(draw, 50))


@plants("C44")
def stay_not_possible(person: Person, draw: random.Random) -> Record | None:
    """A stay that ends before it begins."""
    found = [r for _, r in _inside(person, STAY) if "oppholdTil" in r.values]
    stay = _one(draw, found)
    first = stay.day("oppholdFra") if stay else None
    return stay.put("oppholdTil", first - days(draw, 50)) if stay and first else None


def _inside(person: Person, element: str) -> list[tuple[Record, Record]]:
    """Records of a kind with the service they stand in."""
    found, above = [], person.record
    for record in person.lines:
        if record.element == SERVICE:
            above = record
        elif record.element == element:
            found.append((above, record))
    return found
