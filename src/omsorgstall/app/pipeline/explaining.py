"""From a vintage to what one cell of an owner's sum report or ad hoc table rests on. Reading is logged."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa

from omsorgstall import __version__
from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import settings_of
from omsorgstall.app.pipeline.reporting import chosen_vintage
from omsorgstall.app.settings import Places
from omsorgstall.engine import Engine
from omsorgstall.measures import Settings
from omsorgstall.statistics.release import Tables, without_idle_events
from omsorgstall.statistics.sum_reports import Asked, Request, asked, count, tables_of_owners
from omsorgstall.statistics.sum_reports import settings_of as settings_of_request
from omsorgstall.statistics.sum_reports.explaining import Behind, ExplainedCell, cell_codes, count_behind, explained
from omsorgstall.statistics.sum_reports.groundwork import Groundwork
from omsorgstall.statistics.sum_reports.together import found_once
from omsorgstall.tables import OwnerTable


def explain_cell(
    places: Places,
    vintage: str | None,
    scope: Scope,
    request: Request,
    owner: str,
    cell: Mapping[str, str],
    figure: str,
    *,
    dwellings: pa.Table | None = None,
) -> ExplainedCell:
    """What a cell rests on, on the last date or in the last period that is asked for.

    Args:
        cell: code by dimension; the total of those left out.
        figure: its id; the first one when empty.

    Raises:
        OmsorgstallError: when the request cannot be met, or the table has no such cell.
    """
    wanted = asked(request)
    with open_register(places) as store:
        frozen = chosen_vintage(store, vintage, wanted.times)
        lineage = {"vintage": frozen.name, "code_version": __version__}
        with Engine.local() as engine:
            tables = without_idle_events(engine, engine.open(store.source(frozen.name, scope)))
            beside = {} if dwellings is None else engine.from_arrow({"dwelling": dwellings})
            settings = settings_of_request(request, settings_of(frozen))
            table, codes, behind = _found(engine, {**tables, **beside}, settings, wanted, owner, cell, lineage)
        what = f"a cell of {wanted.report.id} of {frozen.name}"
        store.log(AuditEvent.of(AuditAction.SHOW_SUM_REPORT, what, scope, datetime.now(UTC)))
        submissions = [store.submission(s) for s in frozen.submissions]
    return explained(wanted, table, codes, figure, behind, submissions)


def _found(
    engine: Engine,
    tables: Tables,
    settings: Settings,
    wanted: Asked,
    owner: str,
    cell: Mapping[str, str],
    lineage: Mapping[str, str],
) -> tuple[OwnerTable, tuple[str, ...], Behind]:
    """The table of the last time, the codes of the cell, and what stands behind it."""
    at = wanted.times[-1]
    ground = Groundwork(engine, tables, settings, [(wanted.report.population, at)])
    with found_once(ground, settings, wanted.report.population, at, wanted.reads) as found:
        table = tables_of_owners(wanted, [count(engine, found, wanted)], [owner], lineage, settings)[owner]
        codes = cell_codes(table, cell)
        return table, codes, count_behind(engine, found, wanted, codes, owner)
