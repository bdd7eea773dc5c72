"""One row per person in a submission: what facts need to know of her."""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.age import age_at_year_end, age_band
from omsorgstall.measures.cleared import cleared
from omsorgstall.measures.days import KEYS, day_number
from omsorgstall.measures.regions import leaf_region
from omsorgstall.measures.settings import Settings

SEX_NOT_STATED = 9


def people(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """One row per data year, municipality and pseudonym, without test users.

    A person reported twice (in two former municipalities that are one today) is one row: the earliest death and birth dates,
    any round-the-clock offer, and the highest district code hold, so that the order of rows never matters.

    Columns: the keys, ``birth_year``, ``sex`` (1 male, 2 female, 9 not stated), ``death`` (day number), ``leaf_region``,
    ``age`` and ``age_band`` at 31 December of the data year, ``round_the_clock``.
    """
    rows = _in_how_many(_one_row_each(tables["person"]))
    rows = rows.filter(rows.municipalities < settings.test_user_municipalities).drop("municipalities")
    age = age_at_year_end(rows.birth_year, rows.data_year)
    rows = rows.mutate(age=age, leaf_region=leaf_region(rows.municipality, rows.district)).drop("district")
    return rows.mutate(age_band=age_band(rows.age))


def municipalities_of_persons(tables: Mapping[str, ir.Table]) -> ir.Table:
    """One row per data year, municipality and pseudonym, users for testing included.

    Columns: the keys and ``municipalities``: how many of today's report the person in the year.
    """
    return _in_how_many(cleared(tables)["person"].select(*KEYS).distinct())


def users_for_testing(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """How many persons fall out of every figure as users for testing: ``data_year`` and ``persons``; no row where none do."""
    rows = municipalities_of_persons(tables)
    rows = rows.filter(rows.municipalities >= settings.test_user_municipalities)
    return rows.group_by("data_year").aggregate(persons=rows.pseudonym.nunique())


def _in_how_many(rows: ir.Table) -> ir.Table:
    """One row in each municipality, so the number of rows is the number of municipalities."""
    return rows.mutate(municipalities=rows.count().over(ibis.window(group_by=["data_year", "pseudonym"])))


def _one_row_each(person: ir.Table) -> ir.Table:
    birth_year = person.birth_date.year().cast("int16").coalesce(person.birth_year)
    return person.group_by(list(KEYS)).aggregate(
        birth_year=(birth_year > 0).ifelse(birth_year, None).min(),
        sex=person.sex.isin([1, 2]).ifelse(person.sex, None).min().coalesce(SEX_NOT_STATED).cast("int8"),
        death=day_number(person.death_date).min(),
        district=person.district.max(),
        round_the_clock=person.round_the_clock.any().coalesce(False),
    )
