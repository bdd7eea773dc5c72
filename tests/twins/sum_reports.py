"""Slow twin of the sum reports on a date: plain loops over the rows, from the reference and the decision table.

Figures are dictionaries from (municipality, row, column) to numbers; ``00`` stands for everybody, and what is not there is zero.
"""

from collections import defaultdict
from datetime import date
from itertools import product

from omsorgstall.codes import age_bands, service_recodes, service_types, statistical_services
from tests.twins.need import need_level
from tests.twins.tables import GRANTED, TEST_USER, rows_of

SCORES = [f"f{n:02d}" for n in range(1, 17)] + ["s01", "s02"]
RANK = {"9": 0, "1": 1, "2": 2, "3": 3}
TIME_LIMITED = {8, 18, 19, 20, 22, 25}
HOME = {1, 2, 3, 4, 5, 6, 7, 9, 11, 15, 16}


def served(tables, on):
    """Everybody with an active service on the date: what she is, and her services as (type, unit, hours)."""
    people = _people(tables, on)
    records = defaultdict(list)
    for row in rows_of(tables["service"]):
        person = people.get((row["municipality"], row["pseudonym"]))
        if row["data_year"] == on.year and person and _active(row, person, on):
            records[row["municipality"], row["pseudonym"]].append(row)
    found = {}
    for who, rows in records.items():
        person = people[who]
        person["services"] = _services(rows)
        person.update(_assessed(tables, who, on))
        types = {kind for kind, _, _ in person["services"]}
        person["place"] = (
            "LONG_TERM" if 21 in types else "TIME_LIMITED" if types & TIME_LIMITED else "DWELLING" if 29 in types else "HOME"
        )
        found[who] = person
    return found


def _people(tables, on):
    rows = defaultdict(list)
    for row in rows_of(tables["person"]):
        if row["data_year"] == on.year:
            rows[row["municipality"], row["pseudonym"]].append(row)
    places = defaultdict(set)
    for municipality, who in rows:
        places[who].add(municipality)
    return {who: _person(mine, on) for who, mine in rows.items() if len(places[who[1]]) < TEST_USER}


def _person(rows, on):
    def highest(name):
        return max((r[name] for r in rows if r[name] is not None), default=None)

    born = min((r["birth_date"] for r in rows if r["birth_date"]), default=None)
    years = [r["birth_date"].year if r["birth_date"] else r["birth_year"] for r in rows]
    year = min((y for y in years if y), default=None)
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else on.year - year if year else None
    age = None if age is not None and age < 0 else age
    doctor, dental = (any(_within_a_year(r[n], on, highest(n)) for r in rows) for n in ("doctor_assessed", "dental_assessed"))
    return {
        "year": year,
        "died": min((r["death_date"] for r in rows if r["death_date"]), default=None),
        "sex": min((r["sex"] for r in rows if r["sex"] in (1, 2)), default=9),
        "age": next((b.code for b in age_bands() if age is not None and b.start <= age <= b.end), "UOPPGITT"),
        "household": str(highest("household") or 9),
        "doctor": doctor,
        "dental": dental,
    }


def _within_a_year(day, on, latest):
    """The latest date counts, when it lies in the twelve months up to the date."""
    if day is None or day != latest:
        return False
    before = date(on.year - 1, on.month, 28 if (on.month, on.day) == (2, 29) else on.day)
    return before < day <= on


def _active(row, person, on):
    kind = service_recodes().get(row["service_type"], row["service_type"])
    if kind not in statistical_services() or (service_types()[kind].valid_to or on.year) < on.year:
        return False
    if row["outcome"] not in GRANTED or row["start_date"] is None:
        return False
    earliest = max(date(1980, 1, 1), date(person["year"], 1, 1) if person["year"] else date(1980, 1, 1))
    ends = [d for d in (row["end_date"], person["died"]) if d]
    return earliest <= row["start_date"] <= on and all(end >= on and end >= row["start_date"] for end in ends)


def _services(rows):
    """Each service type and unit once, with the hours it gives: the newest record, and what is marked as added."""
    groups = defaultdict(list)
    for row in rows:
        kind = service_recodes().get(row["service_type"], row["service_type"])
        groups[kind, row["organisation_number"] or ""].append(row)
    found = []
    for (kind, unit), mine in groups.items():
        in_hours = service_types()[kind].unit == "hours_per_week"
        stated = [r for r in mine if in_hours and r["weekly_hours"] is not None]
        added = [r["weekly_hours"] for r in stated if r["added"]]
        others = [r for r in stated if not r["added"]]
        newest = max(
            others, key=lambda r: (r["start_date"], r["decision_date"] or date(1970, 1, 1), r["weekly_hours"]), default=None
        )
        hours = [*added, *([newest["weekly_hours"]] if newest else [])]
        found.append((kind, unit, sum(hours) if hours else None))
    return found


def _assessed(tables, who, on):
    rows = [
        r
        for r in rows_of(tables["assessment"])
        if (r["municipality"], r["pseudonym"]) == who and r["data_year"] == on.year and r["assessment_date"] <= on
    ]
    if not rows:
        return {"need": "9", "scores": dict.fromkeys(SCORES)}
    last = max(r["assessment_date"] for r in rows)
    levelled = [(need_level(r, "sm2010-approx-rule", "hybrid"), r) for r in rows if r["assessment_date"] == last]
    need, row = max(levelled, key=lambda pair: (RANK[pair[0]], [-1 if pair[1][s] is None else pair[1][s] for s in SCORES]))
    return {"need": need, "scores": {s: row[s] for s in SCORES}}


def group(types):
    """The exclusive group of a person with these service types."""
    practical = types & {1, 2, 3}
    if 21 in types:
        return "LONG_TERM"
    if types & TIME_LIMITED:
        return "TIME_LIMITED"
    if practical and 15 in types:
        return "PRACTICAL_AND_HEALTH"
    return "PRACTICAL_ONLY" if practical else "HEALTH_ONLY" if 15 in types else "OTHER"


def counted(people, rows, columns, chosen, hours_only=False):
    """Cells of persons, services, hours, different services, and of doctor and dental personnel.

    Args:
        rows: from a person and one of her chosen services (or None for all) to a code; ``columns`` likewise or None.
        chosen: the service types.
    """
    cells = defaultdict(lambda: defaultdict(float))
    for (municipality, _), person in people.items():
        mine = [s for s in person["services"] if s[0] in chosen and (not hours_only or (s[2] or 0) > 0)]
        split = defaultdict(list)
        for service in mine:
            for row in {rows(person, mine, service), "00"}:
                for column in {columns(person, mine, service) if columns else "00", "00"}:
                    split[row, column].append(service)
        for (row, column), had in split.items():
            cell = cells[municipality, row, column]
            cell["persons"] += 1
            cell["services"] += len(had)
            cell["kinds"] += len({kind for kind, _, _ in had})
            cell["seconds"] += sum(round((hours or 0) * 3600) for _, _, hours in had)
            cell["doctor"] += person["doctor"]
            cell["dental"] += person["dental"]
            cell["both"] += person["doctor"] and person["dental"]
            cell["neither"] += not (person["doctor"] or person["dental"])
    return {place: dict(cell) for place, cell in cells.items()}


def cube(people, by, chosen):
    """Persons, services and seconds by municipality and the code, or ``00``, of each of some breakdowns."""
    cells = defaultdict(lambda: [0, 0, 0])
    for (municipality, _), person in people.items():
        mine, split = [s for s in person["services"] if s[0] in chosen], defaultdict(list)
        for service in mine:
            for place in product(*({code(person, mine, service), "00"} for code in by)):
                split[place].append(service)
        for place, had in split.items():
            cell = cells[municipality, *place]
            cell[0] += 1
            cell[1] += len(had)
            cell[2] += sum(round((hours or 0) * 3600) for _, _, hours in had)
    return {place: tuple(cell) for place, cell in cells.items()}


def scores(people, chosen):
    """How many persons have each score of each variable."""
    cells = defaultdict(float)
    for (municipality, _), person in people.items():
        if any(kind in chosen for kind, _, _ in person["services"]):
            for variable, score in person["scores"].items():
                cells[municipality, variable.upper(), score if score in (1, 2, 3, 4, 5, 9) else "missing"] += 1
    return dict(cells)
