"""Attack a set of released tables in every way we know, and report what came out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import pyarrow as pa
from scipy import sparse

from omsorgstall.core import Progress, silent
from omsorgstall.disclosure.attack.complements import complements
from omsorgstall.disclosure.attack.insider import counts_of, insiders
from omsorgstall.disclosure.attack.intervals import Intervals, intervals
from omsorgstall.disclosure.attack.published import Floats, Published, read
from omsorgstall.disclosure.attack.rank import Signatures, equation, signatures
from omsorgstall.disclosure.attack.reduce import Reduced, reduce_system
from omsorgstall.disclosure.attack.report import Attack, AttackReport, Exposure
from omsorgstall.disclosure.attack.surface import look, look_back
from omsorgstall.disclosure.attack.verdicts import Found, Verdicts, mark_of_system
from omsorgstall.tables import ReleasedTable

MOST_EXPLAINED = 20
"""Exposed cells of a system for which the equations are worked out; the rest are only named."""
MOST_UNKNOWNS_EXPLAINED = 20_000
REGION_COLUMNS: Mapping[str, str] = {"Region": "regions", "Alder": "age", "Behov": "need"}

Judged = tuple[Published, Reduced, Floats | None]
"""A system, what is left of it after simple reasoning, and what the auditor counts in its unknowns."""


@dataclass(slots=True)
class _Tally:
    """What has been found so far."""

    exposures: list[Exposure]
    checked: int = 0
    wide: int = 0
    left: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=lambda: {"rank": 0.0, "insiders": 0.0, "complements": 0.0, "intervals": 0.0})


def attack(
    tables: Sequence[ReleasedTable],
    *,
    limit: int = 5,
    width: int = 2,
    lp_budget_seconds: float = 60.0,
    accept_undecided: bool = False,
    inner: pa.Table | None = None,
    singletons: bool = True,
    leaf_columns: Mapping[str, str] = REGION_COLUMNS,
    earlier: Sequence[ReleasedTable] = (),
    withdrawn: Collection[tuple[str, tuple[str, ...]]] = (),
    known: Verdicts | None = None,
    progress: Progress = silent,
) -> AttackReport:
    """Try to work out hidden cells from everything published together.

    Args:
        tables: all tables of the edition, and those of earlier editions that still stand.
        limit: counts from 1 to ``limit - 1`` must not come out, nor such differences of a parent and a child region.
        width: least distance between the bounds of a hidden cell.
        lp_budget_seconds: time for intervals, over all systems; cells not decided in it are reported as undecided.
        accept_undecided: pass although some are.
        inner: the draft's inner cells, which tell the auditor who is a lone person and where two families differ after all;
            without them insiders are not tried.
        singletons: whether lone persons are tried as attackers.
        earlier: tables of earlier editions; what they show must not be hidden now, as readers have it,
        withdrawn: but for these cells, whose figure has changed.
        known: verdicts of earlier attacks, used where all that the attacker sees is the same, and added to.
    """
    start = perf_counter()
    known = known or Verdicts()
    tally = _Tally([*look(tables, limit), *look_back(tables, earlier, withdrawn)])
    systems = list(_systems(tables, inner, leaf_columns))
    tally.steps["look and read"] = perf_counter() - start
    for n, (system, reduced, counts) in enumerate(systems):
        progress("attack", n, 2 * len(systems))
        mark = mark_of_system(system, counts, limit, singletons)
        if mark not in known.linear:
            known.linear[mark] = tuple(_linear(tally, system, reduced, limit, counts, singletons))
        tally.checked += int(system.hidden.sum())
        tally.exposures += [Exposure(kind, *system.name(column), how) for kind, column, how in known.linear[mark]]
    _all_intervals(tally, [s for s in systems if not s[0].amounts], width, lp_budget_seconds, known, progress)
    seconds = perf_counter() - start
    found = tuple(tally.exposures)
    passed = not found and (accept_undecided or not tally.left)
    return AttackReport(passed, found, tally.checked, tally.wide, tuple(tally.left), seconds, tally.steps)


def _all_intervals(
    tally: _Tally, systems: Sequence[Judged], width: int, budget: float, known: Verdicts, progress: Progress
) -> None:
    """Intervals of counts; amounts are protected against exact disclosure only. Each system has its share of the time left.

    The smallest come first, so that what they leave of theirs is there for the largest.
    """
    deadline = perf_counter() + budget
    for n, (system, reduced, counts) in enumerate(sorted(systems, key=lambda s: int(s[0].hidden.sum()))):
        progress("attack", len(systems) + n, 2 * len(systems))
        share = perf_counter() + (deadline - perf_counter()) / (len(systems) - n)
        clock = perf_counter()
        _weigh(tally, system, intervals(system, reduced, width, share, known, counts, progress), width)
        _lap(tally, "intervals", clock)


def _systems(tables: Sequence[ReleasedTable], inner: pa.Table | None, leaf_columns: Mapping[str, str]) -> Iterator[Judged]:
    """The attacker's systems, and what the auditor counts in their unknowns."""
    for system in read(tables):
        counts = None if inner is None else counts_of(system, inner, leaf_columns)
        true = with_true_links(system, counts)
        yield true, reduce_system(true), counts


def with_true_links(system: Published, counts: Floats | None) -> Published:
    """The system with the identities that hold; where a person of two municipalities breaks one, who trusts it is misled."""
    if counts is None or not system.links.shape[1]:
        return system
    return replace(system, links=sparse.csc_array(system.links[:, np.flatnonzero(system.links.T @ counts == 0)]))


def _linear(
    tally: _Tally, system: Published, reduced: Reduced, limit: int, counts: Floats | None, singletons: bool
) -> Iterator[Found]:
    """What follows by adding and subtracting, for outsiders, insiders and differences of regions."""
    clock = perf_counter()
    found = signatures(reduced.matrix, reduced.open_)
    yield from _determined(system, reduced, found)
    clock = _lap(tally, "rank", clock)
    for parent, child, _ in complements(system, reduced, found, limit, counts):
        yield Attack.COMPLEMENT, parent, f"the few outside {'/'.join(system.name(child)[1])} come out"
    clock = _lap(tally, "complements", clock)
    if singletons and counts is not None:
        for column, how in insiders(system, reduced, found, counts, limit):
            yield Attack.INSIDER, column, how
        _lap(tally, "insiders", clock)


def _lap(tally: _Tally, step: str, since: float) -> float:
    now = perf_counter()
    tally.steps[step] += now - since
    return now


def _weigh(tally: _Tally, system: Published, found: Intervals, width: int) -> None:
    """What was found out about the cells of a system."""
    tally.wide += found.wide
    tally.left += [system.name(column) for column in found.undecided]
    for column, _, _ in found.narrow:
        tally.exposures.append(Exposure(Attack.NARROW, *system.name(column), f"its bounds are less than {width} apart"))


def _determined(system: Published, reduced: Reduced, found: Signatures) -> Iterator[Found]:
    """Hidden cells that are sums of open ones."""
    for rank, column in enumerate(np.flatnonzero(found.determined()[: len(system.hidden)] & system.hidden)):
        yield Attack.DETERMINED, int(column), _how(system, reduced, int(column), rank)


def _how(system: Published, reduced: Reduced, column: int, rank: int) -> str:
    """The equation that gives a cell: over everything unknown where that is small enough, else over what is in doubt."""
    if rank >= MOST_EXPLAINED:
        return "it is a sum of open cells"
    terms: Sequence[tuple[int, float]] = ()
    if system.matrix.shape[0] <= MOST_UNKNOWNS_EXPLAINED:
        terms = equation(sparse.csc_array(sparse.hstack([system.matrix, system.links])), reduced.open_, column)
    if not terms and reduced.matrix.indptr[column] < reduced.matrix.indptr[column + 1]:
        terms = equation(reduced.matrix, reduced.open_, column)
    if not terms:
        return "open cells and zeros leave nothing unknown in it"
    return "it equals " + " ".join(f"{factor:+.2g} × {'/'.join(system.name(c)[1])}" for c, factor in terms)
