"""What the rules of one table see: its rows beside what other tables know of the same person.

The tables hold a chunk of whole persons. ``person`` is the person's number within the chunk, ``row`` the row's; ``year``,
``year_start``, ``year_end`` and ``extracted`` are the same on every row.
"""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, DateValue, IntegerValue

from omsorgstall.intake.rule import rules

Tables = Mapping[str, ibis.Table]
Limits = Mapping[str, Any]
Fails = Callable[[ibis.Table, Limits], BooleanValue]

OPEN_END = ibis.date(2999, 12, 31)
"""Stands for the end of what has no end."""


def granted(services: ibis.Table) -> BooleanValue:
    """Whether the service was given: a service without outcome counts as granted (ASSUMED)."""
    return ~services.outcome.fill_null(1).isin(rules()["C10"].limits["not_granted"])


def last_day(services: ibis.Table) -> DateValue:
    """Last day, far in the future for a service that runs."""
    return services.end_date.fill_null(OPEN_END)


def person_view(tables: Tables) -> ibis.Table:
    """Persons with ``long_term``: in a long-term stay on 31 December."""
    return _with_long_term(tables, tables["person"], at_year_end=True)


def assessment_view(tables: Tables) -> ibis.Table:
    """Assessments with ``stay_from`` and ``stay_to``: first day and last day of the person's long-term stays."""
    return _with_long_term(tables, tables["assessment"], at_year_end=False)


def _with_long_term(tables: Tables, rows: ibis.Table, *, at_year_end: bool) -> ibis.Table:
    services = tables["service"]
    stays = services.filter(services.service_type.isin(rules()["C04"].limits["long_term"]) & granted(services))
    if at_year_end:
        active = (stays.start_date <= stays.year_end) & (last_day(stays) >= stays.year_end)
        found = stays.filter(active).select("person").distinct().mutate(long_term=True)
        return rows.left_join(found, "person").drop("person_right").mutate(long_term=ibis._.long_term.fill_null(False))
    spans = stays.group_by("person").agg(stay_from=stays.start_date.min(), stay_to=last_day(stays).max())
    return rows.left_join(spans, "person").drop("person_right")


def service_view(tables: Tables) -> ibis.Table:
    """Services with the person's ``death_date`` and ``birth_year``, ``paused`` (has a pause), and overlaps.

    ``stay_until`` and ``hospital_until``: the latest last day among the full-day institution stays, or hospital stays, that
    begin before this service's last day; the service runs during one of them when that day is after its own first.
    """
    persons = tables["person"].select("person", "death_date", "birth_year")
    pauses = tables["pause"].select("person", "service_id").distinct().mutate(paused=True)
    rows = _with_overlaps(tables)
    rows = rows.left_join(persons, "person").drop("person_right")
    rows = rows.left_join(pauses, ["person", "service_id"]).drop("person_right", "service_id_right")
    return rows.mutate(paused=ibis._.paused.fill_null(False))


def _with_overlaps(tables: Tables) -> ibis.Table:
    services, hospital = tables["service"], tables["hospital_stay"]
    is_stay = (services.service_type.isin(rules()["C23"].limits["stays"]) & granted(services)).fill_null(False)
    # A stay stands at its first day, any other service just before its last day but one ends: so one pass over the person's
    # rows in this order sees, for every service, exactly the stays that begin before its last day.
    place = ibis.ifelse(is_stay, _day(services.start_date) * 2, (_day(last_day(services)) - 1) * 2 + 1)
    marked = services.mutate(place=place, stay_end=ibis.ifelse(is_stay, last_day(services), ibis.null("date")))
    marked = marked.mutate(hospital_end=ibis.null("date"))
    stays = hospital.select(
        "person",
        row=ibis.literal(-1, "int32"),
        place=_day(hospital.from_date) * 2,
        stay_end=ibis.null("date"),
        hospital_end=hospital.to_date.fill_null(hospital.year_end),
    )
    columns = ("person", "row", "place", "stay_end", "hospital_end")
    events = marked.select(*columns).union(stays.select(*columns), distinct=False)
    before = ibis.window(group_by="person", order_by=["place", "row"], preceding=(None, 0))
    seen = events.mutate(stay_until=events.stay_end.max().over(before), hospital_until=events.hospital_end.max().over(before))
    seen = seen.filter(seen.row >= 0).select("row", "stay_until", "hospital_until")
    return services.left_join(seen, "row").drop("row_right")


def _day(date: DateValue) -> IntegerValue:
    return date.delta(ibis.date(1970, 1, 1), unit="day")


VIEWS: Mapping[str, Callable[[Tables], ibis.Table]] = {
    "person": person_view,
    "assessment": assessment_view,
    "service": service_view,
}
"""The view of each table that has content rules."""
