"""Populations that are kept between reports, so that whoever asks one report after another waits for the first one only."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from ibis.expr import types as ir

from omsorgstall.engine import Engine
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.sum_reports.counted import Counted
from omsorgstall.statistics.sum_reports.groundwork import Groundwork
from omsorgstall.statistics.sum_reports.happened import Happened
from omsorgstall.statistics.sum_reports.population import Time
from omsorgstall.statistics.sum_reports.report import count
from omsorgstall.statistics.sum_reports.request import Asked, settings_of
from omsorgstall.statistics.sum_reports.snapshot import Snapshot
from omsorgstall.statistics.sum_reports.together import found_of

MOST_KEPT = 48
"""Populations at a date or in a period: all that the reports count, in three years."""
_Key = tuple[Settings, str, Time]


class KeptPopulations:
    """Counts reports from populations that are found when they are first asked for. For one thread at a time.

    Args:
        settings: what is counted by unless a request assumes otherwise.
        most: how many are kept; the one that was not used for longest is freed first.
    """

    def __init__(self, engine: Engine, tables: Mapping[str, ir.Table], settings: Settings, most: int = MOST_KEPT) -> None:
        self._engine = engine
        self._tables = tables
        self._settings = settings
        self._most = most
        self._kept: OrderedDict[_Key, Snapshot | Happened] = OrderedDict()

    def count(self, asked: Asked) -> list[Counted]:
        """The report at each of its times, for every municipality of the tables."""
        changed = settings_of(asked.request, self._settings)
        return [count(self._engine, self._found(changed, asked.report.population, at), asked) for at in asked.times]

    def find(self, bases: Iterable[tuple[str, Time]]) -> None:
        """Find populations before they are asked for; what they share is found once."""
        missing = [base for base in bases if (self._settings, *base) not in self._kept]
        if not missing:
            return
        ground = Groundwork(self._engine, self._tables, self._settings, missing)
        for population, at in missing:
            self._keep((self._settings, population, at), ground)
        ground.forget()

    def forget(self) -> None:
        """Free all that is kept."""
        while self._kept:
            self._free_oldest()

    def _found(self, settings: Settings, population: str, at: Time) -> Snapshot | Happened:
        key = (settings, population, at)
        if key not in self._kept:
            ground = Groundwork(self._engine, self._tables, settings, [(population, at)])
            self._keep(key, ground)
            ground.forget()
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: _Key, ground: Groundwork) -> None:
        """Described by all there is, since the next report may ask for anything."""
        settings, population, at = key
        self._kept[key] = found_of(ground, settings, population, at)
        while len(self._kept) > self._most:
            self._free_oldest()

    def _free_oldest(self) -> None:
        _, oldest = self._kept.popitem(last=False)
        oldest.forget(self._engine)
