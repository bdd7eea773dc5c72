"""Scores as they are compared between two days: one assessment a day, and everything that is compared by its name."""

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import function_variables
from omsorgstall.measures.need import KEPT, NOT_RELEVANT, NOT_STATED, subscales, with_subscales
from omsorgstall.measures.settings import Settings


def one_a_day(rows: ir.Table) -> ir.Table:
    """One row per person and day of assessment (``assessed``); of several the higher score of each variable."""
    scores = {v.id.lower(): _highest(rows[v.id.lower()]) for v in function_variables()}
    return rows.group_by(list(KEPT)).aggregate(**scores)


def _highest(score: ir.IntegerColumn) -> ir.IntegerScalar:
    """The highest score of 1–5, or 9 when there are nines only."""
    return score.max(where=score.between(1, 5)).coalesce(score.max(where=score == NOT_RELEVANT))


def measured_scores(assessments: ir.Table, settings: Settings) -> ir.Table:
    """Everything that is compared, by its name; null where it is not known."""
    rows = with_subscales(assessments, settings.need_profile)
    scores = {v.id: _valid(rows[v.id.lower()]) for v in function_variables()}
    means = {name: rows[f"{name}_mean"] for name in subscales(settings.need_profile)}
    need = (rows.need != NOT_STATED).ifelse(rows.need.cast("int8").cast("float64"), ibis.null())
    return rows.select(*KEPT, **scores, **means, need=need)


def _valid(score: ir.IntegerValue) -> ir.FloatingValue:
    return score.between(1, 5).ifelse(score.cast("float64"), ibis.null())
