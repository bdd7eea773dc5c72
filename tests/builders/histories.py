"""Random histories of one person in one year: services, pauses, stays, hospital, overlaps, added hours, open ends, faults.

Dates crowd together on purpose, so that neighbours, overlaps and the limits of the year are met often. ``random`` may be
Hypothesis's own, which then finds the smallest history that fails.
"""

from datetime import date, timedelta

YEAR = 2021
HOME, STAYS = (1, 2, 3, 4, 5, 6, 7, 9, 11, 15, 16, 17, 22, 28, 29, 12, 14), (21, 18, 19, 20, 25, 8)
UNITS = (None, "974000001", "974000002")
CENTRES = (date(YEAR, 1, 1), date(YEAR, 6, 15), date(YEAR, 12, 31))


def history(random, pseudonym):
    """Rows by table for one person."""
    who = {"municipality": "4204", "reported_municipality": "4204", "data_year": YEAR, "pseudonym": pseudonym}
    rows = {name: [] for name in ("person", "assessment", "service", "pause", "stay", "hospital_stay")}
    centre = random.choice(CENTRES)
    death = _near(random, centre, 40) if random.random() < 0.1 else None
    rows["person"].append(who | {"birth_year": 1940, "death_date": death, "birth_date": None})
    kinds = [random.choice(HOME if random.random() < 0.6 else STAYS) for _ in range(random.randint(1, 3))]
    for number in range(random.randint(1, 6)):
        _add_service(random, rows, who, f"{pseudonym}-{number}", random.choice(kinds), centre)
    for _ in range(random.choice((0, 0, 1, 2))):
        rows["hospital_stay"].append(who | _from_to(random, centre, 8))
    return rows


def histories(random, number):
    """Rows by table for many people."""
    people = [history(random, f"p{n:05d}") for n in range(number)]
    return {name: [row for person in people for row in person[name]] for name in people[0]}


def _add_service(random, rows, who, service_id, kind, centre):
    start = _near(random, centre, 25) if random.random() < 0.9 else _near(random, date(YEAR - 1, 3, 1), 300)
    length = random.choice((-1, 0, 0, 1, 2, 3, 5, 8, 13, 30))
    hours = random.choice((None, 0.0, 0.5, 1.0, 2.25, 7.0, 10.33, 35.5)) if kind not in STAYS else None
    rows["service"].append(
        who
        | {
            "service_id": service_id,
            "service_type": kind,
            "outcome": random.choice((1, 1, 1, 1, 3, 2, None)),
            "decision_date": start - timedelta(days=random.randint(0, 3)) if random.random() < 0.8 else None,
            "start_date": start if random.random() < 0.97 else None,
            "end_date": start + timedelta(days=length) if random.random() < 0.8 else None,
            "weekly_hours": hours,
            "organisation_number": random.choice(UNITS),
            "added": random.choice((None, None, False, True)),
        }
    )
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        rows["pause"].append(who | {"service_id": service_id, "pause_id": "x"} | _from_to(random, start, 6))
    for _ in range(random.choice((0, 1, 2, 4)) if kind == 8 else 0):
        rows["stay"].append(who | {"service_id": service_id} | _from_to(random, start, 8))


def _from_to(random, near, spread):
    start = _near(random, near, spread)
    end = start + timedelta(days=random.choice((-1, 0, 1, 2, 3, 6)))
    return {"from_date": start, "to_date": end if random.random() < 0.9 else None}


def _near(random, day, spread):
    return day + timedelta(days=random.randint(-spread, spread))
