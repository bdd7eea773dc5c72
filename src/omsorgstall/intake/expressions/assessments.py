"""Rules on assessments."""

from functools import reduce
from operator import and_, or_

import ibis
from ibis.expr.types import BooleanValue as Boolean

from omsorgstall.codes import function_variables
from omsorgstall.intake.expressions.views import Fails, Limits


def housework_nine_in_institution(assessments: ibis.Table, limits: Limits) -> Boolean:
    """C07: housework is scored also for residents; unknown when it is not scored."""
    inside = assessments.assessment_date.between(assessments.stay_from, assessments.stay_to)
    return ibis.ifelse(inside.fill_null(False), assessments.f01 == limits["not_relevant"], False)


def no_need_but_hours(assessments: ibis.Table, limits: Limits) -> Boolean:
    """C08: somebody with hours needs help with something; unknown when nothing is scored."""
    scores = [assessments[v.id.lower()] for v in function_variables()]
    none = reduce(and_, [s.isin(limits["no_need"]).fill_null(True) for s in scores])
    scored = reduce(or_, [s.notnull() for s in scores])
    helped = assessments.assessment_date.between(assessments.hours_from, assessments.hours_to).fill_null(False)
    return ibis.ifelse(helped, ibis.ifelse(scored, none, ibis.null("boolean")), False)


def own_health_low(assessments: ibis.Table, limits: Limits) -> Boolean:
    """C59: somebody with home health services needs help with own health; unknown when it is not scored."""
    nursed = assessments.assessment_date.between(assessments.nursed_from, assessments.nursed_to).fill_null(False)
    return ibis.ifelse(nursed, assessments.f10.isin(limits["little_need"]), False)


def assessment_date_not_possible(assessments: ibis.Table, _limits: Limits) -> Boolean:
    """C41: assessed between birth and death, and before the extraction."""
    day = assessments.assessment_date
    alive = (day < assessments.birth_date).fill_null(False) | (day > assessments.death_date).fill_null(False)
    return alive | (day > assessments.extracted)


ASSESSMENT_RULES: dict[str, Fails] = {
    "C07": housework_nine_in_institution,
    "C08": no_need_but_hours,
    "C59": own_health_low,
    "C41": assessment_date_not_possible,
}
"""Expressions by rule id."""
