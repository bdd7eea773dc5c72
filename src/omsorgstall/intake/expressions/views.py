"""What the rules of one table see: its rows beside what other tables know of the same person.

The tables hold a chunk of whole persons. ``person`` is the person's number within the chunk, ``row`` the row's; ``year``,
``year_start``, ``year_end`` and ``extracted`` are the same on every row.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, DateValue, IntegerValue

from omsorgstall.intake.rule import rules

Tables = Mapping[str, ibis.Table]
Limits = Mapping[str, Any]
Fails = Callable[[ibis.Table, Limits], BooleanValue]

OPEN_END = ibis.date(2999, 12, 31)
"""Stands for the end of what has no end."""
_ORDER = ("start_date", "service_type", "end_date", "weekly_hours", "outcome", "service_id", "row")
"""The order of a person's services where it matters which comes before: it does not depend on the file's."""


def granted(services: ibis.Table) -> BooleanValue:
    """Whether the service was given: a service without outcome counts as granted (ASSUMED)."""
    return ~services.outcome.fill_null(1).isin(rules()["C10"].limits["not_granted"])


def given(services: ibis.Table, fails: BooleanValue) -> BooleanValue:
    """A rule that concerns granted services only."""
    return ibis.ifelse(granted(services), fails, ibis.literal(False))


def last_day(services: ibis.Table) -> DateValue:
    """Last day, far in the future for a service that runs."""
    return services.end_date.fill_null(OPEN_END)


def person_view(tables: Tables) -> ibis.Table:
    """Persons with what their granted services and assessments tell.

    ``long_term``: in a long-term stay on 31 December; ``services``: how many are granted; ``hours`` and ``hours_at_end``: hours a
    week of all, and of those running on 31 December; ``scored``: has a service that demands scores; ``assessments``: how many;
    ``attended``: has a service for which assessment by doctor and dentist is asked; ``resident``: has a full-day stay.
    """
    services = tables["service"]
    services = services.filter(granted(services))
    at_end = (services.start_date <= services.year_end) & (last_day(services) >= services.year_end)
    hours = services.weekly_hours.fill_null(0.0)
    found = services.group_by("person").agg(
        long_term=(services.service_type.isin(rules()["C04"].limits["long_term"]) & at_end).any(),
        services=services.count(),
        hours=hours.sum(),
        hours_at_end=ibis.ifelse(at_end.fill_null(False), hours, 0.0).sum(),
        scored=services.service_type.isin(rules()["C50"].limits["services"]).any(),
        attended=services.service_type.isin(rules()["C35"].limits["services"]).any(),
        resident=services.service_type.isin(rules()["C31"].limits["stays"]).any(),
    )
    assessed = tables["assessment"].group_by("person").agg(assessments=ibis._.count())
    rows = tables["person"].left_join(found, "person").drop("person_right")
    rows = rows.left_join(assessed, "person").drop("person_right")
    flags = {name: rows[name].fill_null(False) for name in ("long_term", "scored", "attended", "resident")}
    sums = {name: rows[name].fill_null(0) for name in ("services", "hours", "hours_at_end", "assessments")}
    return rows.mutate(**flags, **sums)


def assessment_view(tables: Tables) -> ibis.Table:
    """Assessments with the person's dates of birth and death.

    ``stay_from`` and ``stay_to``: first and last day of her long-term stays; ``hours_from`` and ``hours_to``: likewise of
    services with hours; ``nursed_from`` and ``nursed_to``: of home health services.
    """
    services = tables["service"]
    services = services.filter(granted(services) & services.start_date.notnull())
    kinds = {
        "stay": services.service_type.isin(rules()["C07"].limits["long_term"]),
        "hours": services.weekly_hours > 0,
        "nursed": services.service_type.isin(rules()["C59"].limits["services"]),
    }
    spans = {}
    for kind, concerned in kinds.items():
        spans[f"{kind}_from"] = services.start_date.min(where=concerned)
        spans[f"{kind}_to"] = last_day(services).max(where=concerned)
    rows = _with_dates(tables, tables["assessment"])
    return rows.left_join(services.group_by("person").agg(**spans), "person").drop("person_right")


def _with_dates(tables: Tables, rows: ibis.Table) -> ibis.Table:
    """Rows with the person's dates of birth and death."""
    persons = tables["person"].select("person", "birth_date", "death_date")
    return rows.left_join(persons, "person").drop("person_right")


def pause_view(tables: Tables) -> ibis.Table:
    """Pauses with ``service_from`` and ``service_to``: first and last day of the service that pauses, empty without one."""
    return _with_service(tables, tables["pause"])


def stay_view(tables: Tables) -> ibis.Table:
    """Registered stays, likewise."""
    return _with_service(tables, tables["stay"])


def _with_service(tables: Tables, rows: ibis.Table) -> ibis.Table:
    services = tables["service"]
    found = services.group_by(["person", "service_id"]).agg(
        service_from=services.start_date.min(), service_to=last_day(services).max()
    )
    return rows.left_join(found, ["person", "service_id"]).drop("person_right", "service_id_right")


def hospital_view(tables: Tables) -> ibis.Table:
    """Hospital stays with the person's dates of birth and death."""
    return _with_dates(tables, tables["hospital_stay"])


def service_view(tables: Tables) -> ibis.Table:
    """Services with the person's dates, ``birth_year``, ``paused`` (has a pause), overlaps, and assessments.

    ``stay_until`` and ``hospital_until``: the latest last day among the full-day institution stays, or hospital stays, that
    begin before this service's last day; the service runs during one of them when that day is after its own first.
    ``assessments``: how many the person has; ``assessed``: the newest by some days after the decision; ``decided``: the
    person's decision before this one; ``assessed_at_start`` and ``assessed_at_end``: whether there is an assessment near the
    first and last day. ``hours_before``: hours of the person's record of the same type before this one; ``unit_start``,
    ``unit_end`` and ``unit_hours``: of the record before of the same type and unit; ``again``: whether the one before it is the
    same in all but its id; ``stay_before``: the latest last day among the full-day stays that begin before this one.
    """
    persons = tables["person"].select("person", "death_date", "birth_date", "birth_year")
    pauses = tables["pause"].select("person", "service_id").distinct().mutate(paused=True)
    rows = _with_assessments(tables, _with_overlaps(tables))
    rows = rows.left_join(_records_before(tables["service"]), "row").drop("row_right")
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
        **{name: ibis.null(services[name].type()) for name in _ORDER},
        place=_day(hospital.from_date) * 2,
        stay_end=ibis.null("date"),
        hospital_end=hospital.to_date.fill_null(hospital.year_end),
    )
    columns = ("person", "place", *_ORDER, "stay_end", "hospital_end")
    events = marked.select(*columns).union(stays.select(*columns), distinct=False)
    order = {"group_by": "person", "order_by": ["place", *_ORDER]}
    so_far, before = ibis.window(**order, preceding=(None, 0)), ibis.window(**order, preceding=(None, 1))
    seen = events.mutate(
        stay_until=events.stay_end.max().over(so_far),
        hospital_until=events.hospital_end.max().over(so_far),
        stay_before=events.stay_end.max().over(before),
    )
    seen = seen.filter(seen.row.notnull()).select("row", "stay_until", "hospital_until", "stay_before")
    return services.left_join(seen, "row").drop("row_right")


def _with_assessments(tables: Tables, rows: ibis.Table) -> ibis.Table:
    """A person has few services and assessments: each service meets all of them."""
    services, assessed = tables["service"], tables["assessment"].select("person", "assessment_date")
    met = services.select("person", "row", "decision_date", "start_date", "end_date").inner_join(assessed, "person")
    grace, near = (ibis.interval(days=rules()[r].limits["days"]) for r in ("C06", "C34"))
    found = met.group_by("row").agg(
        assessments=met.count(),
        assessed=met.assessment_date.max(where=met.assessment_date <= met.decision_date + grace),
        assessed_at_start=met.assessment_date.between(met.start_date - near, met.start_date + near).any(),
        assessed_at_end=met.assessment_date.between(met.end_date - near, met.end_date + near).any(),
    )
    other = services.select("person", other=services.decision_date).distinct()
    pairs = services.select("person", "row", "decision_date").inner_join(other, "person")
    before = pairs.group_by("row").agg(decided=pairs.other.max(where=pairs.other < pairs.decision_date))
    rows = rows.left_join(found, "row").drop("row_right")
    rows = rows.mutate(assessments=rows.assessments.fill_null(0))
    return rows.left_join(before, "row").drop("row_right")


def _records_before(services: ibis.Table) -> ibis.Table:
    """What came before a record of the same person and type. Most types stand once, and those records need no ordering."""
    rows = services.mutate(kind=services.service_type.fill_null(-1))
    several = rows.group_by(["person", "kind"]).agg(records=rows.count())
    rows = rows.semi_join(several.filter(several.records > 1), ["person", "kind"])
    of_type, of_unit = (
        ibis.window(group_by=["person", "kind", *more], order_by=_ORDER, preceding=(None, 1))
        for more in ((), ("organisation_number",))
    )
    # Records that are the same in all these stand next to each other in that order.
    same = [
        rows[name].identical_to(rows[name].lag().over(of_unit)) for name in ("start_date", "end_date", "weekly_hours", "outcome")
    ]
    return rows.select(
        "row",
        hours_before=rows.weekly_hours.lag().over(of_type),
        unit_start=rows.start_date.lag().over(of_unit),
        unit_end=last_day(rows).lag().over(of_unit),
        unit_hours=rows.weekly_hours.lag().over(of_unit),
        again=rows.row.lag().over(of_unit).notnull() & reduce(and_, same),
    )


def _day(date: DateValue) -> IntegerValue:
    return date.delta(ibis.date(1970, 1, 1), unit="day")


VIEWS: Mapping[str, Callable[[Tables], ibis.Table]] = {
    "person": person_view,
    "assessment": assessment_view,
    "service": service_view,
    "pause": pause_view,
    "stay": stay_view,
    "hospital_stay": hospital_view,
    "diagnosis": lambda tables: tables["diagnosis"],
    "participation": lambda tables: tables["participation"],
    "nutrition": lambda tables: tables["nutrition"],
}
"""The view of each table that has content rules."""
