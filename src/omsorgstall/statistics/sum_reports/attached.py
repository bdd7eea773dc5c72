"""What is attached to persons and events only when a report asks for it: diagnoses, target group, where the person stays."""

from collections.abc import Collection

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.days import KEYS
from omsorgstall.measures.diagnoses import diagnosis_bits
from omsorgstall.measures.populations.reading import read
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.target_groups import with_target_group
from omsorgstall.statistics.sum_reports.groundwork import Groundwork
from omsorgstall.statistics.sum_reports.population import Time, years_of

_AT_HOME = "HOME"
_GROUPED = ("target_group_by", "target_group_tied")


def attached(
    rows: ir.Table, ground: Groundwork, settings: Settings, columns: Collection[str] | None, served: ir.Table
) -> ir.Table:
    """The rows with ``diagnoses`` and ``target_group``, as far as they are among the columns wanted (all when None).

    Args:
        rows: the keys, ``age`` and others.
        served: the keys and ``unit`` of the places that give services.
    """
    found = rows
    if columns is None or "diagnoses" in columns:
        bits = diagnosis_bits(ground.tables["diagnosis"], settings.diagnosis_groups)
        found = found.left_join(bits, list(KEYS)).select(*found.columns, "diagnoses")
    if columns is None or "target_group" in columns:
        found = with_target_group(found, ground.tables, served, settings).drop(*_GROUPED)
    return found


def with_place(rows: ir.Table, ground: Groundwork, settings: Settings, at: Time) -> ir.Table:
    """The events with ``place``: where the person stays on the day, by the services she has then."""
    years = years_of(at)
    services = read(ground.tables, settings, years[0], years[-1], ground.keep).services
    days = rows.select(*KEYS, "day").distinct()
    both = days.join(services.select(*KEYS, "service_type", "first", "last"), list(KEYS))
    both = both.filter(active_on(both["first"], both["last"], both.day))
    found = both.group_by([*KEYS, "day"]).aggregate(place=place(both.service_type, settings))
    joined = rows.left_join(found, [*KEYS, "day"]).select(*rows.columns, "place")
    return joined.mutate(place=joined.place.fill_null(_AT_HOME))


def place(service_type: ir.IntegerColumn, settings: Settings) -> ir.StringValue:
    """Aggregate over a person's services: where she stays, which is at home when nothing says otherwise."""
    stays = [(service_type.isin(services).any(), named) for named, services in settings.housing]
    return ibis.cases(*stays, else_=_AT_HOME)
