"""Rules on applications and decisions, and on the assessments that belong to them."""

import ibis
from ibis.expr.types import BooleanValue as Boolean

from omsorgstall.intake.expressions.views import Fails, Limits, given, granted

_NO = ibis.literal(False)


def assessment_not_new(services: ibis.Table, limits: Limits) -> Boolean:
    """C06: a decision of the year has an assessment newer than the decision before; persons without any are judged by C50."""
    stale = (services.assessed < services.decided).fill_null(False) | services.assessed.isnull()
    concerned = services.service_type.isin(limits["services"]) & services.decision_date.between(
        services.year_start, services.year_end
    )
    return given(services, concerned.fill_null(False) & (services.assessments > 0) & stale)


def application_after_decision(services: ibis.Table, _limits: Limits) -> Boolean:
    """C12: application before or on the day of the decision and of the extraction; unknown when a date is missing."""
    return (services.application_date > services.decision_date) | (services.application_date > services.extracted)


def start_before_decision(services: ibis.Table, _limits: Limits) -> Boolean:
    """C13: negative waiting time, which is legitimate."""
    return given(services, services.decision_date > services.start_date)


def decision_long_before_start(services: ibis.Table, limits: Limits) -> Boolean:
    """C14: the service begins within a year of its decision; unknown when a date is missing."""
    return given(services, services.start_date > services.decision_date + ibis.interval(days=limits["days"]))


def rehabilitation_not_assessed(services: ibis.Table, limits: Limits) -> Boolean:
    """C34: an assessment near the start and one near the end; unknown for stays that began before the year."""
    ended = services.service_type.isin(limits["services"]) & (services.end_date <= services.year_end)
    assessed = services.assessed_at_start.fill_null(False) & services.assessed_at_end.fill_null(False)
    fails = ibis.ifelse(services.start_date >= services.year_start, ~assessed, ibis.null("boolean"))
    return given(services, ibis.ifelse(ended.fill_null(False), fails, _NO))


def decision_not_possible(services: ibis.Table, _limits: Limits) -> Boolean:
    """C42: decided after birth and before the extraction; unknown without a decision."""
    born = (services.decision_date.year() < services.birth_year).fill_null(False)
    return born | (services.decision_date > services.extracted)


def decision_missing(services: ibis.Table, limits: Limits) -> Boolean:
    """C51: a granted service has a decision, but for those that may do without."""
    demanded = ~services.service_type.isin(limits["without"]).fill_null(True)
    return granted(services) & demanded & services.decision_date.isnull()


DECISION_RULES: dict[str, Fails] = {
    "C06": assessment_not_new,
    "C12": application_after_decision,
    "C13": start_before_decision,
    "C14": decision_long_before_start,
    "C34": rehabilitation_not_assessed,
    "C42": decision_not_possible,
    "C51": decision_missing,
}
"""Expressions by rule id."""
