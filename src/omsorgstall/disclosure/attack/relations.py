"""What definitions say about two families: the same persons counted in two ways, or some of the persons of the other."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.disclosure.attack.blocks import Block
from omsorgstall.tables import Content, ReleasedTable

Ints = NDArray[np.int64]
Shown = Sequence[tuple[ReleasedTable, Content]]

UNIT, REGION = "unit", "Region"
EVERYONE = "00"
"""The unit that holds everyone a family counts."""


def links_of(shown: Shown, blocks: Mapping[str, Block], size: int) -> sparse.csc_array:
    """Sums of unknowns that are zero: per identity and leaf region, those in its units less those in the other family's."""
    columns = [sparse.csc_array((size, 0))]
    for family, same in sorted({(c.family, i) for _, c in shown for i in c.identities if i.family in blocks}):
        one = _by_region(blocks[family], same.units)
        other = _by_region(blocks[same.family], same.theirs)
        columns += [_difference(one[leaf], other[leaf], size) for leaf in sorted(one.keys() & other.keys())]
    return sparse.csc_array(sparse.hstack(columns))


def _by_region(block: Block, units: Sequence[str]) -> dict[str, Ints]:
    """Unknowns of each leaf region in the units, or in all when none are named; nothing when a unit is not told apart."""
    grid = block.grid()
    if units:
        named = [n for n, (axis, leaves) in enumerate(block.axes.items()) if axis != REGION and set(units) <= set(leaves)]
        if not named:
            return {}
        leaves = list(block.axes.values())[named[0]]
        grid = grid.take([leaves.index(u) for u in units], axis=named[0])
    if REGION not in block.axes:
        return {"": grid.ravel()}
    regions = np.moveaxis(grid, list(block.axes).index(REGION), 0)
    return {leaf: regions[n].ravel() for n, leaf in enumerate(block.axes[REGION])}


def _difference(plus: Ints, minus: Ints, size: int) -> sparse.csc_array:
    factors = np.concatenate([np.ones(len(plus)), -np.ones(len(minus))])
    rows = np.concatenate([plus, minus])
    return sparse.csc_array((factors, (rows, np.zeros(len(rows), int))), shape=(size, 1))


def among_of(shown: Shown, blocks: Mapping[str, Block], size: int) -> sparse.csc_array:
    """Sums of unknowns that are not negative: a family that counts everyone less one that counts some of them."""
    pairs = sorted({(c.family, c.among) for _, c in shown if c.among in blocks})
    columns = [_surplus(blocks[some], blocks[everyone], size) for some, everyone in pairs]
    return sparse.csc_array(sparse.hstack([sparse.csc_array((size, 0)), *columns]))


def _surplus(some: Block, everyone: Block, size: int) -> sparse.csc_array:
    """A column for each combination of leaves that both families tell apart; a family without units is among ``EVERYONE``."""
    common = {a: sorted(set(some.axes[a]) & set(everyone.axes[a])) for a in some.axes if a in everyone.axes}
    units = everyone.axes[UNIT]
    whole_of = [units.index(EVERYONE)] if not common[UNIT] and EVERYONE in units else range(len(units))
    if not common[UNIT]:
        del common[UNIT]
    part, whole = _places(some, common), np.full(everyone.shape, -1)
    whole[whole_of] = _places(everyone, common).reshape(everyone.shape)[whole_of]
    there = np.intersect1d(part, whole)
    count = int(np.prod([len(leaves) for leaves in common.values()]))
    return _columns([(everyone, whole.ravel(), 1.0), (some, part, -1.0)], there[there >= 0], (size, count))


def _columns(sides: Sequence[tuple[Block, Ints, float]], there: Ints, shape: tuple[int, int]) -> sparse.csc_array:
    """The unknowns of each side with its factor, in the columns where both sides are."""
    rows, columns, factors = [], [], []
    for block, place, factor in sides:
        keep = np.isin(place, there)
        rows.append(block.grid().ravel()[keep])
        columns.append(place[keep])
        factors.append(np.full(keep.sum(), factor))
    return sparse.csc_array((np.concatenate(factors), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _places(block: Block, common: Mapping[str, Sequence[str]]) -> Ints:
    """Number of the combination of common leaves that each unknown stands in; -1 in none."""
    place = np.zeros(block.shape, np.int64)
    for n, (axis, leaves) in enumerate(block.axes.items()):
        if axis in common:
            where = {leaf: m for m, leaf in enumerate(common[axis])}
            at = np.array([where.get(leaf, -1) for leaf in leaves]).reshape(
                [-1 if m == n else 1 for m in range(len(block.shape))]
            )
            place = np.where((place < 0) | (at < 0), -1, place * len(where) + at)
    return place.ravel()
