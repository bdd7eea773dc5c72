"""Attack a set of released tables in every way we know, and report what came out."""

from collections.abc import Iterator, Sequence
from time import perf_counter

import numpy as np

from omsorgstall.core import Progress, silent
from omsorgstall.disclosure.attack.published import Published, read
from omsorgstall.disclosure.attack.rank import equation, signatures
from omsorgstall.disclosure.attack.reduce import Reduced, reduce_system
from omsorgstall.disclosure.attack.report import Attack, AttackReport, Exposure
from omsorgstall.disclosure.attack.surface import look
from omsorgstall.tables import ReleasedTable

MOST_EXPLAINED = 20
"""Exposed cells of a system for which the equations are worked out; the rest are only named."""


def attack(
    tables: Sequence[ReleasedTable],
    *,
    limit: int = 5,
    progress: Progress = silent,
) -> AttackReport:
    """Try to work out hidden cells from everything published together.

    Args:
        tables: all tables of the edition, and those of earlier editions that still stand.
        limit: counts from 1 to ``limit - 1`` must not come out, nor such differences of a parent and a child region.
    """
    start = perf_counter()
    exposures = list(look(tables, limit))
    systems = read(tables)
    checked = 0
    for n, system in enumerate(systems):
        progress("attack", n, len(systems))
        reduced = reduce_system(system)
        exposures += _determined(system, reduced)
        checked += int(system.hidden.sum())
    seconds = perf_counter() - start
    return AttackReport(not exposures, tuple(exposures), checked, 0, 0, seconds)


def _determined(system: Published, reduced: Reduced) -> Iterator[Exposure]:
    """Hidden cells that are sums of open ones."""
    found = signatures(reduced.matrix, system.open_)
    for rank, column in enumerate(np.flatnonzero(found.determined() & system.hidden)):
        yield Exposure(Attack.DETERMINED, *system.name(int(column)), _how(system, reduced, int(column), rank))


def _how(system: Published, reduced: Reduced, column: int, rank: int) -> str:
    if rank >= MOST_EXPLAINED:
        return "it is a sum of open cells"
    if reduced.matrix.indptr[column] == reduced.matrix.indptr[column + 1]:
        return "open cells and zeros leave nothing unknown in it"
    terms = equation(reduced.matrix, system.open_, column)
    return "it equals " + " ".join(f"{factor:+.2g} × {'/'.join(system.name(c)[1])}" for c, factor in terms)
