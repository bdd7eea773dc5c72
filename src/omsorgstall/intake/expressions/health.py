"""Rules on diagnoses, nutrition, and need of help to take part in society."""

import ibis
from ibis.expr.types import BooleanValue as Boolean

from omsorgstall.intake.expressions.views import Fails, Limits


def diagnosis_not_valid(diagnoses: ibis.Table, limits: Limits) -> Boolean:
    """C28: a code of its system; unknown in a system that is not in the list, which A30 tells."""
    known = ((diagnoses.system == system, ~diagnoses.code.re_search(form)) for system, form in limits["patterns"].items())
    return ibis.cases(*known, else_=ibis.null("boolean"))


def reservation_not_answered(diagnoses: ibis.Table, _limits: Limits) -> Boolean:
    """C48: a diagnosis counts only where the question of reservation is answered."""
    return diagnoses.reservation.isnull()


def nutrition_not_answered(nutrition: ibis.Table, _limits: Limits) -> Boolean:
    """C29: at least one of the three questions."""
    return nutrition.low_bmi.isnull() & nutrition.weight_loss.isnull() & nutrition.reduced_intake.isnull()


def help_without_need(participation: ibis.Table, limits: Limits) -> Boolean:
    """C30: help where there is no need; unknown when one of them is not told."""
    return (participation.need == limits["no_need"]) & participation.help.isin(limits["helped"])


HEALTH_RULES: dict[str, Fails] = {
    "C28": diagnosis_not_valid,
    "C29": nutrition_not_answered,
    "C30": help_without_need,
    "C48": reservation_not_answered,
}
"""Expressions by rule id."""
