"""One large program solved by interior points: each solve moves all cells in doubt at once, each as far as is needed.

The simplex method of ``solver`` takes one direction at a time and gets nowhere in the program of a whole country; interior
points take seconds. Every point is checked with our own arithmetic.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from omsorgstall.disclosure.attack.programs import Program
from omsorgstall.disclosure.attack.published import Bools, Floats, Ints
from omsorgstall.disclosure.attack.solver import MOST, holds


class Interior:
    """Finds points of a program in which many hidden cells reach what is wanted of them.

    Args:
        program: without loose rows, see ``settled``.
        least: per hidden cell, the least figure it can have (less what is known of it).
    """

    def __init__(self, program: Program, least: Floats) -> None:
        self.size = program.matrix.shape[1]
        self.sums = program.sums
        self.matrix = sparse.csr_array(sparse.vstack([program.matrix, program.sums.T]))
        self.low = np.concatenate([program.low, least])
        self.high = np.concatenate([program.high, np.full(len(least), np.inf)])

    def reach(self, cells: Ints, signs: Floats, targets: Floats, weights: Floats, seconds: float) -> Floats | None:
        """A point in which cells come as near as they can to their targets from below (sign 1) or above (sign -1).

        Args:
            weights: what a person short of its target costs, per cell.
        """
        wanted = sparse.csr_array(sparse.diags_array(signs) @ self.sums[:, cells].T)
        short = sparse.csr_array(sparse.eye_array(len(cells)))
        aside = sparse.csr_array((self.matrix.shape[0], len(cells)))
        matrix = sparse.csc_array(sparse.bmat([[self.matrix, aside], [wanted, short]]))
        low = np.concatenate([self.low, signs * targets])
        high = np.concatenate([self.high, np.full(len(cells), np.inf)])
        point = solved(matrix, low, high, np.concatenate([np.zeros(self.size), weights]), seconds)[: self.size]
        return point if len(point) and holds(self.matrix, self.low, self.high, point) else None


def settled(program: Program, seconds: float) -> Program | None:
    """The program with its overlaps as the auditor counts them, else the fewest that fit; None without any point."""
    if program.start is not None and _fits(program, program.start):
        return with_overlaps(program, program.start)
    loose = np.flatnonzero(program.loose)
    lean = sparse.csr_array((-np.ones(len(loose)), (loose, np.arange(len(loose)))), (len(program.low), len(loose)))
    matrix = sparse.csc_array(sparse.hstack([program.matrix, lean]))
    size = program.matrix.shape[1]
    cost = np.concatenate([np.zeros(size), np.ones(len(loose))])
    point = solved(matrix, program.low, program.high, cost, seconds)[:size]
    return with_overlaps(program, point) if len(point) and _fits(program, point) else None


def with_overlaps(program: Program, point: Floats) -> Program:
    """The program with the overlaps of a point; ``start`` is that point."""
    got = program.matrix @ point
    low, high = (np.where(program.loose, got, side) for side in (program.low, program.high))
    return replace(program, low=low, high=high, loose=np.zeros(len(low), bool), start=point)


def joined_by_sums(program: Program) -> Ints:
    """The piece of each unknown when only equations and hidden cells join unknowns, not inequalities."""
    equal = abs(sparse.csr_array(program.matrix)[np.flatnonzero(program.low == program.high)])
    both = sparse.csr_array(sparse.vstack([equal, program.sums.T]))
    _, label = connected_components(sparse.bmat([[None, both.T], [both, None]], format="csr"), directed=False)
    return np.asarray(label[: program.matrix.shape[1]], np.int64)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a program with all else as in the start, and the unknowns of the program that it is about."""

    program: Program
    unknowns: Ints


def pieces(program: Program, label: Ints, wanted: Bools) -> Iterator[Piece]:
    """The program cut by a label of its unknowns; pieces without a wanted cell that is wholly in them are left out.

    A point of a piece is a point of the whole, so it proves wide intervals; that an interval is narrow it cannot prove.
    """
    if program.start is None:
        return
    of_sum = _only_label(program.sums, label)
    got, figures = program.matrix @ program.start, program.sums.T @ program.start
    by_unknown = sparse.csc_array(program.matrix), sparse.csr_array(program.sums)
    for number in np.unique(of_sum[wanted & (of_sum >= 0)]):
        unknowns, cells = np.flatnonzero(label == number), np.flatnonzero(of_sum == number)
        start = program.start[unknowns]
        mine = sparse.csr_array(by_unknown[0][:, unknowns])
        rows = np.flatnonzero(np.diff(mine.indptr))
        beside = (got - mine @ start)[rows]
        sums = sparse.csc_array(by_unknown[1][unknowns])
        # A hidden cell that reaches beyond the piece must not become zero either.
        left = 1.0 - program.sure - (figures - sums.T @ start)
        crossing = np.flatnonzero((np.diff(sums.indptr) > 0) & (of_sum != number) & (left > 0))
        matrix = sparse.csr_array(sparse.vstack([mine[rows], sums[:, crossing].T]))
        low = np.concatenate([program.low[rows] - beside, left[crossing]])
        high = np.concatenate([program.high[rows] - beside, np.full(len(crossing), np.inf)])
        inside = sparse.csc_array(sums[:, cells])
        loose = np.zeros(len(low), bool)
        yield Piece(Program(matrix, low, high, loose, inside, program.columns[cells], program.sure[cells], start), unknowns)


def _only_label(sums: sparse.csc_array, label: Ints) -> Ints:
    """The label that all unknowns of a sum share; -1 where they do not."""
    ends = sums.indptr[:-1]
    least, most = (side.reduceat(label[sums.indices], ends) for side in (np.minimum, np.maximum))
    return np.where(least == most, least, -1)


def _fits(program: Program, point: Floats) -> bool:
    high = np.where(program.loose, np.inf, program.high)
    return holds(sparse.csr_array(program.matrix), program.low, high, point)


def solved(matrix: sparse.csc_array, low: Floats, high: Floats, cost: Floats, seconds: float) -> Floats:
    """The point of least cost as the solver sees it; empty without one."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "ipm")
    # A corner is not needed: any point far out will do.
    solver.setOptionValue("run_crossover", "off")
    solver.setOptionValue("time_limit", max(seconds, 0.05))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_, model.col_lower_ = cost, np.zeros(matrix.shape[1])
    most = MOST + 2 * float(np.abs(low[np.isfinite(low)]).max(initial=0.0))
    model.col_upper_ = np.full(matrix.shape[1], most)
    model.row_lower_ = np.where(np.isinf(low), -highspy.kHighsInf, low)
    model.row_upper_ = np.where(np.isinf(high), highspy.kHighsInf, high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    solver.passModel(model)
    solver.run()
    return np.array(solver.getSolution().col_value)
