"""Comings and goings: turnover between years, and the courses (forløp) that lead to a long-term stay."""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS, last_day
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.period import Period
from omsorgstall.measures.populations.long_term import long_term_starts, services_before_long_term
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.turnover import turnover

NO_SERVICE = 0
"""Stands for no service among service types; none has this code."""
_STEP, _MOST = 100, 8


def turnover_between_years(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:  # noqa: ARG001 - populations are called alike
    """One row per person and calendar year of the period with a service in it or on 31 December before.

    Who is no longer in the year's snapshot is described by that before, on its last day.

    Columns: the keys, ``day``, ``between_years`` (``new``, ``ended``, ``continuing``, ``new_and_ended``, or ``unknown`` without
    the former year), ``died`` and ``known_before`` as ``turnover`` gives them.
    """
    found = turnover(tables, settings)
    found = found.filter(found.data_year.between(period.first.year, period.last.year))
    told = found.within_year.notnull()
    year = told.ifelse(found.data_year, (found.data_year - 1).cast("int16")).cast("int16")
    rows = found.mutate(data_year=year, between_years=found.between_years.fill_null("unknown"))
    return rows.select(*KEYS, "between_years", "died", "known_before", day=last_day(rows.data_year, settings.until))


def ways_into_long_term(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """The rows of ``services_before_long_term``, and one of service type ``NO_SERVICE`` for who had none the year before.

    Columns: as there, with ``order_begun`` for the place in the order and ``service_before`` for the service type;
    ``service_type`` is that of the start.
    """
    starts = keep(long_term_starts(tables, settings, period, keep), "long-term starts")
    had = keep(services_before_long_term(tables, settings, period, keep), "services before")
    one = starts.select(*KEYS, "day", "service_type", "unit")
    both = one.left_join(had.rename(service_before="service_type"), [*KEYS, "day"])
    return both.select(
        *one.columns,
        "days_before",
        order_begun=both["place"],
        service_before=both.service_before.fill_null(NO_SERVICE),
        had_until_start=both.had_until_start.fill_null(False),
    )


def courses_to_long_term(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per start of a long-term stay, with the services of the year before in the order in which they began.

    Columns: the keys, ``day``, ``unit``, ``service_type`` and ``course``: the codes of the first eight services, two digits each,
    the first at the front; 0 without any. Services that began on the same day, or before that year, stand by their code.
    """
    ways = ways_into_long_term(tables, settings, period, keep)
    order = ibis.window(group_by=[*KEYS, "day"], order_by=[ways.order_begun, ways.service_before])
    rows = ways.mutate(turn=ibis.row_number().over(order))
    rows = rows.filter(rows.turn < _MOST)
    last = rows.turn.max().over(ibis.window(group_by=[*KEYS, "day"]))
    worth = ibis.cases(*[(last - rows.turn == n, _STEP**n) for n in range(_MOST)]).cast("int64")
    rows = rows.mutate(part=rows.service_before.cast("int64") * worth)
    return rows.group_by([*KEYS, "day", "unit", "service_type"]).aggregate(course=rows.part.sum().cast("int64"))


def services_of(course: int) -> tuple[int, ...]:
    """The service types of a course, the first one first."""
    found: tuple[int, ...] = ()
    while course:
        course, code = divmod(course, _STEP)
        found = (code, *found)
    return found
