"""From a vintage to a published edition: draft, protect, attack, publish; and one owner's own tables."""

from dataclasses import asdict, dataclass, replace
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
from omsorgstall.measures import Settings
from omsorgstall.register import Store, Vintage
from omsorgstall.register.vintage import VintageKind
from omsorgstall.releases import ReleaseStore
from omsorgstall.statistics import Caveats, draft_release, owner_tables, table_definitions
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
    frozen = store.vintage(vintage)
    delivered = store.basis.covered(frozen)
    lineage = {
        "vintage": vintage,
        "vintage_kind": frozen.kind.value,
        "code_version": __version__,
        "submissions": str(len(frozen.annual)),
        "event_messages": str(len(frozen.events)),
        "published": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if any(store.header(s).get("test_persons") for s in frozen.submissions):
        lineage["made_up"] = "ja"
    lineage |= _said_of(frozen)
    source = store.source(vintage, Scope.national("official statistics", who))
    with Engine.local() as engine:
        return draft_release(
            engine,
            engine.open(source),
            edition=edition,
            years=sorted(delivered),
            delivered=delivered,
            lineage=lineage,
            settings=settings_of(frozen),
            caveats=_with_corrections(caveats_of(store, frozen), ReleaseStore(places.releases), store, frozen),
            progress=progress,
        )


def settings_of(vintage: Vintage) -> Settings:
    """The decisions of the measures, with the day a vintage is counted to."""
    return Settings(until=vintage.reference_date)


def caveats_of(store: Store, vintage: Vintage) -> Caveats:
    """What is said beside the figures of a vintage. In a year that still runs, everybody's last batch goes on."""
    instead = {} if vintage.kind is VintageKind.YEAR_TO_DATE else store.basis.substituted(vintage)
    return Caveats(instead, vintage.reference_date)


def _with_corrections(caveats: Caveats, releases: ReleaseStore, store: Store, vintage: Vintage) -> Caveats:
    """What is said beside corrected figures: whose rest on something else than in the newest edition.

    Between preliminary and final figures nearly everybody sends again, which the kind of the vintage says.
    """
    editions, tables = releases.editions(), releases.table_ids()
    if vintage.kind is not VintageKind.CORRECTED or not editions:
        return caveats
    newest = next((t for t in tables if releases.current_edition(t) == editions[-1]), tables[0])
    before = releases.current(newest).lineage.get("vintage", "")
    if before not in {v.name for v in store.vintages()}:
        return caveats
    return replace(caveats, corrected=store.basis.changed(store.vintage(before), vintage), since=releases.current_edition(newest))


def _said_of(vintage: Vintage) -> dict[str, str]:
    """What the lineage of a figure tells of edits, changed identity numbers and what stands in."""
    said = {}
    if vintage.edits:
        said["edit_sets"] = str(len(vintage.edits))
    if vintage.map_version:
        said["pseudonym_map"] = str(vintage.map_version)
    if vintage.substitutions and vintage.kind is not VintageKind.YEAR_TO_DATE:
        said["substitutions"] = ", ".join(f"{s.municipality} {s.data_year} ({s.by_year})" for s in vintage.substitutions)
    return said


def own_tables(places: Places, vintage: str, scope: Scope, owner: str, table: str = "") -> tuple[OwnerTable, ...]:
    """One municipality's own unprotected tables; only its rows are read.

    Args:
        table: the one that is wanted; all when it is empty or derived from the others.

    Raises:
        OmsorgstallError: when there is no such municipality, or it has delivered nothing to the vintage.
    """
    store = open_register(places)
    frozen = store.vintage(vintage)
    years = sorted(year for year, there in store.basis.covered(frozen).items() if owner in there)
    if not years and owner in municipalities():
        what = f"Municipality {owner} has delivered nothing to the vintage {vintage}."
        todo = "Its figures come with a vintage made after its submission; omsorgstall submissions shows what is accepted."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-delivered", what, todo=todo)
    with Engine.local() as engine:
        tables = engine.open(store.source(vintage, scope))
        lineage = {"vintage": vintage, "code_version": __version__}
        settings, caveats = settings_of(frozen), caveats_of(store, frozen)
        wanted = [known[table]] if table in (known := table_definitions()) else None
        return owner_tables(engine, tables, owner, years, lineage=lineage, definitions=wanted, settings=settings, caveats=caveats)


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
    accept_substitutions: bool = False,
    progress: Progress = silent,
) -> ReleaseSummary:
    """Make, protect and attack every table of a vintage, and publish the edition when the attack finds nothing.

    Args:
        lp_seconds: time the attack has for intervals in each round.
        accept_undecided: publish although some intervals were not decided in that time; how many is kept with the edition.
        accept_substitutions: publish although protection does not know which figures of two years are the same.

    Raises:
        OmsorgstallError: (DISCLOSURE) when the attack finds a cell exposed, or an interval stays undecided; nothing is
            published then.
    """
    with open_register(places) as store:
        _refuse_unfit(store.vintage(vintage), accept_substitutions)
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


def _refuse_unfit(vintage: Vintage, accept_substitutions: bool) -> None:
    """Refuse what protection cannot answer for.

    Raises:
        OmsorgstallError: DISCLOSURE, ``year-still-runs`` or ``substitutions-not-protected``.
    """
    if vintage.kind is VintageKind.YEAR_TO_DATE:
        what = "Figures of a year that still runs are for the municipality itself."
        raise OmsorgstallError(
            ErrorFamily.DISCLOSURE,
            "year-still-runs",
            what,
            todo="Read them with omsorgstall tables --own, or freeze whole years.",
        )
    if vintage.substitutions and not accept_substitutions:
        what = (
            "Earlier submissions stand in for municipalities in this vintage, so figures of two years are known to be the same."
        )
        todo = "Freeze without substitutions, or accept it (--accept-substitutions): what one year hides, the other may show."
        raise OmsorgstallError(ErrorFamily.DISCLOSURE, "substitutions-not-protected", what, todo=todo)


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
