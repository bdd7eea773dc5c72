"""Differences of a parent and a child region: a small one tells about the few who live outside the child."""

from collections.abc import Iterator

import numpy as np

from omsorgstall.disclosure.attack.published import Floats, Ints, Published, Sight
from omsorgstall.disclosure.attack.rank import DETERMINED_BELOW, Signatures, solution
from omsorgstall.disclosure.attack.reduce import Reduced
from omsorgstall.tables import DimensionKind


def complements(
    system: Published, reduced: Reduced, found: Signatures, limit: int, counts: Floats | None
) -> Iterator[tuple[int, int, float]]:
    """Columns of a parent and a child whose difference is determined and small, with the difference.

    Args:
        counts: persons behind each unknown, where the auditor is there to say what a determined difference is.
    """
    if system.amounts:
        return
    marks = reduced.matrix.T @ found.rows
    figures = _figures(system, reduced) if counts is None else np.where(system.open_, system.values, system.matrix.T @ counts)
    for sight in system.sights:
        for parents, children in _nested(sight):
            gap = figures[parents] - figures[children]
            known = np.abs(marks[parents] - marks[children]).max(axis=1) < DETERMINED_BELOW
            small = known & (gap > 0.5) & (gap < limit - 0.5)
            yield from zip(parents[small].tolist(), children[small].tolist(), gap[small].tolist(), strict=True)


def _figures(system: Published, reduced: Reduced) -> Floats:
    """Published figures, and for the other cells what one point that fits them says."""
    point = solution(reduced.matrix, reduced.open_, reduced.rest)
    sure = np.where(np.isnan(reduced.figures), 0.0, reduced.figures)
    guess = (reduced.matrix.T @ point)[: len(system.values)] + system.matrix.T @ sure
    return np.where(system.open_, system.values, guess)


def _nested(sight: Sight) -> Iterator[tuple[Ints, Ints]]:
    """Columns of each parent region and its children, the other dimensions alike."""
    model = sight.table.model
    axes = [n for n, d in enumerate(model.dimensions) if d.kind is DimensionKind.REGION]
    if not axes:
        return
    position = np.full(model.cells, -1)
    position[sight.cells] = np.arange(len(sight.cells)) + sight.first
    grid = np.moveaxis(position.reshape(model.shape), axes[0], 0).reshape(model.shape[axes[0]], -1)
    members = model.dimensions[axes[0]].members
    for n, parent in enumerate(members):
        below = [m for m, child in enumerate(members) if child.covers < parent.covers]
        if below:
            children = grid[below].ravel()
            parents = np.tile(grid[n], len(below))
            real = (parents >= 0) & (children >= 0)
            yield parents[real], children[real]
