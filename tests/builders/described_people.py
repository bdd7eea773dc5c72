"""Random people over two years and three municipalities, described in every way that measures of persons look at.

Municipality 4205 was two in the first year (1021 and 1029) and 4206 delivered only the second. Local ids are the same in several
municipalities, dates crowd around the days figures are counted to, and many fields are empty.
"""

from datetime import date, timedelta

YEARS = (2020, 2021)
SERVICES = (1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 20, 21, 22, 28, 29)
UNITS = (None, "974000001", "974000002", "974000003")
CENTRES = (date(2020, 2, 29), date(2020, 12, 31), date(2021, 1, 1), date(2021, 6, 15), date(2021, 12, 31))
DIAGNOSES = (
    ("ICPC-2", ("P70", "P85", "P72", "P15", "K90", "A90", "N86", "P86")),
    ("ICD-10", ("F00.1", "F03", "F04", "F20.0", "F84", "G30", "G35", "Q90", "F70", "F99", "I63")),
)
FLAGS = (None, None, True, False)
FIELDS = {
    "owner_type": (None, "municipality", "foundation"),
    "place_type": (None, "institution", "care_dwelling", "own_home"),
    "residents_count": (None, 0, 1, 2, 40),
    **dict.fromkeys(
        (
            "husbank_grant",
            "decision_round_the_clock",
            "staff_round_the_clock",
            "tenancy_contract",
            "dwelling_adapted",
            "call_device",
            "response_as_nursing_home",
            "supervision_as_nursing_home",
            "outreach_round_the_clock",
            "short_notice",
            "total_offer_round_the_clock",
            "need_round_the_clock",
            "local_round_the_clock",
        ),
        FLAGS,
    ),
}
TABLES = ("person", "assessment", "service", "pause", "stay", "hospital_stay", "diagnosis", "participation", "nutrition")


def described_people(random, number):
    """Rows by register table, and rows of ``dwelling`` and ``unit``."""
    rows = {name: [] for name in TABLES}
    for n in range(number):
        _add_person(random, rows, n)
    local = [f"L{n}" for n in range(number // 2 + 1)]
    return rows | {"dwelling": _dwellings(random, local), "unit": _units(random)}


def _add_person(random, rows, n):
    municipality = random.choice(("4204", "4204", "4205", "4206"))
    birth = random.choice((None, date(1911, 3, 1), date(1952, 2, 29), date(1954, 6, 15), date(1954, 12, 31), date(1990, 5, 5)))
    death = _near(random, 40) if random.random() < 0.1 else None
    services = [_service(random, f"{n}-{k}") for k in range(random.choice((0, 1, 1, 2, 3, 5)))]
    for year in YEARS if municipality != "4206" else YEARS[1:]:
        places = {"4205": ("1021", "1029") if year == YEARS[0] else ("4205",)}.get(municipality, (municipality,))
        for reported in random.choice((places, places[:1])):
            who = {"municipality": municipality, "reported_municipality": reported, "data_year": year, "pseudonym": f"p{n:05d}"}
            if random.random() < 0.9:
                _add_year(random, rows, who | {"local": f"L{n // 2}"}, birth, death, services)


def _add_year(random, rows, who, birth, death, services):
    local = who.pop("local")
    rows["person"].append(who | _about(random, birth, death) | {"local_person_id": random.choice((local, local, None))})
    for service in services:
        if random.random() < 0.9:
            rows["service"].append(who | service)
            if service["service_type"] == 8 and random.random() < 0.8:
                rows["stay"].append(
                    who | {"service_id": service["service_id"]} | {"from_date": _near(random, 2), "to_date": _until(random)}
                )
    for _ in range(random.choice((0, 0, 1, 2))):
        system, codes = random.choice(DIAGNOSES)
        answer = random.choice((None, 1, 2, 2, 2))
        rows["diagnosis"].append(who | {"system": system, "code": random.choice(codes), "reservation": answer})
    for area in range(1, random.choice((1, 1, 2, 4))):
        needs = {"need": random.choice((None, 1, 1, 2, 9)), "help": random.choice((None, 1, 2, 3))}
        rows["participation"].append(who | {"area": area} | needs)
    for _ in range(random.choice((0, 1))):
        rows["nutrition"].append(who | {q: random.choice((None, 1, 2)) for q in ("low_bmi", "weight_loss", "reduced_intake")})
    for _ in range(random.choice((0, 1, 2))):
        scores = {v: random.choice((None, 1, 3, 4, 5, 9, 7)) for v in ("f05", "f11", "f15")}
        rows["assessment"].append(who | {"assessment_date": _near(random, 3)} | scores)


def _about(random, birth, death):
    given = random.random() < 0.7
    return {
        "birth_date": birth if given else None,
        "birth_year": None if birth is None else birth.year,
        "death_date": death if random.random() < 0.8 else None,
        "round_the_clock": random.choice((None, None, True, False)),
        "round_the_clock_from": _near(random, 2) if random.random() < 0.3 else None,
        "round_the_clock_to": _near(random, 2) if random.random() < 0.3 else None,
        "husbank_grant": random.choice((None, 1, 2)),
        "dwelling_suited": random.choice((None, 1, 2, 9)),
        "medication_review_date": random.choice((None, _near(random, 1), date(2020, 12, 31), date(2020, 6, 15))),
    }


def _service(random, service_id):
    start = _near(random, 200) - timedelta(days=random.choice((0, 0, 500)))
    kind = random.choice(SERVICES)
    return {
        "service_id": service_id,
        "service_type": kind,
        "outcome": random.choice((1, 1, 1, 3, 2, None)),
        "decision_date": start - timedelta(days=random.randint(0, 3)),
        "start_date": start if random.random() < 0.97 else None,
        "end_date": _near(random, 5) if random.random() < 0.5 else None,
        "weekly_hours": random.choice((None, 10.1, 25.4, 35.5, 35.51, 0.01, 7.0)),
        "organisation_number": random.choice(UNITS),
        "added": random.choice((None, None, False, True)),
    }


def _dwellings(random, local):
    rows = [{"organisation_number": unit} | _stated(random) for unit in UNITS[1:] for _ in range(random.choice((0, 1, 2)))]
    for _ in range(len(local) // 2):
        who = {"local_person_id": random.choice(local), "municipality": random.choice(("4204", "1021", "4205", "4206"))}
        rows.append(who | _stated(random))
    return rows


def _stated(random):
    return _from_to(random, "valid_from", "valid_to") | {name: random.choice(values) for name, values in FIELDS.items()}


def _units(random):
    codes = ("87.203", "87203", "87.102", "88.103", "87.201", None)
    return [
        {"organisation_number": unit, "industry_code": random.choice(codes), **_from_to(random, "active_from", "active_to")}
        for unit in UNITS[1:]
    ]


def _until(random):
    return random.choice((None, None, _near(random, 2)))


def _from_to(random, first, last):
    return {first: random.choice((None, _near(random, 2))), last: _until(random)}


def _near(random, spread):
    return random.choice(CENTRES) + timedelta(days=random.randint(-spread, spread))
