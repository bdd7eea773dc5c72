"""A municipality's own key figures from a vintage, and the published ones to hold them against."""

from dataclasses import dataclass
from datetime import UTC, datetime

from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import own_tables
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register import Store, Vintage
from omsorgstall.register.vintage import VintageKind
from omsorgstall.releases import ReleaseStore
from omsorgstall.statistics.key_figures import KEY_FIGURES
from omsorgstall.tables import OwnerTable, ReleasedTable


@dataclass(frozen=True, slots=True)
class OwnKeyFigures:
    """Key figures of one municipality.

    Attributes:
        own: unprotected, of every year it delivered.
        released: the published table; None when it is not published.
        vintage: what the own ones rest on.
        made_up: whether the submissions hold people made for tests.
    """

    own: OwnerTable
    released: ReleasedTable | None
    vintage: Vintage
    made_up: bool


def own_key_figures(places: Places, vintage: str | None, scope: Scope, owner: str, year: int | None) -> OwnKeyFigures:
    """Make a municipality's own key figures. Reading is logged.

    Args:
        vintage: the newest one that holds the year when None.
        year: one that must be there; any when None.

    Raises:
        OmsorgstallError: ``no-such-year`` when no vintage holds it; as ``own_tables``.
    """
    with open_register(places) as store:
        frozen = _chosen(store, vintage, year)
        event = AuditEvent.of(AuditAction.SHOW_OWNER_TABLE, f"{KEY_FIGURES} of {frozen.name}", scope, datetime.now(UTC))
        store.log(event)
        made_up = any(store.header(s).get("test_persons") for s in frozen.annual)
    own = next(t for t in own_tables(places, frozen.name, scope, owner) if t.model.id == KEY_FIGURES)
    if year is not None and str(year) not in own.model.dimension("Tid").codes():
        raise _no_year(f"Municipality {owner} has no figures of {year} in the vintage {frozen.name}.")
    releases = ReleaseStore(places.releases)
    released = releases.current(KEY_FIGURES) if KEY_FIGURES in releases.table_ids() else None
    return OwnKeyFigures(own, released, frozen, made_up)


def _chosen(store: Store, vintage: str | None, year: int | None) -> Vintage:
    named = [store.vintage(vintage)] if vintage else store.vintages()
    fit = [v for v in named if year is None or year in v.years]
    if not fit:
        raise _no_year(f"No vintage holds {year}." if year else "There is no vintage yet.")
    return max(fit, key=lambda v: (v.kind is not VintageKind.YEAR_TO_DATE, v.created_at))


def _no_year(what: str) -> OmsorgstallError:
    todo = "omsorgstall vintage list shows the vintages with their years; omsorgstall vintage freeze makes one."
    return OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-year", what, todo=todo)
