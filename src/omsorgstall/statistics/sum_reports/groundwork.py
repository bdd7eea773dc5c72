"""The work that several reports share: tables of the years they look at, and steps that are run once."""

from collections.abc import Iterable, Mapping

from ibis.expr import operations as ops
from ibis.expr import types as ir

from omsorgstall.engine import Engine
from omsorgstall.measures.period import of_years
from omsorgstall.measures.report_date import at_date
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.sum_reports.population import Time, reach_of


class Once:
    """Runs each step once: of an equal one the rows are there already."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._made: dict[ops.Node, ir.Table] = {}

    def keep(self, step: ir.Table, name: str) -> ir.Table:
        """The rows of a step, run when an equal one has not been."""
        key = step.op()
        if key not in self._made:
            self._made[key] = self.engine.materialise(step, step=name)
        return self._made[key]

    def forget(self) -> None:
        """Free what was made."""
        self.engine.forget(*self._made.values())
        self._made.clear()


class Groundwork(Once):
    """Tables that are cleared and cut to what some populations look at, and the steps that were made of them.

    Attributes:
        tables: those; clearing them again changes nothing.
    """

    def __init__(
        self, engine: Engine, tables: Mapping[str, ir.Table], settings: Settings, bases: Iterable[tuple[str, Time]]
    ) -> None:
        super().__init__(engine)
        first, last = reach_of(bases)
        folded, _ = at_date(tables, settings, None)
        self.tables = of_years(folded, first, last)
