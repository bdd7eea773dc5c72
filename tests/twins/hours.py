"""Slow twin of the table of hours, day by day."""

from collections import defaultdict

from tests.twins import episodes
from tests.twins.tables import ages_of, people_by_place, regions_of, rows_of


def hours(tables, exclusive=True):
    """Granted hours during the year (11643), by day-by-day counting."""
    people = people_by_place(tables)
    ages = ages_of(tables, people)
    figures = defaultdict(int)
    name = "hours" if exclusive else "hours_raw"
    facts = episodes.service_facts({table: rows_of(rows) for table, rows in tables.items()})
    for (year, municipality, who, kind), fact in facts.items():
        for region in regions_of(people[year, municipality, who]["leaf"]):
            for age in {"999", ages[year, who]}:
                figures[region, age, f"{kind:02d}", str(year)] += fact[name] or 0
    return {cell: float(amount) for cell, amount in figures.items() if amount}
