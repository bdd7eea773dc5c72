"""Intervals by cheap reasoning, and what more to hide where one is too narrow.

Bounds follow from each open sum, from each union and its children, again and again. They may be wider than the best
attacker's (``attack`` decides with linear programs), but they cost little and catch most narrow cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from omsorgstall.disclosure.bounds import Floats, OpenSums
from omsorgstall.disclosure.primary import Bools, Primary
from omsorgstall.disclosure.surplus import Slack, Surplus, find_surplus
from omsorgstall.disclosure.system import Ints, Matrix, System
from omsorgstall.disclosure.unknowns import unions_of
from omsorgstall.tables import DraftRelease

PASSES = 30


@dataclass(frozen=True, slots=True)
class UnionRows:
    """Rows of unions and of their children of the same leaves: a pair per child.

    Attributes:
        surplus: pairs of rows of families of which one counts all persons of the other.
    """

    union: Ints
    child: Ints
    surplus: Surplus


@dataclass(frozen=True, slots=True)
class Seen:
    """Per column of a system: whether it is hidden, and whether readers have it from earlier, so that hiding it is of no use."""

    closed: Bools
    opened: Bools


def union_rows(draft: DraftRelease, system: System) -> UnionRows:
    """All pairs of a union's row and a child's row."""
    where = {key: int(row) for key, row in zip(system.unknowns.keys, system.row_of, strict=True) if row >= 0}
    children = unions_of(draft, system.unknowns.group)
    pairs = [
        (row, where[family, child, *leaves])
        for (family, unit, *leaves), row in where.items()
        for child in sorted(children.get((family, unit), ()))
        if (family, child, *leaves) in where
    ]
    union, child = np.array(pairs, np.int64).reshape(-1, 2).T
    return UnionRows(union, child, find_surplus(draft, system))


def narrow_columns(system: System, pairs: UnionRows, closed: Bools, width: int) -> Ints:
    """Hidden columns whose bounds are too close, for the attacker who knows they are not zero and for the one who does not."""
    hidden = np.flatnonzero(closed & system.shown)
    found = np.zeros(len(hidden), bool)
    for least, need in ((1.0, width - 1), (0.0, width)):
        low, high = _bounds(system, pairs, closed, least)
        rows = sparse.csc_array(system.matrix[:, hidden])
        found |= rows.T @ high - np.maximum(rows.T @ low, least) < need
    return hidden[found]


def _bounds(system: System, pairs: UnionRows, closed: Bools, least: float) -> tuple[Floats, Floats]:
    """Bounds of each row; ``least`` is the least figure of a hidden cell."""
    opened = sparse.csc_array(system.matrix[:, np.flatnonzero(~closed)]).astype(float)
    sums = OpenSums(opened, opened.T @ system.persons)
    slack = Slack(pairs.surplus, system, closed)
    low, high = _start(system, closed, least), np.full(len(system.persons), np.inf)
    for _ in range(PASSES):
        before = low.sum(), np.isinf(high).sum(), high[np.isfinite(high)].sum(), slack.low.sum()
        low, high = slack.through(*_through_unions(pairs, *sums.through(low, high)))
        if before == (low.sum(), np.isinf(high).sum(), high[np.isfinite(high)].sum(), slack.low.sum()):
            break
    return low, high


def _start(system: System, closed: Bools, least: float) -> Floats:
    """A hidden cell of one row is at least ``least``."""
    lone = np.flatnonzero(closed & (np.diff(system.matrix.indptr) == 1))
    low = np.zeros(len(system.persons))
    low[system.matrix.indices[system.matrix.indptr[lone]]] = least
    return low


def _through_unions(pairs: UnionRows, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """A child is in its union; a union is no more than its children together."""
    np.minimum.at(high, pairs.child, high[pairs.union])
    np.maximum.at(low, pairs.union, low[pairs.child])
    together = np.zeros(len(high))
    np.add.at(together, pairs.union, high[pairs.child])
    has = np.unique(pairs.union)
    high[has] = np.minimum(high[has], together[has])
    with np.errstate(invalid="ignore"):
        rest = low[pairs.union] - (together[pairs.union] - high[pairs.child])
    np.fmax.at(low, pairs.child, rest)
    return low, high


def companions(
    system: System, primary: Primary, seen: Seen, pairs: UnionRows, narrow: Sequence[int], tries: Sequence[int]
) -> Ints:
    """Open columns to hide beside narrow ones: the same cell in the family beside, else the smallest in their tightest open sums.

    Where readers have all the sums a column stands in, the nearest that bound it by way of others: unions, their children, and
    sums of those.

    Args:
        tries: how often each has been widened before; each time one sum more is looked at, and four times as many are hidden.
    """
    by_row, length = sparse.csr_array(system.matrix), np.diff(system.matrix.indptr)
    counterparts = pairs.surplus.counterparts()
    settled = seen.closed | seen.opened
    found: set[int] = set()
    for column, tried in zip(narrow, tries, strict=True):
        same = [c for c in counterparts.get(column, ()) if not settled[c]]
        found.update(same)
        if same:
            continue
        sums = _smallest(primary, _touching(by_row, system.matrix, [column], ~settled))
        if not len(sums):
            found.update(_smallest(primary, _farther(system, seen, pairs, column))[: 4**tried].tolist())
            continue
        tight = sums[: tried + 1]
        beside = _smallest(primary, _touching(by_row, system.matrix, tight.tolist(), ~settled))
        # A sum over many more rows is wanted by more readers, and hiding it loosens less.
        short = beside[length[beside] <= length[tight].max()]
        found.update((short if len(short) else beside)[: 4**tried].tolist())
    return np.array(sorted(found), np.int64)


def _farther(system: System, seen: Seen, pairs: UnionRows, column: int) -> Ints:
    """The columns that may be hidden nearest to one, going from row to row by open sums and by unions; none if there are none."""
    surplus = pairs.surplus
    there = surplus.part >= 0
    ends = [np.concatenate(e) for e in ((pairs.union, surplus.whole[there]), (pairs.child, surplus.part[there]))]
    opened = sparse.csc_array(system.matrix[:, np.flatnonzero(~seen.closed)])
    free = np.flatnonzero(system.shown & ~seen.closed & ~seen.opened)
    reached = np.zeros(len(system.persons), bool)
    reached[system.matrix.indices[system.matrix.indptr[column] : system.matrix.indptr[column + 1]]] = True
    while True:
        beside = free[(system.matrix[:, free].T @ reached.astype(np.int64)) > 0]
        if len(beside):
            return np.asarray(beside, np.int64)
        wider = reached | (opened @ (opened.T @ reached.astype(np.int64)) > 0)
        wider[ends[1][reached[ends[0]]]] = True
        wider[ends[0][reached[ends[1]]]] = True
        if np.array_equal(wider, reached):
            return np.asarray(beside, np.int64)
        reached = wider


def _smallest(primary: Primary, columns: Ints) -> Ints:
    return np.asarray(columns[np.lexsort((columns, primary.counts[columns]))], np.int64)


def _touching(by_row: sparse.csr_array, matrix: Matrix, columns: Sequence[int], wanted: Bools) -> Ints:
    """Wanted columns that share a row with any of the columns."""
    rows = np.concatenate([matrix.indices[matrix.indptr[c] : matrix.indptr[c + 1]] for c in columns])
    near = np.unique(np.concatenate([by_row.indices[by_row.indptr[r] : by_row.indptr[r + 1]] for r in rows]))
    return np.asarray(near[wanted[near]], np.int64)
