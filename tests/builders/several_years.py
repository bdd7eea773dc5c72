"""Random persons over three data years, told by one snapshot a year: moves, new decisions, deaths, faults, a merged municipality.

Dates crowd together at the limits of years and on 29 February, and gaps at thirty days, so that every edge is met often.
"""

from datetime import date, timedelta
from random import Random

YEARS = (2019, 2020, 2021)
CENTRES = (date(2019, 1, 1), date(2020, 1, 1), date(2020, 2, 29), date(2021, 1, 1), date(2021, 6, 15), date(2021, 12, 31))
KINDS = (21, 21, 21, 19, 19, 18, 20, 8, 8, 15, 1, 4, 12, 14, 23, 24, 16, 25)
LENGTHS = (-1, 0, 1, 2, 3, 5, 20, 29, 30, 31, 32, 60, 200, 400)
UNITS = (None, "974000001", "974000002")
SCORES = [*(f"f{n:02d}" for n in range(1, 17)), "s01", "s02"]
TABLES = ("person", "assessment", "service", "pause", "stay", "hospital_stay")


def several_years(random, number):
    """Rows by table for many persons."""
    found = {name: [] for name in TABLES}
    for n in range(number):
        _add_person(random, found, f"p{n:05d}")
    return found


def _add_person(random, found, pseudonym):
    centre = random.choice(CENTRES)
    death = _near(random, centre, 60) if random.random() < 0.15 else None
    former = random.choice(("4204", "1001"))
    for year in YEARS:
        if random.random() < 0.95:
            who = _who(year, pseudonym, former)
            household = random.choice((None, 1, 2, 3))
            died = death if death and death.year <= year else None
            found["person"].append(who | {"birth_year": 1940, "household": household, "death_date": died, "birth_date": None})
    start, kind = _near(random, centre, 50), random.choice(KINDS)
    for n in range(random.randint(1, 5)):
        length = random.choice(LENGTHS)
        _add_service(random, found, (pseudonym, former), f"{pseudonym}-{n}", kind, start, length)
        follows = random.random() < 0.6
        start = (
            start + timedelta(days=length + random.choice((0, 1, 2, 29, 30, 31, 32))) if follows else _near(random, centre, 50)
        )
        kind = kind if random.random() < 0.6 else random.choice(KINDS)
    for year in YEARS:
        who = _who(year, pseudonym, former)
        for _ in range(random.choice((0, 0, 1))):
            found["hospital_stay"].append(who | _from_to(random, _near(random, centre, 60)))
        for _ in range(random.choice((0, 1, 2, 3))):
            day, scores = _near(random, centre, 40), {c: random.choice((1, 2, 3, 4, 5, 9, None)) for c in SCORES}
            found["assessment"].append(who | {"assessment_date": day} | scores)
    beside = Random(f"{pseudonym} {centre} {start}")
    if beside.random() < 0.3:
        _add_course(beside, found, (pseudonym, former), centre)


def _add_course(random, found, person, centre):
    """A service that lasts for years, and assessments about a year apart; another may come or go between them."""
    pseudonym, former = person
    later = _near(random, centre, 40)
    earlier = later - timedelta(days=random.choice((269, 270, 360, 364, 366, 370, 455, 456)))
    kinds = {1: (centre - timedelta(days=700), None), random.choice((2, 15, 21)): (_near(random, centre, 300), None)}
    for year in YEARS:
        who = _who(year, pseudonym, former)
        for kind, (start, end) in kinds.items():
            if _told_of(year, start, end):
                given = {"service_id": f"{pseudonym}-course-{kind}", "service_type": kind, "start_date": start, "end_date": end}
                found["service"].append(who | given | {"outcome": 1})
        for day in (earlier, later, earlier + timedelta(days=random.choice((1, 10)))):
            if day.year <= year and random.random() < 0.8:
                scores = {c: random.choice((1, 2, 3, 4, 5, 9, None)) for c in SCORES}
                found["assessment"].append(who | {"assessment_date": day} | scores)


def _who(year, pseudonym, former):
    reported = former if year < YEARS[1] else "4204"
    return {"municipality": "4204", "reported_municipality": reported, "data_year": year, "pseudonym": pseudonym}


def _add_service(random, found, person, service_id, kind, start, length):
    end = start + timedelta(days=length) if random.random() < 0.8 else None
    decided = start + timedelta(days=random.choice((-40, -16, -15, -1, 0, 1, 5))) if random.random() < 0.9 else None
    row = {
        "service_id": service_id,
        "service_type": kind,
        "application_date": decided - timedelta(days=random.choice((-1, 0, 7, 8, 31)))
        if decided and random.random() < 0.7
        else None,
        "decision_date": decided,
        "outcome": random.choice((1, 1, 1, 3, 2, 4, None)),
        "complaint": random.choice((None, 1, 2)),
        "organisation_number": random.choice(UNITS),
    }
    begins = start if random.random() < 0.85 else None
    for year in YEARS:
        if _told_of(year, start, end) and random.random() < 0.92:
            late = end and end.year > year and random.random() < 0.7
            who = _who(year, *person) | {"service_id": service_id}
            found["service"].append(who | row | {"start_date": begins, "end_date": None if late else end})
            if random.random() < 0.15:
                found["pause"].append(who | {"pause_id": "x"} | _from_to(random, _near(random, start, 6)))
            for _ in range(random.choice((0, 1, 2)) if kind == 8 else 0):
                found["stay"].append(who | _from_to(random, _near(random, date(year, 12, 31), 20)))


def _told_of(year, start, end):
    return start.year <= year and (end is None or end.year >= year)


def _from_to(random, start):
    end = start + timedelta(days=random.choice((-1, 0, 1, 2, 3, 6)))
    return {"from_date": start, "to_date": end if random.random() < 0.9 else None}


def _near(random, day, spread):
    return day + timedelta(days=random.randint(-spread, spread))
