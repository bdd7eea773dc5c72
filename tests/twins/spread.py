"""How a municipality's records are spread, counted one by one, for comparison with the expressions of ``editing``."""

from collections import Counter, defaultdict


def peers(own, group_of, everyone):
    """The other municipalities of the same group, and all others."""
    others = [m for m in everyone if m != own]
    return [m for m in others if group_of[m] == group_of[own]], others


def granted_hours(records, group_of):
    """``records`` are (municipality, service, seconds); the fields of the expression by municipality and service."""
    found = {}
    for service in {s for _, s, _ in records}:
        values = defaultdict(list)
        for municipality, kind, seconds in records:
            if kind == service:
                values[municipality].append(seconds)
        for own, mine in values.items():
            group, country = ([v for m in some for v in values[m]] for some in peers(own, group_of, values))
            counted = Counter(mine)
            best = min(counted, key=lambda v: (country.count(v) * len(mine) - counted[v] * len(country), v))
            found[own, service] = {
                "seconds": best,
                "records": counted[best],
                "own": len(mine),
                "own_seconds": sum(mine),
                "group_records": group.count(best),
                "group_own": len(group),
                "group_seconds": sum(group),
                "country_records": country.count(best),
                "country_own": len(country),
                "country_seconds": sum(country),
                "national_seconds": sum(mine) + sum(country),
            }
    return found


def _beside(own, group_of, counted):
    """Sums over peers of (records, own)."""
    group, country = peers(own, group_of, counted)
    fields = {}
    for name, some in (("group", group), ("country", country)):
        fields[f"{name}_records"] = sum(counted[m][0] for m in some)
        fields[f"{name}_own"] = sum(counted[m][1] for m in some)
    records, total = counted[own]
    national = {"national_records": records + fields["country_records"], "national_own": total + fields["country_own"]}
    return {"records": records, "own": total, **fields, **national}


def scores_of_one(assessments, group_of):
    """``assessments`` are (municipality, list of scores)."""
    counted = defaultdict(lambda: (0, 0))
    for municipality, scores in assessments:
        ones, given = counted[municipality]
        counted[municipality] = (ones + scores.count(1), given + sum(s in (1, 2, 3, 4, 5) for s in scores))
    counted = dict(counted)
    return {own: _beside(own, group_of, counted) for own in counted}


def common_start(records, group_of):
    """``records`` are (municipality, service, day)."""
    found = {}
    for service in {s for _, s, _ in records}:
        days = defaultdict(Counter)
        for municipality, kind, day in records:
            if kind == service:
                days[municipality][day] += 1
        best = {m: min(c, key=lambda d, c=c: (-c[d], d)) for m, c in days.items()}
        counted = {m: (c[best[m]], c.total()) for m, c in days.items()}
        for own in days:
            found[own, service] = {"begun": best[own], **_beside(own, group_of, counted)}
    return found


def reported_elsewhere(persons, group_of, limit):
    """``persons`` are (municipality, person); a person of ``limit`` municipalities is one for testing."""
    places = defaultdict(set)
    for municipality, person in persons:
        places[person].add(municipality)
    counted, testing = {}, {}
    for own in {m for m, _ in persons}:
        mine = [len(found) for found in places.values() if own in found]
        counted[own] = (sum(1 < n < limit for n in mine), len(mine))
        testing[own] = sum(n >= limit for n in mine)
    return {own: {"testing": testing[own], **_beside(own, group_of, counted)} for own in counted}
