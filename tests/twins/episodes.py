"""Slow twin of the episodes: days, bed-days and hours by writing down every date of every record.

Written from the decision table, not from ``omsorgstall.measures``. Takes register tables as lists of dictionaries.
"""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

STAYS = (21, 19, 18, 20, 25, 8)  # in order of rank
LONG_TERM_EXCLUDES = {1, 2, 3, 5, 6, 7, 9, 11, 15, 16}
SHORT_EXCLUDES = {1, 2, 3, 5, 15, 16}
HOURS = {1, 2, 3, 4, 7, 9, 11, 15, 16, 17, 22}
COERCION = {14, 23, 24}
ONE_DAY = timedelta(days=1)


def service_facts(tables):
    """The facts of each (data year, municipality, pseudonym, service type) that has a service in the year."""
    test_users = _test_users(tables["person"])
    found = {}
    for who, mine in _by_person(tables).items():
        if (who[0], who[2]) not in test_users:
            found |= {(*who, kind): facts for kind, facts in _person(who[0], mine).items()}
    return found


def _test_users(people):
    seen = defaultdict(set)
    for row in people:
        seen[row["data_year"], row["pseudonym"]].add(row["municipality"])
    return {who for who, municipalities in seen.items() if len(municipalities) >= 5}


def _by_person(tables):
    mine = defaultdict(lambda: defaultdict(list))
    for name, rows in tables.items():
        for row in rows:
            mine[row["data_year"], row["municipality"], row["pseudonym"]][name].append(row)
    return mine


def _person(year, mine):
    beyond = date(year + 1, 1, 10)
    records = [r for r in (_record(row, year, mine, beyond) for row in mine["service"]) if r]
    runs = {kind: _runs(set().union(*(r["dates"] for r in records if r["type"] == kind))) for kind in STAYS}
    hospital = _runs(set().union(*(_dates(h["from_date"], h["to_date"], beyond) for h in mine["hospital_stay"])))
    off = {kind: _excluded(kind, runs, hospital) for kind in {r["type"] for r in records}}
    nights = {kind: _nights(runs[kind], year) for kind in STAYS}
    return {kind: _facts(kind, records, off[kind], nights, year) for kind in off}


def _record(row, year, mine, beyond):
    kind = {12: 29, 13: 29}.get(row["service_type"], row["service_type"])
    start, end = row["start_date"], row["end_date"]
    deaths = [p["death_date"] for p in mine["person"] if p["death_date"]]
    if deaths and (end is None or end > min(deaths)):
        end = min(deaths)
    births = [p["birth_year"] for p in mine["person"] if p["birth_year"]]
    refused = row["outcome"] not in (1, 3, None)
    if start is None or refused or kind in COERCION or (kind == 16 and year > 2018):
        return None
    if start > date(year, 12, 31) or start < date(1980, 1, 1) or (births and start.year < min(births)):
        return None
    if end is not None and (end < start or end < date(year, 1, 1)):
        return None
    dates = _dates(start, end, beyond)
    if kind == 8:
        dates &= set().union(*(_dates(s["from_date"], s["to_date"], beyond) for s in mine["stay"] if _same(s, row)))
    for pause in mine["pause"]:
        if _same(pause, row):
            dates -= _dates(pause["from_date"], pause["to_date"], beyond)
    return {
        "type": kind,
        "unit": row["organisation_number"] or "",
        "start": start,
        "active": end is None or end >= date(year, 12, 31),
        "decided": row["decision_date"] or date.min,
        "hours": row["weekly_hours"] if kind in HOURS else None,
        "added": bool(row["added"]),
        "dates": dates,
    }


def _same(part, service):
    return part["service_id"] == service["service_id"] and part["reported_municipality"] == service["reported_municipality"]


def _dates(first, last, beyond):
    """Every date from first to last; what is open lasts until after the year."""
    last = min(last or beyond, beyond)
    return {first + ONE_DAY * n for n in range((last - first).days + 1)}


def _runs(dates):
    """(entry, exit) of each row of consecutive dates."""
    entries = sorted(d for d in dates if d - ONE_DAY not in dates)
    exits = sorted(d for d in dates if d + ONE_DAY not in dates)
    return list(zip(entries, exits, strict=True))


def _excluded(kind, runs, hospital):
    """Dates on which a service of this kind is excluded."""
    excluding = list(runs[21]) if kind in LONG_TERM_EXCLUDES else []
    if kind in SHORT_EXCLUDES:
        excluding += [run for stay in (18, 19, 20, 25, 8) for run in runs[stay]] + hospital
    return {d for entry, leave in excluding for d in _dates(entry, leave, leave) - {entry, leave}}


def _nights(runs, year):
    found = set()
    for entry, leave in runs:
        first, last = max(entry, date(year, 1, 1)), min(leave, date(year, 12, 31))
        if first <= last:
            found |= {first} | {first + ONE_DAY * n for n in range((last - first).days)}
    return found


def _facts(kind, records, off, nights, year):
    mine = [r for r in records if r["type"] == kind]
    active = [r for r in mine if r["active"]]
    facts = {"at_year_end": bool(active), "weekly_hours": _given(active), "hours": None, "hours_raw": None}
    if kind in STAYS:
        higher = set().union(*(nights[k] for k in STAYS[: STAYS.index(kind)]))
        return facts | {"days_raw": len(nights[kind]), "days": len(nights[kind] - higher)}
    dates = {d for r in mine for d in r["dates"] if d.year == year}
    given = {d: _given([r for r in mine if d in r["dates"]]) for d in dates}
    if any(hours is not None for hours in given.values()):
        facts["hours_raw"] = sum((h or 0 for h in given.values()), Fraction(0)) / 7
        facts["hours"] = sum((h or 0 for d, h in given.items() if d not in off), Fraction(0)) / 7
    return facts | {"days_raw": len(dates), "days": len(dates - off)}


def _given(records):
    """Hours a week that records active at the same time give together; None when no hours are stated."""
    stated = [r for r in records if r["hours"] is not None]
    latest = {}
    for r in sorted((r for r in stated if not r["added"]), key=lambda r: (r["start"], r["decided"], r["hours"])):
        latest[r["unit"]] = Fraction(str(r["hours"]))
    hours = [*latest.values(), *(Fraction(str(r["hours"])) for r in stated if r["added"])]
    return sum(hours, Fraction(0)) if hours else None
