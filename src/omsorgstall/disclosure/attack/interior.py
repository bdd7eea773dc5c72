"""One large program solved by interior points: each solve moves all cells in doubt at once, by a few persons.

The simplex method of ``solver`` takes one direction at a time and gets nowhere in the program of a whole country; interior
points take seconds. Every point is checked with our own arithmetic.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy import sparse

from omsorgstall.disclosure.attack.programs import Program
from omsorgstall.disclosure.attack.published import Bools, Floats, Ints
from omsorgstall.disclosure.attack.solver import MOST, holds

REACH = 3.0
"""Persons by which an unknown moves at most."""


MOST_IN_ONE = 0.5
"""Share of the unknowns in one large region from which on its piece takes as long as the whole, and proves less."""


class Interior:
    """Finds points of a program near its start, in which all cells in doubt have moved, each up or down.

    No unknown moves by more than ``REACH`` persons: an interval is wide enough with fewer, and most inequalities cannot be
    broken by so little, so that they need not be looked at.

    Args:
        program: without loose rows and with a start, see ``settled``.
        least: per hidden cell, the least figure it can have (less what is known of it).
    """

    def __init__(self, program: Program, least: Floats) -> None:
        start = np.asarray(program.start)
        self.program = program
        self.bounds = np.maximum(start - REACH, 0.0), start + REACH
        everything = sparse.csr_array(sparse.vstack([program.matrix, program.sums.T]))
        low = np.concatenate([program.low, least])
        high = np.concatenate([program.high, np.full(len(least), np.inf)])
        self.all_rows = everything, low, high
        plus, minus = everything.maximum(0), everything.minimum(0)
        can_break = (plus @ self.bounds[0] + minus @ self.bounds[1] < low) | (
            plus @ self.bounds[1] + minus @ self.bounds[0] > high
        )
        at = np.flatnonzero(can_break)
        self.rows = sparse.csc_array(everything[at]), low[at], high[at]

    def far(self, weights: Floats, seconds: float) -> Floats | None:
        """A point in which cells are as high (or low) as they can be together, by weights with a sign."""
        point = solved(*self.rows, -(self.program.sums @ weights), self.bounds, seconds)
        return point if len(point) and self.fits(point) else None

    def fits(self, point: Floats) -> bool:
        """Whether a point is one of the program."""
        return holds(*self.all_rows, point)


def settled(program: Program, seconds: float) -> Program | None:
    """The program with its overlaps as the auditor counts them, else the fewest that fit; None without any point."""
    if program.start is not None and _fits(program, program.start):
        return with_overlaps(program, program.start)
    loose = np.flatnonzero(program.loose)
    lean = sparse.csr_array((-np.ones(len(loose)), (loose, np.arange(len(loose)))), (len(program.low), len(loose)))
    matrix = sparse.csc_array(sparse.hstack([program.matrix, lean]))
    size = program.matrix.shape[1]
    cost = np.concatenate([np.zeros(size), np.ones(len(loose))])
    most = MOST + 2 * float(np.abs(program.low[np.isfinite(program.low)]).max(initial=0.0))
    box = np.zeros(len(cost)), np.full(len(cost), most)
    point = solved(matrix, program.low, program.high, cost, box, seconds)[:size]
    return with_overlaps(program, point) if len(point) and _fits(program, point) else None


def with_overlaps(program: Program, point: Floats) -> Program:
    """The program with the overlaps of a point; ``start`` is that point."""
    got = program.matrix @ point
    low, high = (np.where(program.loose, got, side) for side in (program.low, program.high))
    return replace(program, low=low, high=high, loose=np.zeros(len(low), bool), start=point)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a program with all else as in the start, and the unknowns of the program that it is about."""

    program: Program
    unknowns: Ints


def worth_cutting(program: Program) -> bool:
    """Whether pieces would be much smaller than the program: not where one large region, such as a county, is most of it."""
    if program.region is None:
        return False
    return bool(np.bincount(program.region).max(initial=0) <= MOST_IN_ONE * len(program.region))


def pieces(program: Program, wanted: Bools) -> Iterator[Piece]:
    """The program cut into its large regions; those without a wanted cell that is wholly in them are left out.

    A point of a piece is a point of the whole, so it proves wide intervals; that an interval is narrow it cannot prove.
    """
    label = program.region
    if program.start is None or label is None:
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


def solved(
    matrix: sparse.csc_array, low: Floats, high: Floats, cost: Floats, box: tuple[Floats, Floats], seconds: float
) -> Floats:
    """The point of least cost in a box as the solver sees it; empty without one."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "ipm")
    # A corner is not needed: any point far out will do.
    solver.setOptionValue("run_crossover", "off")
    solver.setOptionValue("time_limit", max(seconds, 0.05))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_, (model.col_lower_, model.col_upper_) = cost, box
    model.row_lower_ = np.where(np.isinf(low), -highspy.kHighsInf, low)
    model.row_upper_ = np.where(np.isinf(high), highspy.kHighsInf, high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    solver.passModel(model)
    solver.run()
    return np.array(solver.getSolution().col_value)
