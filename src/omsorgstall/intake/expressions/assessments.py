"""Rules on assessments."""

import ibis
from ibis.expr.types import BooleanValue as Boolean

from omsorgstall.intake.expressions.views import Fails, Limits


def housework_nine_in_institution(assessments: ibis.Table, limits: Limits) -> Boolean:
    """C07: housework is scored also for residents; unknown when it is not scored."""
    inside = assessments.assessment_date.between(assessments.stay_from, assessments.stay_to)
    return ibis.ifelse(inside.fill_null(False), assessments.f01 == limits["not_relevant"], False)


ASSESSMENT_RULES: dict[str, Fails] = {"C07": housework_nine_in_institution}
"""Expressions by rule id."""
