"""What lone persons know: all of them together, and each alone."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from omsorgstall.disclosure.attack.blocks import Block
from omsorgstall.disclosure.attack.published import Floats, Ints, Published
from omsorgstall.disclosure.attack.rank import Signatures, signatures
from omsorgstall.disclosure.attack.reduce import Reduced

Found = Iterator[tuple[int, str]]
"""Column and how it comes out."""


def insiders(system: Published, reduced: Reduced, outside: Signatures, counts: Floats, limit: int) -> Found:
    """Small hidden cells that lone persons can work out, besides those that consist of nobody else.

    Args:
        outside: what outsiders can work out.
        counts: persons behind each unknown of the system, which only the auditor knows.
        limit: a hidden cell with so many persons protects others and is not sensitive itself.
    """
    group, lone = _lone_groups(reduced, counts)
    persons = system.matrix.T @ counts
    hidden = np.flatnonzero(system.hidden & (persons < limit) & ~outside.determined()[: len(system.hidden)])
    others = sparse.csc_array(sparse.csr_array(reduced.matrix)[np.flatnonzero(~lone[group])]) if len(group) else reduced.matrix
    inside = signatures(others, reduced.open_).determined()
    by_definition = signatures(others, reduced.open_ & (np.arange(len(reduced.open_)) >= len(system.hidden)))
    shared = ~by_definition.determined()
    for column in hidden[inside[hidden] & shared[hidden]]:
        yield int(column), "the lone persons in other cells can work it out together"
    # A cell of one person tells herself nothing of anyone, whatever else could have stood in it.
    yield from _alone(outside, lone[group], hidden[~shared[hidden] & (persons[hidden] > 1)])


def _lone_groups(reduced: Reduced, counts: Floats) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Group of each row that no published cell tells from its like, and whether a group is one person."""
    by_row = sparse.csr_array(reduced.matrix)
    by_row.sort_indices()
    marks = [by_row.indices[a:b].tobytes() for a, b in zip(by_row.indptr, by_row.indptr[1:], strict=False)]
    numbers = {mark: n for n, mark in enumerate(dict.fromkeys(marks))}
    group = np.array([numbers[m] for m in marks], np.int64)
    persons = np.zeros(len(marks))
    inside = reduced.row_of >= 0
    np.maximum.at(persons, reduced.row_of[inside], counts[inside])
    return group, np.bincount(group, persons, minlength=len(numbers)) == 1


def _alone(outside: Signatures, lone: np.ndarray[tuple[int], np.dtype[np.bool_]], columns: Ints) -> Found:
    """Cells of lone persons only that one of them can work out, knowing herself."""
    rows = np.flatnonzero(lone)
    known = {mark: int(row) for row, mark in zip(rows, _directions(outside.rows[rows]), strict=True)}
    for column, mark in zip(columns, _directions(outside.cells[columns]), strict=True):
        if mark in known:
            yield int(column), "one of the lone persons in it can work it out"


def _directions(vectors: Floats) -> list[bytes]:
    """The same mark for parallel vectors."""
    scale = vectors[np.arange(len(vectors)), np.abs(vectors).argmax(axis=1)] if len(vectors) else np.ones(0)
    return [v.tobytes() for v in np.round(vectors / scale[:, None], 6) + 0.0]


def counts_of(system: Published, inner: pa.Table, leaf_columns: Mapping[str, str]) -> Floats:
    """Persons behind each unknown of a system, from the inner cells of the draft."""
    found = np.zeros(system.matrix.shape[0])
    for block in system.blocks:
        found[block.first : block.first + block.size] = _counts_of_block(block, system.year, inner, leaf_columns)
    return found


def _counts_of_block(block: Block, year: str, inner: pa.Table, leaf_columns: Mapping[str, str]) -> Floats:
    mine = inner.filter(pc.equal(inner["family"], block.family))
    mine = mine.filter(pc.equal(mine["year"], int(year))) if year else mine
    row, flat = np.arange(mine.num_rows), np.zeros(mine.num_rows, np.int64)
    for axis, leaves in block.axes.items():
        of, at = _positions(mine["unit" if axis == "unit" else leaf_columns[axis]], leaves)
        times = np.bincount(of, minlength=mine.num_rows)
        step = np.arange(times[row].sum()) - np.repeat(np.cumsum(times[row]) - times[row], times[row])
        place = np.repeat((np.cumsum(times) - times)[row], times[row]) + step
        row, flat = np.repeat(row, times[row]), np.repeat(flat, times[row]) * len(leaves) + at[place]
    return np.bincount(flat, mine["persons"].to_numpy()[row], minlength=block.size).astype(np.float64)


def _positions(column: pa.ChunkedArray, leaves: Sequence[str]) -> tuple[Ints, Ints]:
    """Pairs of a row and a leaf it counts in, in order of rows; what no table tells apart counts in the only leaf."""
    if len(leaves) == 1:
        return np.arange(len(column)), np.zeros(len(column), np.int64)
    lists = pa.types.is_list(column.type)
    of = pc.list_parent_indices(column).to_numpy() if lists else np.arange(len(column))
    found = pc.index_in(pc.list_flatten(column) if lists else column, pa.array(leaves))
    at = np.asarray(pc.fill_null(found, -1).to_numpy(), np.int64)
    return of[at >= 0], at[at >= 0]
