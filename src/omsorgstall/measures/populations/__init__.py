"""Populations: what the sum reports count, one row per unit counted, with its keys and the day its persons are described at."""

from omsorgstall.measures.populations.coercion import coercion_measures
from omsorgstall.measures.populations.comings import courses_to_long_term, turnover_between_years, ways_into_long_term
from omsorgstall.measures.populations.decisions_made import decisions_made
from omsorgstall.measures.populations.function_changes import function_changes
from omsorgstall.measures.populations.leaving import readmissions
from omsorgstall.measures.populations.long_term import (
    long_term_durations,
    long_term_residents,
    long_term_starts,
    services_before_long_term,
)
from omsorgstall.measures.populations.persons import care_stairs, high_effort_users, round_the_clock_answers
from omsorgstall.measures.populations.rehabilitation import paired_scores, rehabilitation_stays
from omsorgstall.measures.populations.short_stays import short_stays

__all__ = [
    "care_stairs",
    "coercion_measures",
    "courses_to_long_term",
    "decisions_made",
    "function_changes",
    "high_effort_users",
    "long_term_durations",
    "long_term_residents",
    "long_term_starts",
    "paired_scores",
    "readmissions",
    "rehabilitation_stays",
    "round_the_clock_answers",
    "services_before_long_term",
    "short_stays",
    "turnover_between_years",
    "ways_into_long_term",
]
