"""The three target groups: older people, people with disabilities, people with mental illness or addiction.

No national definition exists. The grouping is data (``data/target_groups.yaml``), ASSUMED as a whole, and says so. Evidence is
looked at in order: usable diagnoses, the industry of the places that give services, age. The first kind that points at a group
decides; who is pointed at by nothing is not classified, and never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import ibis
from ibis.expr import types as ir

from omsorgstall.codes.people import OLDEST
from omsorgstall.core import Text
from omsorgstall.measures.days import KEYS, OPEN_END, day_number, last_day
from omsorgstall.measures.diagnoses import in_ranges, usable
from omsorgstall.measures.report_date import active_records, at_date, people_on
from omsorgstall.measures.settings import Settings, category_range, read_data

Evidence = Literal["diagnosis", "place", "age"]
UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """One group and what points at it.

    Attributes:
        diagnoses: by code system, first and last category of each range.
        industries: beginnings of industry codes without points.
        ages: first and last age in completed years; None when no age points at it.
    """

    id: str
    name: Text
    diagnoses: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    industries: tuple[str, ...]
    ages: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class TargetGrouping:
    """A versioned way to group persons; ``dataclasses.replace`` makes a variant.

    Attributes:
        evidence: the kinds in the order they are looked at.
        on_tie: what several groups pointed at by the deciding kind give: the ``first`` of ``groups``, or ``unclassified``.
        groups: in the order that ties are settled by.
        assumed: what no source says.
    """

    id: str
    version: str
    assumed: str
    evidence: tuple[Evidence, ...]
    on_tie: Literal["first", "unclassified"]
    unclassified: Text
    groups: tuple[TargetGroup, ...]


@cache
def default_grouping() -> TargetGrouping:
    """The grouping of the data file."""
    data = read_data("target_groups")
    groups = tuple(_group(item) for item in data["groups"])
    texts = {"unclassified": Text.of(data["unclassified"]), "evidence": tuple(data["evidence"]), "groups": groups}
    return TargetGrouping(**{**data, **texts})


def _group(item: dict[str, Any]) -> TargetGroup:
    ranges = {system: tuple(category_range(text) for text in listed) for system, listed in item["diagnoses"].items()}
    ages = item["ages"]
    return TargetGroup(
        item["id"],
        Text.of(item["name"]),
        tuple(ranges.items()),
        tuple(_digits(code) for code in item["industries"]),
        ages and (ages["from"] or 0, OLDEST if ages["to"] is None else ages["to"]),
    )


def _digits(code: str) -> str:
    return code.replace(".", "")


def target_groups(
    tables: Mapping[str, ir.Table], settings: Settings, on: date | None = None, grouping: TargetGrouping | None = None
) -> ir.Table:
    """One row per data year, municipality and person with a service on 31 December, or ``on`` a date.

    Columns: the keys; ``target_group`` (an id of the grouping, or ``unclassified``), ``target_group_by`` (the kind of evidence
    that decided; null when none did) and ``target_group_tied``, whether that kind pointed at several groups.

    Args:
        tables: with ``unit`` (the columns of an organisation list) places are evidence too; without it they are not.
        grouping: when None the grouping of the data file.
    """
    tables, settings = at_date(tables, settings, on)
    active = active_records(tables, settings)
    rows = active.select(*KEYS).distinct().join(people_on(tables, settings, on).select(*KEYS, "age"), list(KEYS))
    found = with_target_group(rows, tables, active, settings, grouping)
    return found.drop("age")


def with_target_group(
    rows: ir.Table, tables: Mapping[str, ir.Table], served: ir.Table, settings: Settings, grouping: TargetGrouping | None = None
) -> ir.Table:
    """The rows with what ``target_groups`` adds; who is not pointed at by anything is not classified.

    Args:
        rows: the keys and ``age``.
        tables: cleared; ``unit`` as there.
        served: the keys and ``unit`` of the places that give services.
    """
    grouping = grouping or default_grouping()
    found = rows
    by_kind = {"diagnosis": _by_diagnosis(tables, grouping), "place": _by_place(served, tables, settings, grouping)}
    kinds = [kind for kind in grouping.evidence if kind == "age" or by_kind[kind] is not None]
    for kind in kinds:
        points = by_kind.get(kind)
        if points is None:
            found = found.mutate(**_by_age(found, grouping))
        else:
            found = found.left_join(points, list(KEYS)).select(*found.columns, *(c for c in points.columns if c not in KEYS))
    return _decided(found, tuple(rows.columns), kinds, grouping)


def _decided(rows: ir.Table, columns: tuple[str, ...], kinds: list[Evidence], grouping: TargetGrouping) -> ir.Table:
    """The first kind of evidence that points at a group decides."""
    names = [g.id for g in grouping.groups]
    points = {(k, g): rows[_column(k, g)].coalesce(False) for k in kinds for g in names}
    number = {k: _sum([points[k, g].cast("int8") for g in names]) for k in kinds}
    decides = ibis.cases(*((number[k] > 0, k) for k in kinds)) if kinds else ibis.null("string")
    rows = rows.mutate(target_group_by=decides)
    tied = ibis.or_(ibis.literal(False), *((rows.target_group_by == k) & (number[k] > 1) for k in kinds)).fill_null(False)
    first = (
        ibis.cases(*(((rows.target_group_by == k) & points[k, g], g) for k in kinds for g in names), else_=UNCLASSIFIED)
        if kinds
        else ibis.literal(UNCLASSIFIED)
    )
    group = first if grouping.on_tie == "first" else tied.ifelse(UNCLASSIFIED, first)
    return rows.select(*columns, "target_group_by", target_group=group, target_group_tied=tied)


def _sum(values: list[ir.IntegerValue]) -> ir.IntegerValue:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _column(kind: str, group: str) -> str:
    return f"{kind}_{group}"


def _by_diagnosis(tables: Mapping[str, ir.Table], grouping: TargetGrouping) -> ir.Table:
    """Which groups the usable diagnoses of each person point at."""
    rows = usable(tables["diagnosis"])
    ranges = {g.id: tuple((system, *ends) for system, some in g.diagnoses for ends in some) for g in grouping.groups}
    found = {_column("diagnosis", name): in_ranges(rows, some).any() for name, some in ranges.items()}
    return rows.group_by(list(KEYS)).aggregate(**found)


def _by_place(active: ir.Table, tables: Mapping[str, ir.Table], settings: Settings, grouping: TargetGrouping) -> ir.Table | None:
    """Which groups the industries of the units that serve each person point at; None without an organisation list."""
    if "unit" not in tables:
        return None
    served = active.select(*KEYS, "unit").distinct()
    rows = served.join(tables["unit"], served.unit == tables["unit"].organisation_number)
    day = last_day(rows.data_year, settings.until)
    begun = day_number(rows.active_from).coalesce(-OPEN_END) <= day
    rows = rows.filter(begun & (day_number(rows.active_to).coalesce(OPEN_END) >= day))
    industry = rows.industry_code.replace(".", "")
    found = {
        _column("place", g.id): ibis.or_(ibis.literal(False), *(industry.startswith(code) for code in g.industries))
        for g in grouping.groups
    }
    return rows.group_by(list(KEYS)).aggregate(**{name: value.fill_null(False).any() for name, value in found.items()})


def _by_age(persons: ir.Table, grouping: TargetGrouping) -> dict[str, ir.BooleanValue]:
    return {
        _column("age", g.id): ibis.literal(False) if g.ages is None else persons.age.between(*g.ages).fill_null(False)
        for g in grouping.groups
    }
