"""From a vintage to a municipality's results of services: its own pairs of assessments beside those of the country."""

from collections.abc import Sequence
from datetime import UTC, datetime

from omsorgstall import __version__
from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import settings_of
from omsorgstall.app.pipeline.reporting import Reported, chosen_vintage
from omsorgstall.app.settings import Places
from omsorgstall.engine import Engine
from omsorgstall.measures.period import Period
from omsorgstall.statistics.function_changes import count_changes, tables_of_changes
from omsorgstall.statistics.release import without_idle_events

PURPOSE = "expected change of function"


def make_results(places: Places, vintage: str | None, owner: str, who: str, period: Period, measures: Sequence[str]) -> Reported:
    """A municipality's tables of change in function, unprotected. Reading is logged.

    The expected changes rest on everybody, so the whole country is opened; of others than the owner nothing leaves but means
    over many pairs.

    Args:
        vintage: the newest one that holds the period when None.

    Raises:
        OmsorgstallError: when there is no such measure, or the vintage does not hold the period.
    """
    scope = Scope.national(PURPOSE, who)
    with open_register(places) as store:
        frozen = chosen_vintage(store, vintage, [period])
        settings = settings_of(frozen)
        with Engine.local() as engine:
            tables = without_idle_events(engine, engine.open(store.source(frozen.name, scope)))
            counted = count_changes(engine, tables, settings, period, measures)
        what = f"change of function of {owner} in {frozen.name}"
        store.log(AuditEvent.of(AuditAction.SHOW_SUM_REPORT, what, scope, datetime.now(UTC)))
        made_up = any(store.header(s).get("test_persons") for s in frozen.annual)
    lineage = {"vintage": frozen.name, "code_version": __version__}
    return Reported(tables_of_changes(counted, [owner], lineage, settings), made_up)
