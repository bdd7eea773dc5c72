"""From a vintage to the recommended package of municipalities: their own reports, and what is counted once of all others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from omsorgstall.access import Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.peers import count_views, peer_tables, release_views, released_views
from omsorgstall.app.pipeline.reporting import chosen_vintage, make_reports
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.statistics.sum_reports import asked
from omsorgstall.statistics.sum_reports.package import key_figures, package, public_figures, public_package, requests
from omsorgstall.statistics.sum_reports.peers import views
from omsorgstall.tables import Report

PURPOSE = "recommended package"


@dataclass(frozen=True, slots=True)
class Packaged:
    """Packages by municipality."""

    reports: dict[str, Report]
    made_up: bool


def make_packages(
    places: Places,
    vintage: str | None,
    owners: Sequence[str],
    who: str,
    *,
    year: int | None = None,
    most_years: int = 5,
    progress: Progress = silent,
) -> Packaged:
    """Make the recommended package of each municipality. Reading is logged.

    Args:
        year: the year that is told of; the newest of the vintage when None.
        most_years: how many years the figures are followed over, as far as the vintage has them.

    Raises:
        OmsorgstallError: when no vintage holds the year, or a municipality delivered nothing in it.
    """
    name, covered, last = _basis(places, vintage, year, owners)
    wanted = [views()[v] for v in dict.fromkeys(f.view for f in key_figures())]
    counted = count_views(places, name, last, wanted, who, progress=progress)
    found, made_up = {}, False
    for owner in owners:
        years = sorted(y for y in covered if owner in covered[y] and y <= last)[-most_years:]
        asks = requests(years)
        own = make_reports(places, name, Scope.owner(owner, PURPOSE, who), asks, [owner], progress=progress)
        tables = {f"{r.report} {asked(r).rows.id}": t for r, t in zip(asks, own.tables[owner], strict=True)}
        peers = peer_tables(counted, owner)
        found[owner] = package(owner, tables, peers, years, sorted(counted.delivered), counted.lineage)
        made_up = made_up or own.made_up
    return Packaged(found, made_up)


def make_public_packages(
    places: Places,
    vintage: str | None,
    numbers: Sequence[str],
    who: str,
    *,
    year: int | None = None,
    progress: Progress = silent,
) -> Packaged:
    """Make the recommended package of municipalities with every figure protected, all of them together. Reading is logged.

    Raises:
        OmsorgstallError: as ``make_packages``; (DISCLOSURE) when the attack finds that something comes out.
    """
    name, _, last = _basis(places, vintage, year, numbers)
    wanted = [views()[v] for v in dict.fromkeys(f.view for f in public_figures())]
    counted = count_views(places, name, last, wanted, who, progress=progress)
    released = release_views(counted, progress=progress)
    delivered = sorted(counted.delivered)
    reports = {n: public_package(n, released_views(counted, released, n), last, delivered, counted.lineage) for n in numbers}
    return Packaged(reports, counted.made_up)


def _basis(
    places: Places, vintage: str | None, year: int | None, owners: Sequence[str]
) -> tuple[str, Mapping[int, Collection[str]], int]:
    """The vintage, who delivered in each of its years, and the year that is told of.

    Raises:
        OmsorgstallError: when one of the municipalities delivered nothing in that year.
    """
    with open_register(places) as store:
        frozen = chosen_vintage(store, vintage, [r.dates[-1] for r in requests([year])[:1]] if year else [])
        covered = store.basis.covered(frozen)
    last = year or max(covered)
    if missing := [n for n in owners if n not in covered[last]]:
        what = f"Municipality {missing[0]} has delivered nothing for {last} to the vintage {frozen.name}."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-delivered", what, todo="Choose another year or vintage.")
    return frozen.name, covered, last
