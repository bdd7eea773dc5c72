"""An estimate of what each rule's findings do to the published figures: users, hours and bed-days of every municipality at once.

For a rule that doubts records, the facts of the persons concerned are made twice by the same measures as the tables: once with
their records as they are, once with the doubted records changed. Each person is copied for each rule, so one run of the measures
does it for all rules, and the difference is the effect. What follows when several rules fail together is not told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import ibis
from ibis.expr import types as ir

from omsorgstall.engine import Engine
from omsorgstall.intake import rules
from omsorgstall.measures import Settings, service_facts
from omsorgstall.measures.services import hour_services, recoded
from omsorgstall.quality.found import Found
from omsorgstall.quality.methods import RECKONED, Method, estimate
from omsorgstall.register.schemas import table_schemas

Tables = Mapping[str, ir.Table]
PERSON = ("data_year", "municipality", "pseudonym")
PLACE = ("reported_municipality", "data_year", "line")
ALL_SERVICES = 0
AS_SENT, CHANGED = 0, 1
FULL_DAY_STAYS = tuple(rules()["C22"].limits["stays"])
"""Stays during which home services should rest, as the rule on two stays at once has them."""
_NOTHING = 1e-6
"""Hours and days below this are what is left when floats are subtracted."""
_DIGITS = 4
"""Digits after a copied pseudonym: three of the rule's number in order, one that tells the records as sent from those changed."""
AMOUNTS = ("users", "users_at_year_end", "hours", "hours_with_overlap", "bed_days")


@dataclass(frozen=True, slots=True)
class Amounts:
    """Figures, or a difference between figures: persons in the year and on 31 December, hours and bed-days in the year.

    ``hours`` leave out the days on which another service excludes the service; ``hours_with_overlap`` do not.
    """

    users: float = 0.0
    users_at_year_end: float = 0.0
    hours: float = 0.0
    hours_with_overlap: float = 0.0
    bed_days: float = 0.0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(getattr(self, n) + getattr(other, n) for n in AMOUNTS))

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(getattr(self, n) - getattr(other, n) for n in AMOUNTS))

    def __bool__(self) -> bool:
        return any(abs(getattr(self, n)) > _NOTHING for n in AMOUNTS)


Key = tuple[str, str, int]
"""Municipality, rule, and service type (``ALL_SERVICES`` for all together)."""


@dataclass(frozen=True)
class Effects:
    """What the findings of one year do.

    Attributes:
        figures: published figures (before protection) by municipality and service type.
        differences: what the figures are too high by because of a rule's findings; negative where they are too low.
        persons: by municipality and rule, how many persons with the fault count in the year.
    """

    year: int
    figures: Mapping[tuple[str, int], Amounts]
    differences: Mapping[Key, Amounts]
    persons: Mapping[tuple[str, str], int]

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], dict[int, Amounts]]:
        found: dict[tuple[str, str], dict[int, Amounts]] = {}
        for (municipality, rule, service), amounts in self.differences.items():
            found.setdefault((municipality, rule), {})[service] = amounts
        return found

    @cached_property
    def _national(self) -> dict[tuple[str, int], Amounts]:
        found: dict[tuple[str, int], Amounts] = {}
        for (_, rule, service), amounts in self.differences.items():
            found[rule, service] = found.get((rule, service), Amounts()) + amounts
        return found

    @cached_property
    def _national_figures(self) -> dict[int, Amounts]:
        found: dict[int, Amounts] = {}
        for (_, service), amounts in self.figures.items():
            found[service] = found.get(service, Amounts()) + amounts
        return found

    def of(self, municipality: str, rule: str) -> dict[int, Amounts]:
        """The differences of a municipality and rule by service type."""
        return dict(self._by_place.get((municipality, rule), {}))

    def concerned(self, rule: str) -> int:
        """Persons with the fault who count in the year, in all municipalities."""
        return sum(n for (_, r), n in self.persons.items() if r == rule)

    def services(self, rule: str) -> list[int]:
        """The service types that the findings of a rule move anywhere."""
        return sorted(s for r, s in self._national if r == rule and s != ALL_SERVICES)

    def national(self, rule: str, service: int = ALL_SERVICES) -> Amounts:
        """The difference in the country: the sum of the municipalities'."""
        return self._national.get((rule, service), Amounts())

    def national_figures(self, service: int = ALL_SERVICES) -> Amounts:
        """The sum of the municipalities' figures."""
        return self._national_figures.get(service, Amounts())


def effects(engine: Engine, tables: Tables, found: Found, year: int) -> Effects:
    """Estimate the effects of a year's findings.

    Args:
        tables: what ``engine.open`` gives for a vintage over the municipalities wanted.
        found: the findings of its submissions; rules in ``at_least`` have more findings than those reckoned with.
    """
    rows = {n: t.filter(t.data_year == year) for n, t in tables.items() if n in table_schemas()}
    kept: list[ir.Table] = []

    def keep(step: ir.Table, name: str) -> ir.Table:
        kept.append(engine.materialise(step, step=name))
        return kept[-1]

    facts = keep(service_facts(rows, Settings(), keep, _COLUMNS), "facts of everybody")
    figures = {(m, s): a for (m, _, s), a in _amounts(engine, facts, lambda _: ibis.literal(0)).items()}
    marks = keep(_doubted(engine, rows, found, year), "records concerned")
    persons = engine.run(_persons(marks, facts), step="persons concerned").to_pylist()
    differences = {k: v for k, v in _uncounted(engine, rows, marks, facts).items() if v}
    differences |= {k: v for k, v in _left_out(found, year).items() if v}
    differences |= _overlapping(engine, marks, rows["service"], facts)
    differences |= _reckoned(engine, rows, marks, keep)
    engine.forget(*kept)
    return Effects(year, figures, differences, {(p["municipality"], p["rule_id"]): p["persons"] for p in persons})


_COLUMNS = (*PERSON, "service_type", "during_year", "at_year_end", "hours", "hours_raw", "days")


def _doubted(engine: Engine, tables: Tables, found: Found, year: int) -> ir.Table:
    """The rows of the register that findings stand on: ``PERSON``, ``PLACE``, ``service_id`` and ``rule_id``, each once."""
    given = engine.from_arrow({"marks": found.rows(year, rules())})["marks"]
    parts = []
    for name, rows in tables.items():
        mine = given.filter(given.table == name)
        keys = list(PLACE)
        if "service_id" in rows.columns:
            mine, keys = mine.mutate(service_id=mine.record), [*keys, "service_id"]
        joined = rows.join(mine.select(*keys, "rule_id", "table"), keys)
        service = joined.service_id if "service_id" in rows.columns else ibis.null("string")
        parts.append(joined.select(*PERSON, "reported_municipality", "line", "rule_id", "table", service_id=service))
    return ibis.union(*parts).distinct()


def _persons(marks: ir.Table, facts: ir.Table) -> ir.Table:
    """By municipality and rule, the persons concerned who count in the year."""
    concerned = marks.select(*PERSON, "rule_id").distinct().semi_join(facts, list(PERSON))
    return concerned.group_by(["municipality", "rule_id"]).aggregate(persons=concerned.count())


def _amounts(engine: Engine, facts: ir.Table, mark: Callable[[ir.Table], ir.Value]) -> dict[tuple[str, int, int], Amounts]:
    """Figures by municipality, mark and service type, and over all services together."""
    stays = facts.service_type.isin(Settings().bed_day_services)
    rows = facts.mutate(mark=mark(facts).cast("int64"), days=stays.ifelse(facts.days, 0.0))  # other days are in no table
    each = rows.group_by(["municipality", "mark", "service_type"]).aggregate(**_sums(rows))
    person = rows.group_by(["municipality", "mark", "pseudonym"]).aggregate(
        at_year_end=rows.at_year_end.any(), **{c: rows[c].sum() for c in ("hours", "hours_raw", "days")}
    )
    whole = person.group_by(["municipality", "mark"]).aggregate(**_sums(person))
    columns = ["municipality", "mark", "service_type", *AMOUNTS]
    whole = whole.mutate(service_type=ibis.literal(ALL_SERVICES, "int16"))
    found = engine.run(each.select(*columns).union(whole.select(*columns)), step="figures").to_pylist()
    return {(r["municipality"], r["mark"], r["service_type"]): Amounts(*(r[n] for n in AMOUNTS)) for r in found}


def _sums(rows: ir.Table) -> dict[str, ir.Value]:
    return {
        "users": rows.count().cast("int64"),
        "users_at_year_end": rows.at_year_end.fill_null(False).cast("int64").sum(),
        "hours": rows.hours.coalesce(0.0).sum().cast("float64"),
        "hours_with_overlap": rows.hours_raw.coalesce(0.0).sum().cast("float64"),
        "bed_days": rows.days.coalesce(0.0).sum().cast("float64"),
    }


def _reckoned(engine: Engine, tables: Tables, marks: ir.Table, keep: Callable[[ir.Table, str], ir.Table]) -> dict[Key, Amounts]:
    """Figures of the persons concerned as sent, less those with the doubted records changed."""
    chosen = estimate().of_method(*RECKONED)
    numbers = {rule: n for n, rule in enumerate(rules(), start=1)}
    names = {n: rule for rule, n in numbers.items()}
    doubted = marks.filter(marks.rule_id.isin(chosen) & marks.table.isin(["service", "stay"]))
    doubted = doubted.mutate(number=doubted.rule_id.cases(*((r, numbers[r]) for r in chosen), else_=0).cast("int64"))
    copies = keep(_copies(doubted), "copies of the persons concerned")
    copied = {n: _copied(t, copies) for n, t in tables.items() if n in _READ}
    copied["service"] = _changed(copied["service"], doubted, tables["service"])
    copied["stay"] = _taken_away(copied["stay"], doubted, "stay")
    facts = keep(service_facts({**tables, **copied}, Settings(), keep, _COLUMNS), "facts of copies")
    made = _amounts(engine, facts, lambda t: t.pseudonym.right(_DIGITS))
    found: dict[Key, Amounts] = {}
    for (municipality, mark, service), amounts in made.items():
        key = (municipality, names[mark // 10], service)
        sign = amounts if mark % 10 == AS_SENT else Amounts() - amounts
        found[key] = found.get(key, Amounts()) + sign
    return {key: amounts for key, amounts in found.items() if amounts}


_READ = ("person", "service", "pause", "stay", "hospital_stay")
"""Tables that hours, days and users are made of."""


def _copies(doubted: ir.Table) -> ir.Table:
    """One row per person, rule and variant, with the copy's pseudonym."""
    people = doubted.select(*PERSON, "number").distinct()
    each = ibis.union(people.mutate(variant=AS_SENT), people.mutate(variant=CHANGED))
    mark = (each.number * 10 + each.variant).cast("string").lpad(_DIGITS, "0")
    return each.select(*PERSON, "number", "variant", copy=each.pseudonym.concat(mark))


def _copied(rows: ir.Table, copies: ir.Table) -> ir.Table:
    """The rows of persons concerned under the pseudonyms of their copies, with ``number`` and ``variant``."""
    joined = rows.join(copies, list(PERSON))
    return joined.select(*[c for c in rows.columns if c != "pseudonym"], "number", "variant", pseudonym=joined.copy)


def _taken_away(rows: ir.Table, doubted: ir.Table, table: str) -> ir.Table:
    """The rows of copies, without the doubted ones in the changed variant."""
    marked = doubted.filter(doubted.table == table).select(*PLACE, "service_id", "number").distinct().mutate(variant=CHANGED)
    return rows.anti_join(marked, [*PLACE, "service_id", "number", "variant"])


def _changed(rows: ir.Table, doubted: ir.Table, everybody: ir.Table) -> ir.Table:
    """The service records of copies; in the changed variant the doubted ones are gone or have other hours."""
    numbers = {rule: n for n, rule in enumerate(rules(), start=1)}
    taken = [numbers[r] for r in estimate().of_method(Method.WITHOUT)]
    kept = _taken_away(rows, doubted.filter(doubted.number.isin(taken)), "service")
    marked = doubted.filter(~doubted.number.isin(taken)).select(*PLACE, "service_id", "number").distinct()
    joined = kept.left_join(marked.mutate(variant=CHANGED, marked=True), [*PLACE, "service_id", "number", "variant"]).select(
        *kept.columns, "marked"
    )
    joined = joined.left_join(_mean_hours(everybody), ["municipality", "service_type"]).select(*joined.columns, "mean_hours")
    divisors = [(numbers[r], float(rules()[r].limits["factors"][0])) for r in estimate().of_method(Method.DIVIDED)]
    divided = joined.weekly_hours / joined.number.cases(*divisors, else_=1.0)
    hours = joined.marked.fill_null(False).ifelse(divided.coalesce(joined.mean_hours), joined.weekly_hours)
    return joined.mutate(weekly_hours=hours).drop("marked", "mean_hours")


def _mean_hours(services: ir.Table) -> ir.Table:
    """Mean hours of records with hours, by municipality and type."""
    stated = services.filter(services.weekly_hours.notnull() & services.service_type.isin(hour_services()))
    return stated.group_by(["municipality", "service_type"]).aggregate(mean_hours=stated.weekly_hours.mean())


def _uncounted(engine: Engine, tables: Tables, marks: ir.Table, facts: ir.Table) -> dict[Key, Amounts]:
    """Persons whose record does not count and who have no other of the service: at most so many are lacking."""
    doubted = marks.filter(marks.rule_id.isin(estimate().of_method(Method.UNCOUNTED)) & (marks.table == "service"))
    keys = [*PERSON, "reported_municipality", "line", "service_id"]
    joined = tables["service"].join(doubted.select(*keys, "rule_id"), keys)
    rows = joined.select(*PERSON, "rule_id", service_type=recoded(joined.service_type)).distinct()
    lacking = rows.anti_join(facts, [*PERSON, "service_type"])
    each = lacking.group_by(["municipality", "rule_id", "service_type"]).aggregate(users=lacking.count())
    alone = rows.select(*PERSON, "rule_id").distinct().anti_join(facts, list(PERSON))
    whole = alone.group_by(["municipality", "rule_id"]).aggregate(users=alone.count())
    whole = whole.mutate(service_type=ibis.literal(ALL_SERVICES, "int16")).select(*each.columns)
    found = engine.run(each.union(whole), step="persons who do not count").to_pylist()
    return {(r["municipality"], r["rule_id"], r["service_type"]): Amounts(users=-float(r["users"])) for r in found}


def _overlapping(engine: Engine, marks: ir.Table, services: ir.Table, facts: ir.Table) -> dict[Key, Amounts]:
    """Hours of doubted services on days that the hours without overlap leave out, and users of them who were in a stay.

    What is left out is of the service as a whole, not of the doubted record alone: at most so much.
    """
    doubted = marks.filter(marks.rule_id.isin(estimate().of_method(Method.OVERLAP)) & (marks.table == "service"))
    keys = [*PERSON, "reported_municipality", "line", "service_id"]
    joined = services.join(doubted.select(*keys, "rule_id"), keys)
    concerned = joined.select(*PERSON, "rule_id", service_type=recoded(joined.service_type)).distinct()
    stays = facts.filter(facts.at_year_end & facts.service_type.isin(FULL_DAY_STAYS)).select(*PERSON).distinct()
    rows = facts.join(concerned, [*PERSON, "service_type"]).left_join(stays.mutate(stays=True), list(PERSON))
    inside = rows.rule_id.isin(sorted(estimate().in_institution)) & rows.stays.fill_null(False)
    summed = rows.group_by(["municipality", "rule_id", "service_type"]).aggregate(
        users=(rows.at_year_end & inside).cast("int64").sum(),
        hours=(rows.hours_raw.coalesce(0.0) - rows.hours.coalesce(0.0)).sum(),
    )
    found: dict[Key, Amounts] = {}
    for r in engine.run(summed, step="services during stays").to_pylist():
        each = Amounts(users_at_year_end=r["users"], hours_with_overlap=r["hours"])
        whole = (r["municipality"], r["rule_id"], ALL_SERVICES)
        found[whole] = found.get(whole, Amounts()) + Amounts(hours_with_overlap=r["hours"])
        found[r["municipality"], r["rule_id"], r["service_type"]] = each
    return {key: amounts for key, amounts in found.items() if amounts}


def _left_out(found: Found, year: int) -> dict[Key, Amounts]:
    """Persons left out by intake: at most so many are lacking."""
    chosen = estimate().of_method(Method.LEFT_OUT)
    return {
        (municipality, rule, ALL_SERVICES): Amounts(users=-float(count))
        for (municipality, y, rule), count in found.by_rule().items()
        if y == year and rule in chosen
    }
