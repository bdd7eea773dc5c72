"""Slow twin of the tables of users: plain loops over the rows of the register, from the decision table.

Nothing here comes from ``omsorgstall`` but the code lists. Tables are lists of dictionaries or Arrow tables of a vintage, in
any split: give all rows of a year and table together. Figures are dictionaries from (region, age, service, year) to a number;
what is not in them is zero.
"""

from collections import defaultdict
from datetime import date

from omsorgstall.codes import age_bands, regions, service_groups, service_recodes, service_types, statistical_services
from omsorgstall.codes.regions import RegionLevel, cities_with_districts, districts

GRANTED = {1, 3, None}
TEST_USER = 5


def users(tables, at_year_end=False):
    """Persons with a service during the year (11642), or active on 31 December (11645)."""
    people = people_by_place(tables)
    served = defaultdict(set)
    for row in rows_of(tables["service"]):
        person = people.get(_place(row))
        if person and _counts(row, person) and (not at_year_end or _active_at_year_end(row, person)):
            for unit in _units(_kind(row)):
                served[row["data_year"], row["pseudonym"], unit].add(person["leaf"])
    ages = ages_of(tables, people)
    figures = defaultdict(int)
    for (year, who, unit), leaves in served.items():
        for region in {r for leaf in leaves for r in regions_of(leaf)}:
            for age in {"999", ages[year, who]}:
                figures[region, age, unit, str(year)] += 1
    return dict(figures)


def people_by_place(tables):
    """What is known of each person in each place and year; test users are left out."""
    people = {}
    for row in rows_of(tables["person"]):
        person = people.setdefault(_place(row), {"born": [], "died": [], "district": []})
        born = row["birth_date"].year if row.get("birth_date") else row["birth_year"]
        for name, value in (("born", born), ("died", row["death_date"]), ("district", row["district"])):
            person[name] += [value] if value else []
    places = defaultdict(set)
    for year, municipality, who in people:
        places[year, who].add(municipality)
    real = {place: p for place, p in people.items() if len(places[place[0], place[2]]) < TEST_USER}
    for (year, municipality, _), person in real.items():
        person["leaf"] = _leaf(municipality, max(person["district"], default=""))
        person["age"] = _band(year - min(person["born"])) if person["born"] else "UOPPGITT"
    return real


def rows_of(table):
    return table if isinstance(table, list) else table.to_pylist()


def _place(row):
    return row["data_year"], row["municipality"], row["pseudonym"]


def _kind(row):
    return service_recodes().get(row["service_type"], row["service_type"])


def _counts(row, person):
    year, start, end = row["data_year"], row["start_date"], _end(row, person)
    kind = _kind(row)
    if kind not in statistical_services() or not (service_types()[kind].valid_to or year) >= year:
        return False
    if row["outcome"] not in GRANTED or start is None:
        return False
    earliest = max([date(1980, 1, 1), *(date(min(person["born"]), 1, 1) for _ in person["born"][:1])])
    return earliest <= start <= date(year, 12, 31) and (end is None or end >= max(start, date(year, 1, 1)))


def _end(row, person):
    ends = [d for d in (row["end_date"], *person["died"]) if d]
    return min(ends) if ends else None


def _active_at_year_end(row, person):
    end = _end(row, person)
    return end is None or end >= date(row["data_year"], 12, 31)


def _units(kind):
    return ["00", f"{kind:02d}", *(g.code for g in service_groups() if kind in g.members)]


def _leaf(municipality, district):
    if municipality not in cities_with_districts():
        return municipality
    full = municipality + district.rjust(2, "0") if len(district) <= 2 else district
    known = full in districts() and districts()[full].municipality == municipality
    return full if known else f"{municipality}99"


def _band(age):
    return next((b.code for b in age_bands() if b.start <= age <= b.end), "UOPPGITT")


def ages_of(tables, people):
    """One age per person and year: that of the places that serve her, which should agree."""
    found = {}
    for row in rows_of(tables["service"]):
        person = people.get(_place(row))
        if person and _counts(row, person):
            known = [a for a in (person["age"], found.get((row["data_year"], row["pseudonym"]))) if a and a != "UOPPGITT"]
            found[row["data_year"], row["pseudonym"]] = max(known, default="UOPPGITT")
    return found


def regions_of(leaf):
    """Every region of the tables a leaf region lies in."""
    municipality = leaf[:4]
    above = [r.code for r in regions().values() if municipality in r.municipalities and r.level is not RegionLevel.DISTRICT]
    return above if leaf == municipality else [*above, leaf]
