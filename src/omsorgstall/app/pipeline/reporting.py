"""From a vintage to sum reports: persons and services found once for each date, any number of reports counted from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from omsorgstall import __version__
from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import settings_of
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.engine import Engine
from omsorgstall.register import Store
from omsorgstall.register.vintage import Vintage, VintageKind
from omsorgstall.statistics.release import without_idle_events
from omsorgstall.statistics.sum_reports import Asked, Request, Time, asked, counted_together, tables_of_owners
from omsorgstall.tables import OwnerTable


@dataclass(frozen=True, slots=True)
class Reported:
    """Sum reports of one or more municipalities.

    Attributes:
        tables: by municipality, in the order of the requests.
        made_up: whether the submissions hold people made for tests.
    """

    tables: dict[str, tuple[OwnerTable, ...]]
    made_up: bool


def make_reports(
    places: Places,
    vintage: str | None,
    scope: Scope,
    requests: Sequence[Request],
    owners: Sequence[str],
    *,
    dwellings: pa.Table | None = None,
    progress: Progress = silent,
) -> Reported:
    """Make sum reports of the vintage's own figures, unprotected. Reading is logged.

    Args:
        vintage: the newest one that holds the dates when None.
        owners: the municipalities; everyone that delivered when empty.
        dwellings: rows of a checked dwelling file, for round-the-clock care.

    Raises:
        OmsorgstallError: when a request cannot be met, or the vintage does not hold a date.
    """
    wanted = [asked(r) for r in requests]
    with open_register(places) as store:
        frozen = chosen_vintage(store, vintage, [at for each in wanted for at in each.times])
        numbers = tuple(owners) or tuple(sorted(set().union(*store.basis.covered(frozen).values())))
        settings, lineage = settings_of(frozen), {"vintage": frozen.name, "code_version": __version__}
        with Engine.local() as engine:
            tables = without_idle_events(engine, engine.open(store.source(frozen.name, scope)))
            if dwellings is not None:
                tables = {**tables, **engine.from_arrow({"dwelling": dwellings})}
            counted = dict(counted_together(engine, tables, settings, wanted, progress))
        event = AuditEvent.of(AuditAction.SHOW_SUM_REPORT, f"{_named(wanted)} of {frozen.name}", scope, datetime.now(UTC))
        store.log(event)
        made_up = any(store.header(s).get("test_persons") for s in frozen.annual)
    made = [
        tables_of_owners(each, [counted[place, at] for at in each.times], numbers, lineage, settings)
        for place, each in enumerate(wanted)
    ]
    return Reported({n: tuple(tables[n] for tables in made) for n in numbers}, made_up)


def _named(wanted: Sequence[Asked]) -> str:
    return ", ".join(dict.fromkeys(a.report.id for a in wanted))


def last_years(places: Places, vintage: str | None, owner: str, most: int) -> tuple[str, tuple[int, ...]]:
    """The name of the vintage, the newest when None, and the last years it has figures of a municipality, at most so many.

    Raises:
        OmsorgstallError: when there is no vintage, or the municipality has none.
    """
    with open_register(places) as store:
        frozen = chosen_vintage(store, vintage, ())
        covered = store.basis.covered(frozen)
    years = sorted(year for year, there in covered.items() if owner in there)
    if not years:
        what = f"Municipality {owner} has delivered nothing to the vintage {frozen.name}."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-delivered", what, todo="Choose another vintage.")
    return frozen.name, tuple(years[-most:])


def chosen_vintage(store: Store, vintage: str | None, times: Sequence[Time]) -> Vintage:
    """The vintage with this name, or the newest that can tell of the dates and periods.

    Raises:
        OmsorgstallError: when it, or none, holds them.
    """
    dates = sorted({day for at in times for day in ((at,) if isinstance(at, date) else (at.first, at.last))})
    named = [store.vintage(vintage)] if vintage else store.vintages()
    years = {d.year for d in dates}
    fit = [v for v in named if years <= set(v.years) and all(d <= (v.reference_date or d) for d in dates)]
    if not fit:
        said = ", ".join(d.isoformat() for d in dates)
        what = f"The vintage {vintage} does not hold {said}." if vintage else f"No vintage holds {said}."
        todo = "Choose dates in its years, or freeze a vintage: omsorgstall vintage freeze."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-date", what, todo=todo)
    return max(fit, key=lambda v: (v.kind is not VintageKind.YEAR_TO_DATE, v.created_at))
