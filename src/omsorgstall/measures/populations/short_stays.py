"""Time-limited stays and respite in institution (tidsbegrenset opphold, avlastning) in a period."""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.chains import with_unit, with_year
from omsorgstall.measures.days import KEYS, OPEN_END, SERVICE, number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.intervals import runs
from omsorgstall.measures.pauses import without_pauses
from omsorgstall.measures.period import Period, goes_on, parts
from omsorgstall.measures.populations.reading import Records, read
from omsorgstall.measures.services import beside_each_other
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.stays import stay_records
from omsorgstall.measures.waiting import day_band


def short_stays(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per stay, person and year of the period that the stay overlaps (report S12).

    A stay is a run of dates of one service type, whatever the unit; a pause makes its bed-days fewer and not two stays of it.
    Respite is counted by registered stays. Who has a decision on respite but no registered stay in the period is here with
    ``is_stay`` false, and is a person without stays: what she gets is granted in hours.

    Bed-days are nights within the period, at least one, and of a period over several years each night is in one row. Count stays
    where ``is_stay`` and not ``carried_over``: a stay over New Year has a row in each of the years.

    Columns: the keys, ``day`` (the last one of the period within the year), ``unit``, ``service_type``, ``is_stay``, ``first``,
    ``last`` (day numbers; null while it runs), ``started`` and ``ended`` (whether on a day of the period), ``bed_days`` (raw:
    also those another stay has), ``length_band`` and ``carried_over``.
    """
    records = read(tables, settings, period.first.year, period.last.year, keep)
    services = keep(_of_short_stays(records, settings), "short stay records")
    present = stay_records(services, records.tables, settings)
    stays = keep(_overlapping(present, settings, period), "short stays")
    rows = _with_bed_days(stays, without_pauses(present, records.tables["pause"]), settings, period)
    named = with_unit(rows.mutate(day=rows.part_last), services, "stay_first", "part_last")
    return _described(named, settings).union(_without_stay(stays, services, settings, period))


def _of_short_stays(records: Records, settings: Settings) -> ir.Table:
    rows = records.services.filter(records.services.service_type.isin(settings.short_stay_services))
    return beside_each_other(rows, records.tables["pause"])


def _overlapping(present: ir.Table, settings: Settings, period: Period) -> ir.Table:
    """Whole stays (``stay_first``, ``stay_last``) that overlap the part of the period in their year."""
    found = runs(present.select(*SERVICE, "first", "last"), SERVICE).rename(stay_first="first", stay_last="last")
    rows = parts(with_year(found, settings), period)
    rows = rows.filter((rows.stay_first <= rows.part_last) & (rows.stay_last >= rows.part_first))
    return rows.mutate(carried_over=goes_on(rows.stay_first, rows, period))


def _with_bed_days(stays: ir.Table, present: ir.Table, settings: Settings, period: Period) -> ir.Table:
    """The stays with ``bed_days`` within their part of the period, pauses taken out.

    The night between two years of the period belongs to the former.
    """
    found = runs(present.select(*SERVICE, "first", "last"), SERVICE)
    of_the_stay = [stays.stay_first <= found["first"], stays.stay_last >= found["first"]]
    in_the_part = [stays.part_last >= found["first"], stays.part_first <= found["last"]]
    both = stays.left_join(found, [*SERVICE, *of_the_stay, *in_the_part]).select(*stays.columns, "first", "last")
    over = ((both["last"] > both.part_last) & (both.part_last < number(period.last))).cast("int64")
    length = ibis.least(both["last"], both.part_last) - ibis.greatest(both["first"], both.part_first) + over
    least = goes_on(both["first"], both, period).ifelse(0, settings.least_bed_days)
    # All days of a stay may be paused: then it has no bed-days.
    both = both.mutate(length=both["first"].isnull().ifelse(0, ibis.greatest(length, least)))
    return both.group_by(list(stays.columns)).aggregate(bed_days=both.length.sum())


def _described(rows: ir.Table, settings: Settings) -> ir.Table:
    return rows.select(
        *KEYS,
        "day",
        "unit",
        "service_type",
        is_stay=ibis.literal(True),
        first=rows.stay_first,
        last=(rows.stay_last < OPEN_END).ifelse(rows.stay_last, ibis.null()),
        started=rows.stay_first >= rows.part_first,
        ended=rows.stay_last <= rows.part_last,
        bed_days=rows.bed_days,
        length_band=day_band(rows.bed_days, settings.stay_length_bands),
        carried_over=rows.carried_over,
    )


def _without_stay(stays: ir.Table, services: ir.Table, settings: Settings, period: Period) -> ir.Table:
    """Persons with a decision on respite in the period and no registered stay."""
    granted = parts(services.filter(services.service_type.isin(settings.counted_on_registered_days)), period)
    granted = granted.filter((granted["first"] <= granted.part_last) & (granted["last"] >= granted.part_first))
    alone = granted.anti_join(stays, list(SERVICE)).group_by([*SERVICE, "part_first", "part_last"]).aggregate()
    rows = with_unit(alone.mutate(day=alone.part_last), services, "part_first", "part_last")
    return rows.select(
        *KEYS,
        "day",
        "unit",
        "service_type",
        is_stay=ibis.literal(False),
        first=ibis.null("int64"),
        last=ibis.null("int64"),
        started=ibis.literal(False),
        ended=ibis.literal(False),
        bed_days=ibis.literal(0, type="int64"),
        length_band=ibis.null("string"),
        carried_over=ibis.literal(False),
    )
