"""Controls of how records are spread within a municipality: expressions over the register's tables, run by the engine.

Each expression gives one row per municipality (and service) with nothing but counts and sums.
"""

from collections.abc import Mapping

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from omsorgstall.codes import function_variables, municipalities
from omsorgstall.measures import Settings, counted_records
from omsorgstall.measures.people import municipalities_of_persons

Tables = Mapping[str, ir.Table]
ONE, HIGHEST = 1, 5
OWN, SERVICE = "municipality", "service_type"


def groups_table() -> pa.Table:
    """The KOSTRA group of each municipality, for joining: ``municipality``, ``kostra_group``."""
    known = municipalities().values()
    return pa.table({OWN: [m.number for m in known], "kostra_group": [m.kostra_group for m in known]})


def granted_hours(tables: Tables, groups: ir.Table, year: int) -> ir.Table:
    """The value of granted hours a week that takes most more of a municipality's records than of its peers'.

    Columns: ``municipality``, ``service_type``, ``seconds`` (the value), ``records`` with it, ``own`` records, ``own_seconds``
    in all, ``national_seconds``, and of the others in the KOSTRA group and in the country ``group_records``, ``group_own``,
    ``group_seconds``, ``country_records``, ``country_own``, ``country_seconds``.
    """
    rows = counted_records(_of_year(tables, year), Settings())
    rows = rows.filter(rows.seconds > 0)
    counted = rows.group_by([OWN, SERVICE, "seconds"]).aggregate(records=rows.count())
    counted = counted.mutate(amount=counted.records * counted.seconds).join(groups, OWN)
    own, group, country = [OWN, SERVICE], ["kostra_group", SERVICE], [SERVICE]
    counted = counted.mutate(
        own=_sum(counted.records, own),
        own_seconds=_sum(counted.amount, own),
        group_records=_sum(counted.records, [*group, "seconds"]) - counted.records,
        country_records=_sum(counted.records, [*country, "seconds"]) - counted.records,
        group_all=_sum(counted.records, group),
        group_amount=_sum(counted.amount, group),
        country_all=_sum(counted.records, country),
        national_seconds=_sum(counted.amount, country),
    )
    counted = counted.mutate(
        group_own=counted.group_all - counted.own,
        group_seconds=counted.group_amount - counted.own_seconds,
        country_own=counted.country_all - counted.own,
        country_seconds=counted.national_seconds - counted.own_seconds,
    )
    # Whole numbers, so that every engine finds the same value: the excess over the peers, times what both shares are of.
    excess = counted.records * counted.country_own - counted.country_records * counted.own
    kept = ("records", "own", "own_seconds", "group_records", "group_own", "group_seconds", "country_records", "country_own")
    return _first(counted, own, [excess.desc(), counted.seconds]).select(
        *own, "seconds", *kept, "country_seconds", "national_seconds"
    )


def scores_of_one(tables: Tables, groups: ir.Table, year: int) -> ir.Table:
    """How many of a municipality's scores are 1.

    Columns: ``municipality``, ``records`` (scores of 1), ``own`` (scores of 1 to 5), ``national_records``, and of the others
    ``group_records``, ``group_own``, ``country_records``, ``country_own``.
    """
    rows = _of_year(tables, year)["assessment"]
    scores = [rows[v.id.lower()] for v in function_variables()]
    ones = _added([(s == ONE).fill_null(False).cast("int64") for s in scores])
    given = _added([s.between(ONE, HIGHEST).fill_null(False).cast("int64") for s in scores])
    rows = rows.select(OWN, ones=ones, given=given)
    counted = rows.group_by(OWN).aggregate(records=rows.ones.sum(), own=rows.given.sum())
    return _beside(counted.join(groups, OWN), [])


def common_start(tables: Tables, groups: ir.Table, year: int) -> ir.Table:
    """The day on which most of a municipality's running services of a type start.

    Columns: ``municipality``, ``service_type``, ``begun`` (day number), ``records`` that start on it, ``own`` records,
    ``national_own`` (all of the service in the country), and of the others, each on its own most common day,
    ``group_records``, ``group_own``, ``country_records``, ``country_own``.
    """
    rows = counted_records(_of_year(tables, year), Settings())
    own = [OWN, SERVICE]
    counted = rows.group_by([*own, "begun"]).aggregate(records=rows.count())
    counted = counted.mutate(own=_sum(counted.records, own))
    most = _first(counted, own, [counted.records.desc(), counted.begun])
    return _beside(most.join(groups, OWN), [SERVICE])


def reported_elsewhere(tables: Tables, groups: ir.Table, year: int) -> ir.Table:
    """How many of a municipality's persons other municipalities report too.

    Columns: ``municipality``, ``records`` (persons of several municipalities who are no users for testing), ``testing`` (users
    for testing, who count nowhere), ``own`` (all persons), and as ``scores_of_one`` those of the others.
    """
    rows = municipalities_of_persons(_of_year(tables, year))
    testing = rows.municipalities >= Settings().test_user_municipalities
    several = (rows.municipalities > 1) & ~testing
    numbers = {"records": several.cast("int64").sum(), "testing": testing.cast("int64").sum(), "own": rows.count()}
    return _beside(rows.group_by(OWN).aggregate(**numbers).join(groups, OWN), [])


def _of_year(tables: Tables, year: int) -> Tables:
    return {n: t if n == "event" else t.filter(t.data_year == year) for n, t in tables.items()}


def _sum(column: ir.IntegerColumn, by: list[str]) -> ir.IntegerColumn:
    """The sum over the rows with the same keys, at each of them."""
    window = ibis.window(group_by=by) if by else ibis.window()
    return column.sum().over(window).cast("int64")


def _added(columns: list[ir.IntegerColumn]) -> ir.IntegerColumn:
    total = columns[0]
    for each in columns[1:]:
        total = total + each
    return total


def _first(rows: ir.Table, by: list[str], order: list[ir.Value]) -> ir.Table:
    rows = rows.mutate(place=ibis.row_number().over(ibis.window(group_by=by, order_by=order)))
    return rows.filter(rows.place == 0).drop("place")


def _beside(rows: ir.Table, by: list[str]) -> ir.Table:
    """Add what the others in the KOSTRA group and in the country have together."""
    totals = rows.mutate(
        group_records=_sum(rows.records, ["kostra_group", *by]) - rows.records,
        group_own=_sum(rows.own, ["kostra_group", *by]) - rows.own,
        country_records=_sum(rows.records, by) - rows.records,
        country_own=_sum(rows.own, by) - rows.own,
    )
    national = {"national_records": totals.country_records + totals.records, "national_own": totals.country_own + totals.own}
    return totals.mutate(**national).drop("kostra_group")
