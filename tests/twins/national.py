"""Slow twin of the further national tables: plain loops over the rows of the register, from the definitions' own words.

Takes tables and gives figures as ``tests.twins.tables`` does; the codes of a cell stand in the order of the table's dimensions.
"""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from tests.twins import episodes
from tests.twins.need import need_level
from tests.twins.tables import (
    _active_at_year_end,
    _counts,
    _kind,
    _place,
    ages_of,
    people_by_place,
    regions_of,
    rows_of,
)

GROUPS = ("LONG_TERM", "TIME_LIMITED", "PRACTICAL_AND_HEALTH", "PRACTICAL_ONLY", "HEALTH_ONLY", "OTHER")
HOME = {"PRACTICAL_AND_HEALTH", "PRACTICAL_ONLY", "HEALTH_ONLY"}
KOSTRA = {
    "00": None,
    "F254": {1, 2, 3, 7, 11, 15, 16},
    "F253": {8, 17, 18, 19, 20, 21, 22},
    "F234": {4, 5, 6, 9, 26, 27, 28},
}
BANDS = ("negative", "0-15", "16-30", "31+", "9")
NOBODY = timedelta.max
DATED = {
    "medication_review": "medication_review_date",
    "doctor_assessed": "doctor_assessed",
    "dental_assessed": "dental_assessed",
}


def by_group(tables, *apart):
    """Tables 06969 (``age``) and 06971 (``need``)."""
    known = _Persons(tables)
    figures = defaultdict(int)
    for (year, who), leaves in known.at_year_end().items():
        group = min((_group(kinds) for kinds in leaves.values()), key=GROUPS.index)
        known.count(figures, year, who, leaves, apart, ({"00", group},))
    return dict(figures)


def of_home_services(tables):
    """Table 06972."""
    known = _Persons(tables)
    figures = defaultdict(int)
    for (year, who), leaves in known.at_year_end().items():
        if min((_group(kinds) for kinds in leaves.values()), key=GROUPS.index) in HOME:
            known.count(figures, year, who, leaves, ("age", "need"), ())
    return dict(figures)


def with_units(tables, units):
    """Tables 12003 and 04469: ``units`` are sets of service types by code, None for all."""
    known = _Persons(tables)
    figures = defaultdict(int)
    for (year, who), leaves in known.at_year_end().items():
        for unit, members in units.items():
            inside = {leaf for leaf, kinds in leaves.items() if members is None or kinds & members}
            known.count(figures, year, who, inside, ("age",), ({unit},))
    return dict(figures)


def mean_hours(tables, *apart):
    """Tables 06975 and 06967: hours and users, the mean being one by the other."""
    known = _Persons(tables)
    hours, users = defaultdict(Fraction), defaultdict(int)
    given = defaultdict(lambda: defaultdict(Fraction))
    facts = episodes.service_facts({table: rows_of(rows) for table, rows in tables.items()})
    for (year, municipality, who, kind), fact in facts.items():
        if kind in (1, 2, 3, 15):
            given[year, who][known.people[year, municipality, who]["leaf"]] += fact["weekly_hours"] or 0
    for (year, who), at in given.items():
        leaves = {leaf: n for leaf, n in at.items() if n}
        known.count(users, year, who, leaves, apart, ())
        for leaf, amount in leaves.items():
            known.count(hours, year, who, [leaf], apart, (), amount)
    return {cell: float(n) for cell, n in hours.items()}, dict(users)


def by_wait(tables):
    """Table 12656."""
    known = _Persons(tables)
    first = defaultdict(dict)
    for row, person in known.counted():
        if row["start_date"].year == row["data_year"]:
            waited = row["start_date"] - row["decision_date"] if row["decision_date"] else NOBODY
            key = row["data_year"], row["pseudonym"], _kind(row)
            mine = row["start_date"], waited
            first[key][person["leaf"]] = min(first[key].get(person["leaf"], mine), mine)
    figures = defaultdict(int)
    for (year, who, kind), leaves in first.items():
        band = min((_band(waited) for _, waited in leaves.values()), key=BANDS.index)
        known.count(figures, year, who, leaves, (), ({f"{kind:02d}"}, {"00", band}))
    return dict(figures)


def by_answer(tables, question):
    """Tables 12752 and OT002: a review, a column of nutrition, or ``undernutrition`` for all three."""
    known = _Persons(tables)
    figures = defaultdict(int)
    for (year, who), leaves in known.at_year_end().items():
        answers = {leaf: known.answer(year, who, leaf, question) for leaf, kinds in leaves.items() if 21 in kinds}
        if answers:
            known.count(figures, year, who, answers, (), ({"00", min(answers.values())},))
    return dict(figures)


def by_effort(tables):
    """Table OT003: whether more than 35.5 hours a week of home services are granted."""
    known = _Persons(tables)
    hours = defaultdict(Fraction)
    facts = episodes.service_facts({table: rows_of(rows) for table, rows in tables.items()})
    for (year, municipality, who, kind), fact in facts.items():
        if kind in KOSTRA["F254"]:
            hours[year, who, known.people[year, municipality, who]["leaf"]] += fact["weekly_hours"] or 0
    figures = defaultdict(int)
    for (year, who), leaves in known.at_year_end().items():
        answers = {}
        for leaf, kinds in leaves.items():
            if kinds & KOSTRA["F254"]:
                given = hours[year, who, leaf]
                answers[leaf] = "9" if not given else "1" if given > Fraction(71, 2) else "2"
        if answers:
            known.count(figures, year, who, answers, (), ({"00", min(answers.values())},))
    return dict(figures)


class _Persons:
    """The rows of a register by person, and what holds for a whole person in a year."""

    def __init__(self, tables):
        self.tables = {name: rows_of(table) for name, table in tables.items()}
        self.people = people_by_place(tables)
        self.ages = ages_of(tables, self.people)
        self.places = defaultdict(set)
        for row, _ in self.counted():
            self.places[row["data_year"], row["pseudonym"]].add(row["municipality"])
        self.characteristics = {"age": self.ages.get, "need": self._need, "household": self._household}

    def counted(self):
        for row in self.tables["service"]:
            person = self.people.get(_place(row))
            if person and _counts(row, person):
                yield row, person

    def at_year_end(self):
        """Service types active on 31 December by person and leaf region."""
        found = defaultdict(lambda: defaultdict(set))
        for row, person in self.counted():
            if _active_at_year_end(row, person):
                found[row["data_year"], row["pseudonym"]][person["leaf"]].add(_kind(row))
        return found

    def count(self, figures, year, who, leaves, apart, units, amount=1):
        """Add one person (or her hours) to every cell she counts in."""
        total = {"age": "999", "need": "0", "household": "0"}
        axes = [{r for leaf in leaves for r in regions_of(leaf)}]
        axes += [{total[name], self.characteristics[name]((year, who))} for name in apart]
        cells = [()]
        for axis in (*axes, *units, {str(year)}):
            cells = [(*cell, code) for cell in cells for code in axis]
        for cell in cells:
            figures[cell] += amount

    def answer(self, year, who, leaf, question):
        own = [p for p in self.people if (p[0], p[2]) == (year, who) and self.people[p]["leaf"] == leaf]
        if question in DATED:
            dates = [r[DATED[question]] for r in self.tables["person"] if _place(r) in own]
            dates = [d for d in dates if d and d <= date(year, 12, 31)]
            return "9" if not dates else "1" if max(dates).year == year else "2"
        questions = ("low_bmi", "weight_loss", "reduced_intake") if question == "undernutrition" else (question,)
        given = [r[q] for r in self.tables["nutrition"] for q in questions if _place(r) in own]
        return str(min([g for g in given if g in (1, 2)], default=9))

    def _of(self, table, of):
        return [r for r in self.tables[table] if (r["data_year"], r["pseudonym"]) == of and r["municipality"] in self.places[of]]

    def _household(self, of):
        return str(min([r["household"] for r in self._of("person", of) if r["household"] in (1, 2, 3)], default=9))

    def _need(self, of):
        by_place = defaultdict(list)
        for row in self._of("assessment", of):
            if row["assessment_date"] <= date(of[0], 12, 31):
                by_place[row["municipality"]].append(row)
        levels = [_stated(rows) for rows in by_place.values()]
        return max((level for level in levels if level != "9"), default="9")


def _stated(rows):
    """The highest level of the latest date."""
    latest = max(r["assessment_date"] for r in rows)
    levels = [need_level(r, "sm2010-approx-rule", "hybrid") for r in rows if r["assessment_date"] == latest]
    return max((level for level in levels if level != "9"), default="9")


def _group(kinds):
    if 21 in kinds:
        return "LONG_TERM"
    if kinds & {8, 18, 19, 20, 22, 25}:
        return "TIME_LIMITED"
    practical, health = bool(kinds & {1, 2, 3}), 15 in kinds
    if practical:
        return "PRACTICAL_AND_HEALTH" if health else "PRACTICAL_ONLY"
    return "HEALTH_ONLY" if health else "OTHER"


def _band(waited):
    if waited is NOBODY:
        return "9"
    days = waited.days
    return "negative" if days < 0 else "0-15" if days <= 15 else "16-30" if days <= 30 else "31+"
