"""Counting any number of reports together: what several of them count from is found once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from ibis.expr import types as ir

from omsorgstall.core import Progress, silent
from omsorgstall.engine import Engine
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.sum_reports.counted import Counted
from omsorgstall.statistics.sum_reports.groundwork import Groundwork
from omsorgstall.statistics.sum_reports.happened import Happened, happened
from omsorgstall.statistics.sum_reports.population import Time
from omsorgstall.statistics.sum_reports.report import count
from omsorgstall.statistics.sum_reports.request import Asked, settings_of
from omsorgstall.statistics.sum_reports.snapshot import Snapshot, snapshot


def counted_together(
    engine: Engine, tables: Mapping[str, ir.Table], settings: Settings, wanted: Sequence[Asked], progress: Progress = silent
) -> Iterator[tuple[tuple[int, Time], Counted]]:
    """Each report at each of its times, by its place among those wanted."""
    for changed, some in _by_settings(settings, wanted):
        bases = dict.fromkeys((each.report.population, at) for _, each in some for at in each.times)
        ground = Groundwork(engine, tables, changed, bases)
        for number, (population, at) in enumerate(bases):
            progress("sum reports", number, len(bases))
            here = [(place, e) for place, e in some if e.report.population == population and at in e.times]
            columns = frozenset().union(*(each.reads for _, each in here))
            with found_once(ground, changed, population, at, columns) as found:
                for place, each in here:
                    yield (place, at), count(engine, found, each)
        ground.forget()


def _by_settings(settings: Settings, wanted: Sequence[Asked]) -> Iterator[tuple[Settings, list[tuple[int, Asked]]]]:
    """The requests that count by the same settings, with their places."""
    changed = [settings_of(each.request, settings) for each in wanted]
    for one in dict.fromkeys(changed):
        yield one, [(place, each) for place, each in enumerate(wanted) if changed[place] == one]


@contextmanager
def found_once(
    ground: Groundwork, settings: Settings, population: str, at: Time, columns: frozenset[str]
) -> Iterator[Snapshot | Happened]:
    """What a population is counted from, freed afterwards."""
    found = found_of(ground, settings, population, at, columns)
    try:
        yield found
    finally:
        found.forget(ground.engine)


def found_of(
    ground: Groundwork, settings: Settings, population: str, at: Time, columns: frozenset[str] | None = None
) -> Snapshot | Happened:
    """What a population is counted from, with these columns, all when None."""
    if not population and isinstance(at, date):
        return snapshot(ground.engine, ground.tables, settings, at, ground=ground, columns=columns)
    return happened(ground.engine, ground.tables, settings, population, at, ground=ground, columns=columns)
