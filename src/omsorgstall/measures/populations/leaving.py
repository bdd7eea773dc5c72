"""Leaving institution: why a stay ended, and who comes back within short."""

from collections.abc import Mapping, Sequence

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.chains import remembered, with_year
from omsorgstall.measures.days import KEYS, OPEN_END, day_number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.intervals import runs
from omsorgstall.measures.period import Period, happened, looked_at
from omsorgstall.measures.populations.reading import Records, read
from omsorgstall.measures.settings import Settings

DEATH, TO_HOSPITAL, OTHER = "death", "hospital", "other"


def readmissions(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per person and day in the period on which she leaves institution, and whether she comes back within short.

    Stays of all types are one here: who moves from a time-limited stay to a long-term one does not leave. Deaths are here, with
    ``ended_by``; a share of readmitted leaves them out, and those to hospital too when that is a pause (pause for hospital) and
    not leaving.

    Columns: the keys, ``day`` of leaving, ``unit`` and ``service_type`` of the last stay, ``ended_by`` (``death``, ``hospital``
    or ``other``), ``readmitted``, and ``days_away``: from leaving to coming back, null when not readmitted.
    """
    records = read(tables, settings, period.first.year - 1, period.last.year + 1, keep)
    stays = records.services.filter(records.services.service_type.isin(settings.readmission_services))
    known = remembered(stays, period.years, back=1, ahead=settings.readmission_within)
    there = keep(with_year(runs(known, KEYS), settings), "times in institution")
    back = there["first"].lead().over(ibis.window(group_by=list(KEYS), order_by=there["first"]))
    there = there.mutate(day=there["last"], days_away=back - there["last"])
    rows = with_end(happened(there, period), records, period.years, settings)
    rows = _last_stay(rows, stays)
    within = (rows.days_away <= settings.readmission_within).fill_null(False)
    return rows.select(
        *KEYS,
        "day",
        "unit",
        "service_type",
        "ended_by",
        readmitted=within,
        days_away=within.ifelse(rows.days_away, ibis.null()),
    )


def with_end(rows: ir.Table, records: Records, years: Sequence[int], settings: Settings) -> ir.Table:
    """The rows with ``ended_by``: what ended the stay that left on ``day``.

    Death when she died that day or shortly after; hospital when she was there, or came there within short, and stayed.
    """
    death = records.people.select(*KEYS, "death")
    rows = rows.left_join(death, list(KEYS)).select(*rows.columns, "death")
    admitted = _admitted(rows, records.tables["hospital_stay"], years, settings).mutate(in_hospital=True)
    found = rows.left_join(admitted, [*KEYS, "day"]).select(*rows.columns, "in_hospital")
    died = by_death(found.day, found.death, settings)
    ended_by = ibis.cases((died, DEATH), (found.in_hospital, TO_HOSPITAL), else_=OTHER)
    return found.mutate(ended_by=ended_by).drop("death", "in_hospital")


def by_death(day: ir.IntegerValue, death: ir.IntegerValue, settings: Settings) -> ir.BooleanValue:
    """Whether death ended a stay that left on a day; never null."""
    return death.between(day, day + settings.death_within).fill_null(False)


def _admitted(rows: ir.Table, hospital_stay: ir.Table, years: Sequence[int], settings: Settings) -> ir.Table:
    seen = looked_at(hospital_stay, years, back=0, ahead=1)
    hospital = seen.select(*KEYS, entry=day_number(seen.from_date), leave=day_number(seen.to_date).coalesce(OPEN_END))
    both = rows.select(*KEYS, "day").join(hospital, list(KEYS))
    both = both.filter((both.entry <= both.day + settings.admitted_within) & (both.leave > both.day))
    return both.select(*KEYS, "day").distinct()


def _last_stay(rows: ir.Table, stays: ir.Table) -> ir.Table:
    """The rows with ``service_type`` and ``unit`` of the record that began latest among those of the day."""
    records = stays.select(*KEYS, "service_type", "unit", record_first=stays["first"], record_last=stays["last"])
    both = rows.join(records, list(KEYS))
    both = both.filter(active_on(both.record_first, both.record_last, both.day))
    order = [both.record_first.desc(), both.service_type.desc(), both.unit.desc()]
    both = both.mutate(place=ibis.row_number().over(ibis.window(group_by=[*KEYS, "day"], order_by=order)))
    return both.filter(both.place == 0).select(*rows.columns, "service_type", unit=both.unit.nullif(""))
