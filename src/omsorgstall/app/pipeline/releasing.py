"""From a vintage to a published edition: draft, protect, attack, publish; and one owner's own tables."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from omsorgstall import __version__
from omsorgstall.access import Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places
from omsorgstall.codes import municipalities
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.disclosure import LP_SECONDS, Protected, preset, release
from omsorgstall.disclosure.attack import AttackReport
from omsorgstall.engine import Engine
from omsorgstall.releases import ReleaseStore
from omsorgstall.statistics import draft_release, owner_tables
from omsorgstall.tables import DraftRelease, OwnerTable


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """What a release became.

    Attributes:
        protected: the tables and what the protection cost.
        attack: what the attack found out; it passed, or there would be no release.
    """

    edition: str
    protected: Protected
    attack: AttackReport


def draft(places: Places, edition: str, vintage: str, *, who: str = "release", progress: Progress = silent) -> DraftRelease:
    """The unprotected tables of a vintage, in memory only."""
    store = open_register(places)
    delivered = store.delivered(vintage)
    frozen = store.vintage(vintage)
    lineage = {
        "vintage": vintage,
        "vintage_kind": frozen.kind.value,
        "code_version": __version__,
        "submissions": str(len(frozen.annual)),
        "event_messages": str(len(frozen.events)),
        "published": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if any(store.header(s).get("test_persons") for s in (*frozen.annual, *frozen.events)):
        lineage["made_up"] = "ja"
    source = store.source(vintage, Scope.national("official statistics", who))
    with Engine.local() as engine:
        return draft_release(
            engine,
            engine.open(source),
            edition=edition,
            years=sorted(delivered),
            delivered=delivered,
            lineage=lineage,
            progress=progress,
        )


def own_tables(places: Places, vintage: str, scope: Scope, owner: str) -> tuple[OwnerTable, ...]:
    """One municipality's own unprotected tables; only its rows are read.

    Raises:
        OmsorgstallError: when there is no such municipality, or it has delivered nothing to the vintage.
    """
    store = open_register(places)
    years = sorted(year for year, there in store.delivered(vintage).items() if owner in there)
    if not years and owner in municipalities():
        what = f"Municipality {owner} has delivered nothing to the vintage {vintage}."
        todo = "Its figures come with a vintage made after its submission; omsorgstall submissions shows what is accepted."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-delivered", what, todo=todo)
    with Engine.local() as engine:
        tables = engine.open(store.source(vintage, scope))
        return owner_tables(engine, tables, owner, years, lineage={"vintage": vintage, "code_version": __version__})


def protected_draft(
    places: Places, edition: str, vintage: str, *, preset_id: str = "small-count-5", progress: Progress = silent
) -> Protected:
    """What a release of the vintage would hold beside what readers have, without publishing it.

    Raises:
        OmsorgstallError: as ``make_release``.
    """
    made = draft(places, edition, vintage, progress=progress)
    return release(made, preset(preset_id), memory=ReleaseStore(places.releases).memory(), progress=progress).protected


def make_release(
    places: Places,
    edition: str,
    vintage: str,
    *,
    preset_id: str = "small-count-5",
    lp_seconds: float = LP_SECONDS,
    accept_undecided: bool = False,
    progress: Progress = silent,
) -> ReleaseSummary:
    """Make, protect and attack every table of a vintage, and publish the edition when the attack finds nothing.

    Args:
        lp_seconds: time the attack has for intervals in each round.
        accept_undecided: publish although some intervals were not decided in that time; how many is kept with the edition.

    Raises:
        OmsorgstallError: (DISCLOSURE) when the attack finds a cell exposed, or an interval stays undecided; nothing is
            published then.
    """
    releases = ReleaseStore(places.releases)
    made = draft(places, edition, vintage, progress=progress)
    found = release(
        made,
        preset(preset_id),
        memory=releases.memory(),
        lp_budget_seconds=lp_seconds,
        accept_undecided=accept_undecided,
        progress=progress,
    )
    reports = {"loss": _loss(found.protected), "attack": _outcome(found.attack)}
    releases.publish(edition, found.protected.tables, reports)
    return ReleaseSummary(edition, found.protected, found.attack)


def _loss(protected: Protected) -> list[dict[str, object]]:
    """Counts of hidden cells. What the hidden cells add up to is left out: it would help to open them."""
    return [
        {k: v for k, v in asdict(row).items() if k in ("table", "content", "level", "cells", "hidden")} for row in protected.loss
    ]


def _outcome(report: AttackReport) -> dict[str, object]:
    return {
        "checked": report.checked,
        "proven_wide": report.proven_wide,
        "undecided": report.undecided,
        "seconds": report.seconds,
    }
