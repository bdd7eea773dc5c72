"""From a vintage to what an owner may see of other municipalities: bundles of views counted once, protected for each owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from omsorgstall import __version__
from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import settings_of
from omsorgstall.app.pipeline.reporting import chosen_vintage
from omsorgstall.app.settings import Places
from omsorgstall.core import Progress, silent
from omsorgstall.disclosure import preset, release
from omsorgstall.engine import Engine
from omsorgstall.measures import Settings
from omsorgstall.statistics.release import Tables, without_idle_events
from omsorgstall.statistics.sum_reports.groundwork import Groundwork
from omsorgstall.statistics.sum_reports.peers import (
    View,
    ViewCells,
    beside,
    bundle,
    count_view,
    draft_of_views,
    every_area,
    in_public,
    peer_areas,
    without,
)
from omsorgstall.statistics.sum_reports.together import found_once
from omsorgstall.tables import PeerTable, ReleasedTable

PRESET = "small-count-5"


@dataclass(frozen=True, slots=True)
class CountedViews:
    """Bundles of views counted over the whole country; in memory only.

    Attributes:
        delivered: the municipalities with figures of the year.
        made_up: whether the submissions hold people made for tests.
        bundles: by name.
    """

    vintage: str
    year: int
    delivered: frozenset[str]
    bundles: dict[str, tuple[ViewCells, ...]]
    made_up: bool = False

    @property
    def lineage(self) -> dict[str, str]:
        """What the figures rest on."""
        return {"vintage": self.vintage, "code_version": __version__}


def count_views(
    places: Places, vintage: str | None, year: int, wanted: Sequence[View], who: str, *, progress: Progress = silent
) -> CountedViews:
    """Count the bundles that hold these views, for every municipality. Reading is logged.

    Raises:
        OmsorgstallError: when no vintage holds the year.
    """
    scope = Scope.national("comparison with other municipalities", who)
    names = tuple(dict.fromkeys(v.bundle for v in wanted))
    with open_register(places) as store:
        frozen = chosen_vintage(store, vintage, [v.asked(year).times[0] for v in wanted])
        with Engine.local() as engine:
            tables = without_idle_events(engine, engine.open(store.source(frozen.name, scope)))
            bundles = {n: _counted(engine, tables, settings_of(frozen), bundle(n), year, progress) for n in names}
        event = AuditEvent.of(
            AuditAction.SHOW_SUM_REPORT, f"bundles {', '.join(names)} of {frozen.name}", scope, datetime.now(UTC)
        )
        store.log(event)
        delivered = store.basis.covered(frozen)[year]
        made_up = any(store.header(s).get("test_persons") for s in frozen.annual)
    return CountedViews(frozen.name, year, delivered, bundles, made_up)


def _counted(
    engine: Engine, tables: Tables, settings: Settings, views: Sequence[View], year: int, progress: Progress
) -> tuple[ViewCells, ...]:
    """What several views count from is found once."""
    found: dict[str, ViewCells] = {}
    known = {v.id: v.asked(year) for v in views}
    bases = dict.fromkeys((each.report.population, each.times[0]) for each in known.values())
    ground = Groundwork(engine, tables, settings, bases)
    for number, (population, at) in enumerate(bases):
        progress("other municipalities", number, len(bases))
        mine = [v for v in views if known[v.id].report.population == population]
        columns = frozenset().union(*(known[v.id].reads for v in mine))
        with found_once(ground, settings, population, at, columns) as base:
            found |= {v.id: count_view(engine, base, v, year) for v in mine}
    ground.forget()
    return tuple(found[v.id] for v in views)


def peer_tables(counted: CountedViews, owner: str, *, preset_id: str = PRESET) -> dict[str, PeerTable]:
    """Each counted view by id: the owner's own figures beside those of her areas, protected from her.

    What she can work out by taking her own figures away is what is protected and attacked: the others of each area.

    Raises:
        OmsorgstallError: (DISCLOSURE) when the attack finds that something of the others comes out.
    """
    areas = peer_areas(owner, counted.delivered, counted.year)
    found: dict[str, PeerTable] = {}
    for views in counted.bundles.values():
        others = _others(counted, views, owner, preset_id)
        found |= {v.view.id: beside(v, owner, areas, others) for v in views}
    return found


def _others(counted: CountedViews, views: Sequence[ViewCells], owner: str, preset_id: str) -> tuple[ReleasedTable, ...]:
    areas = without(peer_areas(owner, counted.delivered, counted.year), owner)
    draft = draft_of_views(views, areas, counted.lineage)
    return release(draft, preset(preset_id)).protected.tables


def release_views(
    counted: CountedViews, *, preset_id: str = PRESET, progress: Progress = silent
) -> dict[str, tuple[ReleasedTable, ...]]:
    """Every figure protected, of all areas and municipalities together, by bundle.

    Raises:
        OmsorgstallError: (DISCLOSURE) when the attack finds that something comes out.
    """
    every = every_area(counted.delivered, counted.year)
    drafts = {name: draft_of_views(views, every, counted.lineage) for name, views in counted.bundles.items()}
    return {name: release(draft, preset(preset_id), progress=progress).protected.tables for name, draft in drafts.items()}


def released_views(
    counted: CountedViews, released: Mapping[str, tuple[ReleasedTable, ...]], municipality: str
) -> dict[str, PeerTable]:
    """Each counted view by id with every figure protected: of one municipality beside its areas, or of every area.

    Views that are not public for single municipalities are left out when one is named.

    Args:
        released: what ``release_views`` made of them.
    """
    codes = [a.code for a in every_area(counted.delivered, counted.year)]
    if municipality:
        codes = [municipality, *(a.code for a in peer_areas(municipality, counted.delivered, counted.year))]
    found: dict[str, PeerTable] = {}
    for name, views in counted.bundles.items():
        made = {v.view.id: in_public(v, _codes_of(v, codes, municipality), released[name]) for v in views}
        found |= {view: table for view, table in made.items() if table is not None}
    return found


def _codes_of(counted: ViewCells, codes: Sequence[str], municipality: str) -> Sequence[str]:
    """The codes that a view is shown for; as they are when a municipality is named."""
    return codes if municipality or counted.view.municipal else [c for c in codes if not c.isdecimal()]
