"""Rehabilitation stays that ended in a period, and what function was at their start and end.

An assessment is entered some days around the event it belongs to, and not always made anew, so the stays without a second one
are counted apart: they are the main reason why the pairs may not be like the others.
"""

from collections.abc import Mapping, Sequence

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.chains import chains, with_unit
from omsorgstall.measures.days import KEYS, SERVICE, day_number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.need import KEPT
from omsorgstall.measures.period import Period, happened, looked_at
from omsorgstall.measures.populations.leaving import OTHER, with_end
from omsorgstall.measures.populations.reading import Records, read
from omsorgstall.measures.populations.scores import measured_scores, one_a_day
from omsorgstall.measures.settings import Settings

PAIRED, NO_START, NO_NEW = "paired", "no_start_assessment", "no_new_assessment"
_ENDS = ("before", "after")
STAY = (*SERVICE, "first", "day")


def rehabilitation_stays(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per rehabilitation stay that ended in the period, shorter ones left out (report S06).

    Records that adjoin or overlap are one stay, also over New Year; a pause or hospital within it does not end it.

    Columns: the keys, ``day`` of its end, ``unit``, ``service_type``, ``first`` (day number of its start), ``bed_days``,
    ``first_stay`` (whether no other stay of hers that ended in the period began before it),
    ``start_assessed`` and ``end_assessed`` (day numbers, null without), ``ended_by`` (``death``, ``hospital`` or ``other``) and
    ``pairing``: ``paired``, and of those without a pair ``death``, ``hospital``, ``no_start_assessment`` or
    ``no_new_assessment``.
    """
    records = read(tables, settings, period.first.year - 1, period.last.year + 1, keep)
    rows = keep(_with_assessments(records, settings, period), "rehabilitation stays")
    rows = with_end(with_unit(rows, records.services, "day", "day"), records, period.years, settings)
    outcome = ibis.cases(
        (rows.end_assessed.notnull(), PAIRED),
        (rows.ended_by != OTHER, rows.ended_by),
        (rows.start_assessed.isnull(), NO_START),
        else_=NO_NEW,
    )
    return rows.select(
        *KEYS,
        "day",
        "unit",
        "service_type",
        "first",
        "first_stay",
        "start_assessed",
        "end_assessed",
        "ended_by",
        bed_days=rows.day - rows["first"],
        pairing=outcome,
    )


def paired_scores(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """Scores before and after rehabilitation: one row per stay and measure that is known at both ends.

    Columns: the keys, ``day``, ``unit``, ``service_type``, ``first`` and ``first_stay`` of the stay; ``measure``: a function
    variable (``F01``), scored 1–5 at both ends, a subscale (delmål), whose mean is 1 to 5, or ``need``, whose level is 1 to 3 by
    the need profile; ``before`` and ``after``. Lower is better. Scores of 9 are no part of a pair.
    """
    records = read(tables, settings, period.first.year - 1, period.last.year + 1, keep)
    rows = keep(_with_assessments(records, settings, period), "rehabilitation stays")
    rows = with_unit(rows.filter(rows.end_assessed.notnull()), records.services, "day", "day")
    measured = keep(measured_scores(_assessments(records, period.years, settings), settings), "scores")
    before, after = _renamed(measured, "start_assessed", "before"), _renamed(measured, "end_assessed", "after")
    both = rows.join(before, [*KEYS, "start_assessed"]).join(after, [*KEYS, "end_assessed"])
    pairs = _one_row_each(both, [c for c in measured.columns if c not in KEPT])
    return pairs.filter(pairs.before.notnull() & pairs.after.notnull())


def _with_assessments(records: Records, settings: Settings, period: Period) -> ir.Table:
    """Stays with ``start_assessed``, ``end_assessed`` and ``first_stay``."""
    stays = _ended(records, settings, period)
    days = _assessments(records, period.years, settings).select(*KEPT)
    both = stays.join(days, list(KEYS))
    since, until = both["first"] - settings.start_score_days_before, both["first"] + settings.start_score_days_after
    at_start = both.filter(both.assessed.between(since, until))
    at_start = at_start.group_by(list(STAY)).aggregate(start_assessed=at_start.assessed.max())
    later = at_start.join(days, list(KEYS))
    later = later.filter((later.assessed > later.start_assessed) & (later.assessed <= later.day + settings.end_score_days_after))
    at_end = later.group_by(list(STAY)).aggregate(end_assessed=later.assessed.max())
    rows = stays.left_join(at_start, list(STAY)).select(*STAY, "start_assessed")
    found = rows.left_join(at_end, list(STAY)).select(*STAY, "start_assessed", "end_assessed")
    hers = ibis.window(group_by=["municipality", "pseudonym"])
    return found.mutate(first_stay=found["first"] == found["first"].min().over(hers))


def _ended(records: Records, settings: Settings, period: Period) -> ir.Table:
    services = records.services.filter(records.services.service_type.isin(settings.rehabilitation_services))
    found = chains(services, period.years, 1, settings)
    found = found.filter(found["last"] - found["first"] >= settings.rehabilitation_least_days)
    return happened(found.mutate(day=found["last"]), period).select(*STAY)


def _assessments(records: Records, years: Sequence[int], settings: Settings) -> ir.Table:
    """One row per person and day of assessment in the year and those beside it; of several the higher score of each variable.

    Only of persons who had rehabilitation.
    """
    services = records.services.filter(records.services.service_type.isin(settings.rehabilitation_services))
    theirs = records.tables["assessment"].semi_join(services, ["municipality", "pseudonym"])
    rows = looked_at(theirs, years, back=1, ahead=1)
    rows = rows.mutate(assessed=day_number(rows.assessment_date)).filter(rows.assessment_date.notnull())
    return one_a_day(rows)


def _renamed(measured: ir.Table, day: str, suffix: str) -> ir.Table:
    values = {f"{c}_{suffix}": measured[c] for c in measured.columns if c not in KEPT}
    return measured.select(*KEYS, **{day: measured.assessed}, **values)


def _one_row_each(rows: ir.Table, names: Sequence[str]) -> ir.Table:
    """One row per stay and measure, made in one pass: a union would reckon the stays once for each measure."""
    many = rows.mutate(number=ibis.array(list(range(len(names)))).unnest())
    ends = {end: ibis.cases(*[(many.number == n, many[f"{m}_{end}"]) for n, m in enumerate(names)]) for end in _ENDS}
    measure = ibis.cases(*[(many.number == n, name) for n, name in enumerate(names)])
    return many.select(*STAY, "first_stay", "unit", measure=measure, **ends)
