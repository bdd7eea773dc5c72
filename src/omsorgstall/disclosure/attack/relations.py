"""What definitions say about two families: the same persons counted in two ways, or some of the persons of the other."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.disclosure.attack.blocks import Block
from omsorgstall.tables import Content, Identity, ReleasedTable

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Shown = Sequence[tuple[ReleasedTable, Content]]

UNIT, REGION = "unit", "Region"
EVERYONE = "00"
"""The unit that holds everyone a family counts."""


def links_of(shown: Shown, blocks: Mapping[str, Block], size: int) -> sparse.csc_array:
    """Sums of unknowns that are zero: per identity and leaves both families tell apart, one's units less the other's."""
    said = sorted({(c.family, i) for _, c in shown for i in c.identities if i.family in blocks})
    columns = [_difference(blocks[family], blocks[same.family], same, size) for family, same in said]
    return sparse.csc_array(sparse.hstack([sparse.csc_array((size, 0)), *columns]))


def _difference(one: Block, other: Block, same: Identity, size: int) -> sparse.csc_array:
    """A column for each combination of leaves that both families tell apart."""
    mine, theirs = _in_units(one, same.units), _in_units(other, same.theirs)
    axes = [a for a in one.axes if a in other.axes and a != UNIT]
    common = {a: sorted(set(one.axes[a]) & set(other.axes[a])) for a in axes}
    places, others = np.where(mine, _places(one, common), -1), np.where(theirs, _places(other, common), -1)
    there = np.intersect1d(places, others)
    count = int(np.prod([len(leaves) for leaves in common.values()]))
    return _columns([(one, places, 1.0), (other, others, -1.0)], there[there >= 0], (size, count))


def _in_units(block: Block, units: Sequence[str]) -> Bools:
    """Which unknowns are in the units: all when none are named, none when a unit is not told apart."""
    if not units:
        return np.ones(block.size, bool)
    named = [(n, leaves) for n, (axis, leaves) in enumerate(block.axes.items()) if axis != REGION and set(units) <= set(leaves)]
    if not named:
        return np.zeros(block.size, bool)
    axis, leaves = named[0]
    inside = np.isin(leaves, units).reshape([-1 if n == axis else 1 for n in range(len(block.shape))])
    return np.broadcast_to(inside, block.shape).ravel()


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
