"""Slow twin of the comparison of vintages: plain loops over persons, one cause after the other.

A person is a list of stages: for each stage, from municipality to the services she has there and her hours a
week at home. Nothing here comes from ``omsorgstall`` but the code lists.
"""

from collections import defaultdict

from tests.twins.tables import regions_of

ALL = "00"


def counted(people, stage):
    """Users by region and service, and home hours by region (under ``hours``), in one stage."""
    found = defaultdict(float)
    for person in people:
        places = person[stage]
        had = {service for services, _ in places.values() for service in services}
        for unit in [*had, *([ALL] if had else [])]:
            where = {m for m, (services, _) in places.items() if unit in services or (unit == ALL and services)}
            for region in {r for m in where for r in regions_of(m)}:
                found[region, unit] += 1
        for municipality, (_, hours) in places.items():
            for region in regions_of(municipality):
                found[region, "hours"] += hours
    return found


def attributed(people, changed):
    """By the set of municipalities behind it and the step: what moved each figure.

    Args:
        changed: for each step after the first stage, the municipalities that changed.
    """
    found = {}
    for step, places in enumerate(changed, start=1):
        groups = defaultdict(list)
        for person in people:
            named = {m for stage in person for m in stage}
            groups[frozenset(named & places)].append(person)
        for group, members in groups.items():
            before, after = counted(members, step - 1), counted(members, step)
            moved = {key: after[key] - before[key] for key in before.keys() | after.keys() if after[key] != before[key]}
            if moved:
                found[step, group] = moved
    return found
