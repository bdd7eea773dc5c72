"""What lone persons know: all of them together, and each alone."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from scipy import sparse

from omsorgstall.disclosure.attack.published import Block, Floats, Ints, Published
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
    small = system.matrix.T @ counts < limit
    hidden = np.flatnonzero(system.hidden & small & ~outside.determined()[: len(system.hidden)])
    others = sparse.csc_array(sparse.csr_array(reduced.matrix)[np.flatnonzero(~lone[group])]) if len(group) else reduced.matrix
    inside = signatures(others, reduced.open_).determined()
    shared = np.diff(others.indptr) > 0
    for column in hidden[inside[hidden] & shared[hidden]]:
        yield int(column), "the lone persons in other cells can work it out together"
    yield from _alone(reduced, outside, lone[group], hidden[~shared[hidden]])


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


def _alone(reduced: Reduced, outside: Signatures, lone: np.ndarray[tuple[int], np.dtype[np.bool_]], columns: Ints) -> Found:
    """Cells of lone persons only that one of them can work out, knowing herself."""
    rows = np.flatnonzero(lone)
    known = {mark: int(row) for row, mark in zip(rows, _directions(outside.rows[rows]), strict=True)}
    several = columns[np.diff(reduced.matrix.indptr)[columns] > 1]
    for column, mark in zip(several, _directions(outside.cells[several]), strict=True):
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
    where = [{leaf: n for n, leaf in enumerate(leaves)} for leaves in block.axes.values()]
    names = ["unit" if axis == "unit" else leaf_columns[axis] for axis in block.axes]
    found = np.zeros(block.shape)
    families, years, persons = (inner[name].to_pylist() for name in ("family", "year", "persons"))
    columns = [inner[name].to_pylist() for name in names]
    for n, count in enumerate(persons):
        if families[n] == block.family and year in ("", str(years[n])):
            codes = [c[n] if isinstance(c[n], list) else [c[n]] for c in columns]
            at = [
                [w[code] for code in part if code in w] or ([0] if len(w) == 1 else [])
                for w, part in zip(where, codes, strict=True)
            ]
            found[np.ix_(*at)] += count
    return found.ravel()
