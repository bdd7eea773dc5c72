"""High effort (høy timeinnsats): persons granted many hours a week, by both definitions of Statistics Norway.

The number of users counts 35.5 hours or more over all services granted in hours; the share counts more than 35.5 hours of home
services among users of home services. Hours are compared in whole seconds, so that exactly 35.5 falls on the right side.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS
from omsorgstall.measures.hours import SECONDS_PER_HOUR, hours_a_week, seconds_at_year_end
from omsorgstall.measures.report_date import active_records, at_date
from omsorgstall.measures.settings import Settings


def high_effort(tables: Mapping[str, ir.Table], settings: Settings, on: date | None = None) -> ir.Table:
    """One row per data year, municipality and pseudonym with a service on 31 December, or ``on`` a date.

    Columns: the keys; ``weekly_hours`` granted over all services in hours (null when none are stated), ``high_effort`` (35.5 or
    more; null without stated hours); ``home_user`` (has a home service), ``home_weekly_hours``, and ``high_effort_home`` (more
    than 35.5; null without stated hours of home services). A share has persons with ``high_effort_home`` over those with
    ``home_user``: who has no stated hours stays among the users.
    """
    tables, settings = at_date(tables, settings, on)
    granted = seconds_at_year_end(active_records(tables, settings))
    home = granted.service_type.isin(settings.high_effort_home_services)
    counted = granted.service_type.isin(settings.high_effort_services)
    found = granted.group_by(list(KEYS)).aggregate(
        seconds=counted.ifelse(granted.seconds, ibis.null()).sum(),
        home_seconds=home.ifelse(granted.seconds, ibis.null()).sum(),
        home_user=home.any(),
    )
    limit = round(settings.high_effort_hours * SECONDS_PER_HOUR)
    return found.select(
        *KEYS,
        "home_user",
        weekly_hours=hours_a_week(found.seconds),
        high_effort=found.seconds >= limit,
        home_weekly_hours=hours_a_week(found.home_seconds),
        high_effort_home=found.home_seconds > limit,
    )
