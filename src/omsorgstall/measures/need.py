"""The need for help in three levels (samlemål), computed from an assessment by a versioned profile.

The national formula is not public: every level made here is an approximation, and carries the id of its profile.
"""

from collections.abc import Mapping
from functools import reduce
from operator import add

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import function_variables
from omsorgstall.measures.days import KEYS, day_number, last_day
from omsorgstall.measures.settings import NeedProfile, Settings

KEPT = (*KEYS, "assessed")
LOW, MEDIUM, EXTENSIVE, NOT_STATED = "1", "2", "3", "9"
NOT_RELEVANT = 9
_RANKS = 4
_NONE: dict[str, tuple[str, ...]] = {}
SCALE = 420
"""Divisible by 1 to 7: means of up to seven scores, times this, are whole numbers, so limits are met exactly."""


def subscales(profile: NeedProfile) -> dict[str, tuple[str, ...]]:
    """The score columns of each subscale (delmål) in the profile, in the order of the code list."""
    moves, found = dict(profile.moves), _NONE.copy()
    for variable in function_variables():
        subscale = moves.get(variable.id, variable.subscale)
        if subscale:
            found[subscale] = (*found.get(subscale, ()), variable.id.lower())
    return found


def need_levels(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """One row per assessed person: keys, ``need``, ``assessed`` (day number), ``need_profile`` and ``approximation``.

    The latest assessment not later than 31 December of the data year holds, however old. ``need`` is ``1`` to ``3``, or ``9``
    not stated. Of several assessments on the same date the highest level holds, 'not stated' only when all say so.
    """
    profile = settings.need_profile
    assessment = tables["assessment"]
    rows = assessment.filter(day_number(assessment.assessment_date) <= last_day(assessment.data_year, settings.until))
    rows = with_need(rows.mutate(assessed=day_number(rows.assessment_date)), profile)
    # Date and level in one number: its maximum is the highest level of the latest date, found in one pass.
    rank = rows.need.cases((NOT_STATED, 0), (LOW, 1), (MEDIUM, 2), else_=3)
    latest = rows.group_by(list(KEYS)).aggregate(last=(rows.assessed * _RANKS + rank).max())
    return latest.select(
        *KEYS,
        need=(latest["last"] % _RANKS).cases((0, NOT_STATED), (1, LOW), (2, MEDIUM), else_=EXTENSIVE),
        assessed=latest["last"] // _RANKS,
        need_profile=ibis.literal(profile.id),
        approximation=ibis.literal(profile.approximation),
    )


def with_need(rows: ir.Table, profile: NeedProfile) -> ir.Table:
    """The assessments (keys and ``assessed``) with ``need``: the level by the profile; scores outside 1–5 and 9 are not given."""
    return _levels(rows, profile, KEPT).select(*KEPT, "need")


def with_subscales(rows: ir.Table, profile: NeedProfile) -> ir.Table:
    """The assessments with all their columns, ``need``, and of each subscale (delmål) its mean and level.

    Columns beside those of the rows: ``need``, and for each subscale ``<subscale>_mean`` (1–5, null when too few scores are
    given) and ``<subscale>_level``: ``1`` to ``3`` by the limits of the profile, or ``9`` not stated.
    """
    names = subscales(profile)
    levels = _levels(rows, profile, tuple(rows.columns))
    # The scaled means are whole: divided as such, since Spark holds them as decimals and would cut the quotient.
    means = {f"{n}_mean": levels[f"{n}_mean"].cast("int64") / SCALE for n in names}
    parts = {f"{n}_level": _level_of_part(levels[f"{n}_mean"], profile) for n in names}
    return levels.select(*rows.columns, "need", **means, **parts)


def _levels(rows: ir.Table, profile: NeedProfile, kept: tuple[str, ...]) -> ir.Table:
    """Works in steps (counts, sums, means, level), each a selection of its own: one expression would repeat the first ones."""
    members = subscales(profile)
    counts = rows.select(*kept, **{k: v for name, columns in members.items() for k, v in _counts(rows, name, columns).items()})
    sums = counts.select(*kept, **{k: v for name in members for k, v in _after_policy(counts, name, profile).items()})
    means = sums.mutate(**{f"{name}_mean": _mean(sums, name, columns, profile) for name, columns in members.items()})
    missing = _sum([means[f"{name}_mean"].isnull().cast("int8") for name in members])
    level = _BY_KIND[profile.kind](means, tuple(members), profile)
    return means.mutate(need=ibis.cases((missing > profile.max_missing_subscales, NOT_STATED), else_=level))


def _level_of_part(mean: ir.FloatingValue, profile: NeedProfile) -> ir.StringValue:
    low, medium = mean <= profile.low_max * SCALE, mean <= profile.medium_max * SCALE
    return ibis.cases((mean.isnull(), NOT_STATED), (low, LOW), (medium, MEDIUM), else_=EXTENSIVE)


def _counts(rows: ir.Table, name: str, columns: tuple[str, ...]) -> dict[str, ir.NumericValue]:
    """Of one subscale: how many scores are 1–5, how many are 9, and the total of the former."""
    relevant = [rows[c].between(1, 5).fill_null(False) for c in columns]
    return {
        f"{name}_relevant": _sum([r.cast("int16") for r in relevant]),
        f"{name}_nines": _sum([(rows[c] == NOT_RELEVANT).fill_null(False).cast("int16") for c in columns]),
        f"{name}_total": _sum([r.ifelse(rows[c].cast("int16"), 0) for c, r in zip(columns, relevant, strict=True)]),
    }


def _after_policy(counts: ir.Table, name: str, profile: NeedProfile) -> dict[str, ir.NumericValue]:
    """Of one subscale: scores given, scores that count after the policy for 9, and their total."""
    relevant, nines = counts[f"{name}_relevant"], counts[f"{name}_nines"]
    ones = nines * {"hybrid": (relevant == 0).cast("int16"), "as_one": 1, "exclude": 0}[profile.not_relevant]
    return {
        f"{name}_given": relevant + nines,
        f"{name}_number": relevant + ones,
        f"{name}_total": counts[f"{name}_total"] + ones,
    }


def _mean(sums: ir.Table, name: str, columns: tuple[str, ...], profile: NeedProfile) -> ir.FloatingValue:
    """Mean of the subscale times ``SCALE``; null when too few scores are given."""
    number = sums[f"{name}_number"]
    enough = (sums[f"{name}_given"] >= profile.min_answered_share * len(columns)) & (number > 0)
    return enough.ifelse(sums[f"{name}_total"] * (float(SCALE) / number.nullif(0)), ibis.null())


def _sum(values: list[ir.NumericValue]) -> ir.NumericValue:
    return reduce(add, values)


def _level(total: ir.NumericValue, weight: ir.NumericValue, profile: NeedProfile) -> ir.StringValue:
    return ibis.cases((total <= profile.low_max * weight, LOW), (total <= profile.medium_max * weight, MEDIUM), else_=EXTENSIVE)


def _mean_of_variables(t: ir.Table, names: tuple[str, ...], profile: NeedProfile) -> ir.StringValue:
    return _level(_sum([t[f"{n}_total"] for n in names]), _sum([t[f"{n}_number"] for n in names]), profile)


def _mean_of_subscales(t: ir.Table, names: tuple[str, ...], profile: NeedProfile) -> ir.StringValue:
    weights = dict(profile.weights)
    total = _sum([(t[f"{n}_mean"] * float(weights.get(n, 1))).coalesce(0.0) for n in names])
    weight = _sum([t[f"{n}_mean"].isnull().ifelse(0.0, float(weights.get(n, 1))) for n in names])
    return _level(total, weight * SCALE, profile)


def _rule(t: ir.Table, names: tuple[str, ...], profile: NeedProfile) -> ir.StringValue:
    means = {n: t[f"{n}_mean"].coalesce(0.0) for n in names}
    core = [means[n] for n in profile.core]
    high = ibis.or_(*[mean > profile.medium_max * SCALE for mean in core])
    raised = _sum([(mean > profile.low_max * SCALE).cast("int8") for mean in core])
    decisive = means[profile.decisive] > profile.medium_max * SCALE
    return ibis.cases((decisive | ((raised >= 2) & high), EXTENSIVE), (raised == 0, LOW), else_=MEDIUM)


_BY_KIND = {"mean_of_variables": _mean_of_variables, "mean_of_subscales": _mean_of_subscales, "rule": _rule}
