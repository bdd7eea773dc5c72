"""What sum reports of a period count from: events, with what their persons were on the day of each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from omsorgstall.engine import Engine
from omsorgstall.measures import populations
from omsorgstall.measures.characteristics import described
from omsorgstall.measures.days import KEYS
from omsorgstall.measures.period import Period
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.sum_reports.attached import attached, with_place
from omsorgstall.statistics.sum_reports.groundwork import Groundwork
from omsorgstall.statistics.sum_reports.population import Time, known_populations

PAIRED = "paired_scores"


@dataclass(frozen=True, slots=True)
class Happened:
    """Events of one population, kept in the engine.

    Attributes:
        rows: those of the population with ``measures.characteristics``.
        behind: of paired scores the stays they are of, with and without a pair; None for others.
    """

    at: Time
    rows: ir.Table
    behind: ir.Table | None = None

    def forget(self, engine: Engine) -> None:
        """Free what is kept."""
        engine.forget(self.rows, *([] if self.behind is None else [self.behind]))


def happened(
    engine: Engine,
    tables: Mapping[str, ir.Table],
    settings: Settings,
    population: str,
    at: Time,
    *,
    ground: Groundwork | None = None,
    columns: Collection[str] | None = None,
) -> Happened:
    """Find the events of a population at a date or in a period.

    Args:
        ground: what is shared with other populations.
        columns: those that are broken down by; all when None.
    """
    known, shared = known_populations()[population], ground or Groundwork(engine, tables, settings, [(population, at)])
    if known.build is None:
        raise ValueError("Who is served on a date is found by ``snapshot``.")
    found = engine.materialise(known.build(shared.tables, settings, at, shared.keep), step=population)
    years = known.described(at)
    rows = engine.materialise(_described(shared, settings, found, at, columns, years), step=f"persons of {population}")
    behind = None
    if population == PAIRED and isinstance(at, Period):
        stays = populations.rehabilitation_stays(shared.tables, settings, at, shared.keep)
        behind = engine.materialise(stays.select(*KEYS, "unit", "pairing"), step="stays behind")
    engine.forget(found)
    if ground is None:
        shared.forget()
    return Happened(at, rows, behind)


def _described(
    ground: Groundwork, settings: Settings, found: ir.Table, at: Time, columns: Collection[str] | None, years: range
) -> ir.Table:
    event = isinstance(at, Period)
    wanted = None if columns is None else {*columns, "age"}
    rows = described(ground.tables, settings, found, event=event, keep=ground.keep, columns=wanted, years=years)
    if columns is None or "place" in columns:
        rows = with_place(rows, ground, settings, at)
    served = found.filter(found.unit.notnull()) if "unit" in found.columns else found.mutate(unit=ibis.null("string"))
    return attached(rows, ground, settings, columns, served)
