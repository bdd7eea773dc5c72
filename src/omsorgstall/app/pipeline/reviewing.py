"""From a vintage to the work list of its review: draft the figures, run the controls, log who saw it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from omsorgstall import __version__
from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import caveats_of, settings_of
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.editing import Review, municipality_reports, review, reviewed_tables, work_list
from omsorgstall.engine import Engine
from omsorgstall.register import Vintage
from omsorgstall.register.vintage import VintageKind
from omsorgstall.statistics import draft_release
from omsorgstall.tables import Report


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with its reports: the work list of the country and one report for each municipality that delivered."""

    review: Review
    work_list: Report
    reports: tuple[Report, ...]


def review_vintage(
    places: Places, vintage: str, scope: Scope, *, year: int | None = None, progress: Progress = silent
) -> Reviewed:
    """Run every control on a year of a vintage. The reading of rows and the showing of the work list are logged.

    Args:
        scope: the whole country; what a municipality's figures are held against are everybody's.
        year: the newest of the vintage when None.

    Raises:
        OmsorgstallError: when there is no such vintage, the year is not in it, or the scope is not the whole country.
    """
    if scope.municipalities is not None:
        what = "A review holds municipalities against each other, so it reads the whole country."
        raise OmsorgstallError(ErrorFamily.ACCESS, "scope-too-narrow", what, todo="Ask the producer of the statistics for it.")
    store = open_register(places)
    refuse_running_year(store.vintage(vintage))
    delivered = store.basis.covered(store.vintage(vintage))
    chosen = max(delivered) if year is None else year
    if chosen not in delivered:
        known = ", ".join(map(str, sorted(delivered)))
        what = f"The vintage {vintage} has no figures of {chosen}."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-year", what, todo=f"Choose one of {known}.")
    years = [y for y in (chosen - 1, chosen) if y in delivered]
    with Engine.local() as engine:
        tables = engine.open(store.source(vintage, scope))
        draft = draft_release(
            engine,
            tables,
            edition="review",
            years=years,
            delivered={y: delivered[y] for y in years},
            lineage={"vintage": vintage, "code_version": __version__},
            definitions=reviewed_tables(),
            settings=settings_of(store.vintage(vintage)),
            caveats=caveats_of(store, store.vintage(vintage)),
            progress=progress,
        )
        found = review(engine, tables, draft, chosen, progress=progress)
    store.log(AuditEvent.of(AuditAction.SHOW_WORK_LIST, f"{chosen} of {vintage}", scope, datetime.now(UTC)))
    return Reviewed(found, work_list(found), municipality_reports(found))


def refuse_running_year(vintage: Vintage) -> None:
    """Refuse to hold a part of a year against whole ones.

    Raises:
        OmsorgstallError: USAGE, ``part-of-a-year``.
    """
    if vintage.kind is VintageKind.YEAR_TO_DATE:
        what = f"The vintage {vintage.name} holds a part of a year, which cannot be held against whole ones."
        raise OmsorgstallError(ErrorFamily.USAGE, "part-of-a-year", what, todo="Choose a vintage of whole years.")
