"""One program kept in one HiGHS object; every point it returns is checked with our own arithmetic."""

import highspy
import numpy as np
from scipy import sparse

from omsorgstall.disclosure.attack.programs import Program
from omsorgstall.disclosure.attack.published import Floats

CLOSE = 1e-6
"""Slack in persons that our own check of a point allows."""

MOST = 1000.0


class Solver:
    """Finds points of a program in wanted directions.

    Args:
        least: per hidden cell, the least figure it can have (less what is known of it).
    """

    def __init__(self, program: Program, least: Floats) -> None:
        self.size = program.matrix.shape[1]
        self.matrix = sparse.csr_array(sparse.vstack([program.matrix, program.sums.T]))
        self.low = np.concatenate([program.low, least])
        self.high = np.concatenate([program.high, np.full(len(least), np.inf)])
        self.loose = np.flatnonzero(np.concatenate([program.loose, np.zeros(len(least), bool)]))
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        # A new direction leaves the last point feasible: the primal simplex goes on from it, presolve would start afresh.
        self.solver.setOptionValue("simplex_strategy", 4)
        self.solver.setOptionValue("presolve", "off")
        self.solver.passModel(self._model())
        self.feasible = self._settle_overlaps()

    def _model(self) -> highspy.HighsLp:
        """Each loose row gets a variable for the persons who count in several of its regions."""
        lean = sparse.csr_array(
            (-np.ones(len(self.loose)), (self.loose, np.arange(len(self.loose)))), (len(self.low), len(self.loose))
        )
        full = sparse.csc_array(sparse.hstack([self.matrix, lean]))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = full.shape[1], full.shape[0]
        model.col_cost_ = np.concatenate([np.zeros(self.size), np.ones(len(self.loose))])
        model.col_lower_ = np.zeros(full.shape[1])
        # Where nothing open bounds a cell, any figure will do: a limit keeps the solver from running away.
        most = MOST + 2 * float(np.abs(self.low[np.isfinite(self.low)]).max(initial=0.0))
        model.col_upper_ = np.full(full.shape[1], most)
        model.row_lower_ = np.where(np.isinf(self.low), -highspy.kHighsInf, self.low)
        model.row_upper_ = np.where(np.isinf(self.high), highspy.kHighsInf, self.high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = full.indptr, full.indices, full.data
        return model

    def _settle_overlaps(self) -> bool:
        """Take the fewest overlaps that fit the open figures as known, and keep them."""
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        overlaps = np.array(self.solver.getSolution().col_value)[self.size :]
        number = len(overlaps)
        at = np.arange(self.size, self.size + number, dtype=np.int32)
        if number:
            self.solver.changeColsBounds(number, at, overlaps, overlaps)
            self.low[self.loose] += overlaps
            self.high[self.loose] += overlaps
        return True

    def relax(self, least: Floats) -> None:
        """Ask less of the hidden cells; overlaps stay as they are known."""
        first = len(self.low) - len(least)
        self.low[first:] = least
        for n, low in enumerate(least.tolist()):
            self.solver.changeRowBounds(first + n, low, highspy.kHighsInf)

    def point(self, direction: Floats, seconds: float) -> tuple[Floats, bool] | None:
        """A point as far as possible in a direction, and whether the solver calls it the farthest; None without a point."""
        count = self.size + len(self.loose)
        cost = np.zeros(count)
        cost[: self.size] = -direction
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(seconds, 0.05))
        self.solver.changeColsCost(count, np.arange(count, dtype=np.int32), cost)
        self.solver.run()
        found = np.array(self.solver.getSolution().col_value)[: self.size]
        if len(found) != self.size or not self.holds(found):
            return None
        return found, self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def holds(self, point: Floats) -> bool:
        """Whether a point keeps to every row and bound."""
        return holds(self.matrix, self.low, self.high, point)


def holds(matrix: sparse.csr_array, low: Floats, high: Floats, point: Floats) -> bool:
    """Whether a point keeps to every row and is nowhere negative; our arithmetic, not the solver's."""
    got = matrix @ point
    slack = CLOSE * (1.0 + np.abs(got))
    return bool((point >= -CLOSE).all() and (got >= low - slack).all() and (got <= high + slack).all())
