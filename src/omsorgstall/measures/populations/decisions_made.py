"""Decisions (vedtak) made in a period: granted or refused, how long they took, and how long until they were carried out."""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.chains import with_year
from omsorgstall.measures.days import KEYS, SERVICE, day_number, number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.period import Period, happened
from omsorgstall.measures.populations.reading import Records, read
from omsorgstall.measures.services import granted, recoded, valid_type
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.waiting import handling_band, handling_days, waiting_band, waiting_days

GRANTED, REFUSED = "granted", "refused"
_YES = 1
_HERS = ("municipality", "pseudonym", "service_type")


def decisions_made(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per decision made in the period, re-assessments of running services among them (report S05).

    A decision without outcome is granted when it gave a service, and else not here, nor is a dismissed application. The start is
    that of the decision's own record, or of the first service of the same person and type near it; for that the next year's
    snapshot is looked at too, when the vintage has it.

    Columns: the keys; ``day`` of the decision; ``unit``, which is the one that delivers, since the register does not tell which
    one decided; ``service_type`` applied for; ``outcome`` (``granted`` or ``refused``); ``complaint``; ``handling_days`` and
    ``handling_band``, null without a date of application; of granted ones ``waiting_days`` (negative when the service began
    before), ``waiting_band``, ``not_started``, and ``linked``: whether the start is the record's own, null without one.
    """
    records = read(tables, settings, period.first.year, period.last.year + 1, keep)
    decided = _within(_decided(records, settings), settings, period)
    found = _first_starts(decided, records.services, settings)
    rows = decided.left_join(found, [*SERVICE, "day"]).select(*decided.columns, "begun")
    given = rows.outcome == GRANTED
    rows = rows.mutate(start=given.ifelse(rows.started.coalesce(rows.begun), ibis.null()))
    handled, waited = handling_days(rows.applied, rows.day), waiting_days(rows.day, rows.start)
    return rows.select(
        *KEYS,
        "day",
        "unit",
        "service_type",
        "outcome",
        "complaint",
        handling_days=handled,
        handling_band=handling_band(handled, settings),
        waiting_days=waited,
        waiting_band=waiting_band(waited, settings),
        not_started=(rows.outcome == GRANTED) & rows.start.isnull(),
        linked=rows.start.notnull().ifelse(rows.started.notnull(), ibis.null()),
    )


def _within(decided: ir.Table, settings: Settings, period: Period) -> ir.Table:
    """Those of the period: by the day of the decision, or by that of the application, whenever it was decided."""
    if settings.decisions_by == "decision":
        return happened(decided, period)
    told = decided.filter(decided.day.between(decided.year_first, decided.year_last))
    return told.filter(told.applied.between(number(period.first), number(period.last)))


def _decided(records: Records, settings: Settings) -> ir.Table:
    """Every decision with a date, of persons who lived when its data year began."""
    service = records.tables["service"]
    kind = recoded(service.service_type)
    given = granted(service.outcome, settings) & (service.outcome.notnull() | service.start_date.notnull())
    refused = service.outcome.isin(settings.refused_outcomes).fill_null(False)
    rows = service.select(
        *KEYS,
        service_type=kind,
        unit=service.organisation_number.nullif(""),
        outcome=given.ifelse(GRANTED, REFUSED),
        complaint=(service.complaint == _YES).fill_null(False),
        applied=day_number(service.application_date),
        day=day_number(service.decision_date),
        started=day_number(service.start_date),
        counts=valid_type(kind, service.data_year) & (given | refused),
    )
    rows = with_year(rows.filter(rows.counts & rows.day.notnull()), settings)
    lived = rows.join(records.people.select(*KEYS, "death"), list(KEYS))
    return lived.filter(lived.death.isnull() | (lived.death >= lived.year_first)).drop("counts", "death")


def _first_starts(decided: ir.Table, services: ir.Table, settings: Settings) -> ir.Table:
    """Of granted decisions without a start of their own: ``begun``, the first start of the same person and type near them."""
    alone = decided.filter((decided.outcome == GRANTED) & decided.started.isnull()).select(*SERVICE, "day").distinct()
    both = alone.join(services.select(*_HERS, "begun", told=services.data_year), list(_HERS))
    near = both.begun.between(both.day - settings.start_days_before, both.day + settings.start_days_after)
    both = both.filter(near & ((both.told == both.data_year) | (both.told == both.data_year + 1)))
    return both.group_by([*SERVICE, "day"]).aggregate(begun=both.begun.min())
