"""From facts to one row per person, year and place: the pattern of everything she counts in, as bits.

Facts are those of ``measures``: ``service_facts`` and ``person_facts``. Bits of services are 2 to the power of the service
type; bits of groups and steps are those of ``families``.
"""

import ibis
import ibis.expr.types as ir

from omsorgstall.codes.services import exclusive_groups
from omsorgstall.measures import ANSWERED, HOUSEHOLD_NOT_STATED, WAITING_NOT_STATED, Settings

PERSON_YEAR = ["data_year", "pseudonym"]
PLACE = ["data_year", "municipality", "pseudonym"]
SERVICE_PATTERNS = {
    "during": "during_year",
    "year_end": "at_year_end",
    "hours": "hours",
    "hours_raw": "hours_raw",
    "days": "days",
    "days_raw": "days_raw",
}
"""Pattern column and the fact it comes from: a mark, or an amount that counts when it is above zero."""
WAITING_PATTERNS = {f"started_{n}": band.id for n, band in enumerate(Settings().waiting_bands)} | {"started": WAITING_NOT_STATED}
"""Pattern column of the services that were started in the year after a wait, and the band of the wait."""
PERSON_PATTERNS = ("exclusive_group", "stair_step", "home_hours")
PATTERNS = (*SERVICE_PATTERNS, *PERSON_PATTERNS)
ANSWERS = ("1", "2", "9")
"""What is answered of a review, in order: yes, no, not stated. Bits of reviews are 2 to the power of the place here."""
NEED_NOT_STATED = "9"
AGE_NOT_STATED = "UOPPGITT"


def _marked(column: ir.Column) -> ir.BooleanValue:
    return column if column.type().is_boolean() else column > 0


def with_need(service: ibis.Table) -> ibis.Table:
    """The facts; with a need that is not stated when they were made without."""
    return service if "need" in service.columns else service.mutate(need=ibis.literal(NEED_NOT_STATED))


def _service_patterns(service: ibis.Table) -> ibis.Table:
    # One row per service type, so bits may be added.
    bit = ibis.literal(1, type="int64") << service.service_type.cast("int64")
    there = {p: c for p, c in SERVICE_PATTERNS.items() if c in service.columns}
    sums = {p: bit.sum(where=_marked(service[c]).fill_null(False)).cast("int64").fill_null(0) for p, c in there.items()}
    return service.group_by(PLACE).aggregate(
        leaf_region=service.leaf_region.max(),
        age_band=service.age_band.max().fill_null(AGE_NOT_STATED),
        need=service.need.max().fill_null(NEED_NOT_STATED),
        **sums,
        **_waits(service, bit),
    )


def _waits(service: ibis.Table, bit: ir.IntegerValue) -> dict[str, ir.IntegerValue]:
    if "waiting" not in service.columns:
        return {}
    found = {p: bit.sum(where=(service.waiting == band).fill_null(False)) for p, band in WAITING_PATTERNS.items()}
    return {p: sums.cast("int64").fill_null(0) for p, sums in found.items()}


def _group_bit(column: ir.Column) -> ir.IntegerValue:
    cases = ((column == g.code, 1 << n) for n, g in enumerate(exclusive_groups()))
    return ibis.cases(*cases, else_=0).cast("int64")


def _step_bit(column: ir.Column) -> ir.IntegerValue:
    return ibis.cases(*((column == s, 1 << s) for s in range(1, 17)), else_=0).cast("int64")


def places(service: ibis.Table, person: ibis.Table | None) -> ibis.Table:
    """One row per data year, municipality and person who counts in anything.

    Columns: ``data_year``, ``pseudonym``, ``leaf_region``, ``age_band``, ``need``, ``hours_per_week`` (granted home
    hours) and the columns of ``PATTERNS`` as bits. Without person facts those of ``PERSON_PATTERNS`` are 0, and so are the
    patterns of columns that the service facts lack. Where the facts have them, also ``household``, the columns of
    ``WAITING_PATTERNS``, and those of ``measures.ANSWERED`` as bits of ``ANSWERS``.
    """
    services = _service_patterns(with_need(service))
    nothing = {name: ibis.literal(0, type="int64") for name in PATTERNS if name not in services.columns}
    if person is None:
        rows = services.mutate(hours_per_week=ibis.literal(0.0), **nothing)
    else:
        own = _person_patterns(person)
        joined = services.left_join(own, PLACE)
        empty = {"household": str(HOUSEHOLD_NOT_STATED)}
        found = {name: joined[name].fill_null(empty.get(name, 0)) for name in own.columns if name not in PLACE}
        rows = joined.select(*services.columns, **{**nothing, **found})
    return rows.filter((rows.during > 0) | (rows.year_end > 0)).drop("municipality")


def _person_patterns(person: ibis.Table) -> ibis.Table:
    hours = person.home_hours.fill_null(0.0)
    return person.select(
        *PLACE,
        hours_per_week=hours,
        exclusive_group=_group_bit(person.exclusive_group),
        stair_step=_step_bit(person.stair_step),
        home_hours=(hours > 0).cast("int64"),
        **{name: person[name].cast("string") for name in ("household",) if name in person.columns},
        **{name: _answer_bit(person[name]) for name in ANSWERED if name in person.columns},
    )


def _answer_bit(column: ir.Column) -> ir.IntegerValue:
    return ibis.cases(*((column == int(a), 1 << n) for n, a in enumerate(ANSWERS)), else_=0).cast("int64")


def served_in_several(rows: ibis.Table) -> ibis.Table:
    """Persons served in more than one municipality in a year, with what holds for the whole person.

    Columns: ``data_year``, ``pseudonym``, ``person_age``, ``person_need`` (the highest stated), ``person_group`` (the first in
    order of precedence), ``person_step`` (the highest), and where the rows have them ``person_household`` and the answers of
    reviews, such as ``person_low_bmi`` (the first of their lists).
    """
    stated = rows.need.nullif(NEED_NOT_STATED)
    group = rows.exclusive_group.nullif(0)
    found = rows.group_by(PERSON_YEAR).aggregate(
        places=rows.count(),
        person_age=rows.age_band.nullif(AGE_NOT_STATED).max().fill_null(AGE_NOT_STATED),
        person_need=stated.max().fill_null(NEED_NOT_STATED),
        person_group=group.min().fill_null(0),
        person_step=rows.stair_step.max(),
        **{f"person_{name}": rows[name].nullif(0).min().fill_null(0) for name in ANSWERED if name in rows.columns},
        **{f"person_{name}": rows[name].min() for name in ("household",) if name in rows.columns},
    )
    return found.filter(found.places > 1).drop("places")


def one_person(rows: ibis.Table, several: ibis.Table) -> ibis.Table:
    """The rows of those served in several municipalities, with age, need, group and step of the whole person in each.

    Waiting times stay those of the places: they are told apart by service, and the shortest is taken when services are.
    """
    joined = rows.inner_join(several, PERSON_YEAR)
    return joined.select(
        *PERSON_YEAR,
        "leaf_region",
        "hours_per_week",
        "home_hours",
        *SERVICE_PATTERNS,
        age_band=joined.person_age,
        need=joined.person_need,
        exclusive_group=ibis.ifelse(joined.exclusive_group > 0, joined.person_group, 0),
        stair_step=ibis.ifelse(joined.stair_step > 0, joined.person_step, 0),
        **{n: joined[n] for n in WAITING_PATTERNS if n in rows.columns},
        **{n: ibis.ifelse(joined[n] > 0, joined[f"person_{n}"], 0) for n in ANSWERED if n in rows.columns},
        **{n: joined[f"person_{n}"] for n in ("household",) if n in rows.columns},
    )
