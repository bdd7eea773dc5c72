"""Which records describe a service given in the year, and how they look to the facts (reference 10.1)."""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import service_recodes, service_types, statistical_services
from omsorgstall.measures.days import KEYS, OPEN_END, SERVICE, day_number, first_day, last_day
from omsorgstall.measures.hours import in_seconds
from omsorgstall.measures.pauses import with_paused
from omsorgstall.measures.settings import Settings


def granted(outcome: ir.IntegerValue, settings: Settings) -> ir.BooleanValue:
    """Whether the outcome of a decision gives the service."""
    given = outcome.isin(settings.granted_outcomes).fill_null(False)
    return given | outcome.isnull() if settings.missing_outcome_counts else given


def recoded(service_type: ir.IntegerValue) -> ir.IntegerValue:
    """The code that statistics use: care dwelling (12) and other dwelling (13) are 29."""
    return service_type.cases(*service_recodes().items(), else_=service_type).cast("int16")


def hour_services() -> tuple[int, ...]:
    """Service types granted in hours a week."""
    return tuple(c for c in statistical_services() if service_types()[c].unit == "hours_per_week")


def valid_type(service_type: ir.IntegerValue, year: ir.IntegerValue) -> ir.BooleanValue:
    """Whether a recoded type is a service of the year's statistics; coercion and retired types are not.

    The dwelling code 29 holds in every year, since older dwelling codes are recoded to it.
    """
    retired = {c: service_types()[c].valid_to for c in statistical_services() if service_types()[c].valid_to}
    valid = service_type.isin(statistical_services())
    for code, last_year in retired.items():
        valid = valid & ((service_type != code) | (year <= last_year))
    return valid


def counted_services(tables: Mapping[str, ir.Table], people: ir.Table, settings: Settings) -> ir.Table:
    """The records that count in their data year, dates as day numbers.

    A record counts when its type is valid, the service was granted, it began before the year ended, not before 1980 nor
    before the birth year, and did not end before the year began or before its own start. A death ends it, so services of
    persons who died before the year do not count. Test users are not among ``people`` and fall out with them, later.

    Columns: the keys, ``reported_municipality``, ``service_id``, ``service_type`` (recoded), ``unit`` (organisation number,
    empty when missing), ``begun`` and ``first`` (its start), ``last`` (``OPEN_END`` when it runs), ``year_first``,
    ``year_last``, ``decided`` (day of the decision), ``seconds`` granted a week (null when not stated or not a service in
    hours) and ``added`` (null when not stated).
    """
    service = tables["service"]
    return _counted(service, valid_type(recoded(service.service_type), service.data_year), people, settings)


def counted_coercion(tables: Mapping[str, ir.Table], people: ir.Table, settings: Settings) -> ir.Table:
    """The records of coercion (tvang) that count in their data year, by the same rules and with the same columns."""
    codes = [code for basis in settings.legal_bases for code in basis.service_types]
    return _counted(tables["service"], tables["service"].service_type.isin(codes), people, settings)


def _counted(service: ir.Table, of_interest: ir.BooleanValue, people: ir.Table, settings: Settings) -> ir.Table:
    rows = _typed(service, of_interest, settings)
    rows = rows.filter((rows["first"] <= rows.year_last) & (rows["last"] >= rows.year_first))
    rows = rows.left_join(_limits(people, settings), list(KEYS)).select(*rows.columns, "earliest", "death")
    rows = rows.mutate(last=ibis.least(rows["last"], rows.death.coalesce(OPEN_END)))
    return rows.filter(_counts(rows, settings)).drop("earliest", "death")


def selected_services(tables: Mapping[str, ir.Table], people: ir.Table, settings: Settings) -> ir.Table:
    """The records of ``counted_services`` and how they lie beside each other.

    Further columns: ``paused``, ``number`` (within the service of the person) and ``simple``.
    """
    return beside_each_other(counted_services(tables, people, settings), tables["pause"])


def beside_each_other(services: ir.Table, pause: ir.Table) -> ir.Table:
    """Records of ``counted_services``, all of a service or none, with the further columns of ``selected_services``."""
    return _beside_each_other(with_paused(services, pause))


def _beside_each_other(rows: ir.Table) -> ir.Table:
    """Number the records of a service, and find the ``simple`` services: they can be added up.

    A service is simple when no record is paused, and it is one record, or two after each other. With three or more we do not
    look closer.
    """
    # Both columns stay window functions to the end: Ibis does not merge such a selection into those built on it, so the
    # selected services are computed once, however often they are used.
    same = ibis.window(group_by=list(SERVICE))
    order = ibis.window(group_by=list(SERVICE), order_by=[rows["first"], rows["last"]])
    records = rows.count().over(same)
    apart = (records == 2) & (rows["first"].max().over(same) > rows["last"].min().over(same))
    paused = rows.paused.cast("int8").max().over(same) == 1
    return rows.mutate(number=ibis.row_number().over(order), simple=((records == 1) | apart) & ~paused)


def _limits(people: ir.Table, settings: Settings) -> ir.Table:
    """Persons whose death or birth year may limit their services; the others need not be looked up."""
    born = people.birth_year > settings.earliest_start.year
    found = people.filter(people.death.notnull() | born)
    return found.select(*KEYS, "death", earliest=first_day(found.birth_year))


def _typed(service: ir.Table, of_interest: ir.BooleanValue, settings: Settings) -> ir.Table:
    rows = service.filter(of_interest & granted(service.outcome, settings) & service.start_date.notnull())
    kind = recoded(rows.service_type)
    return rows.select(
        *KEYS,
        "reported_municipality",
        "service_id",
        "added",
        service_type=kind,
        unit=rows.organisation_number.coalesce(""),
        begun=day_number(rows.start_date),
        first=day_number(rows.start_date),
        last=day_number(rows.end_date).coalesce(OPEN_END),
        year_first=first_day(rows.data_year),
        year_last=last_day(rows.data_year, settings.until),
        decided=day_number(rows.decision_date).coalesce(0),
        seconds=kind.isin(hour_services()).ifelse(in_seconds(rows.weekly_hours), None),
    )


def _counts(rows: ir.Table, settings: Settings) -> ir.BooleanValue:
    earliest = day_number(ibis.literal(settings.earliest_start))
    begun = rows["first"] >= ibis.greatest(rows.earliest.coalesce(earliest), earliest)
    return begun & (rows["last"] >= rows.year_first) & (rows["last"] >= rows["first"])
