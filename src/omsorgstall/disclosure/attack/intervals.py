"""The attacker's intervals: how far apart two figures of a hidden cell can be, given all that is open.

Two attackers: one knows that no unknown is negative; the other also that a hidden cell is not zero, as zeros are shown. Each
point is evaluated for every hidden cell, so a wide interval is proven by two points and never by a solver's word.
"""

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from omsorgstall.core import Progress, silent
from omsorgstall.disclosure.attack.interior import Interior, Piece, pieces, settled, worth_cutting
from omsorgstall.disclosure.attack.programs import Program, parts, program
from omsorgstall.disclosure.attack.published import Bools, Floats, Published
from omsorgstall.disclosure.attack.reduce import Reduced
from omsorgstall.disclosure.attack.solver import CLOSE, Solver
from omsorgstall.disclosure.attack.verdicts import Seen, Verdict, Verdicts, mark_of_program

ROUNDS = 6
"""Points in random directions before cells are taken one by one."""
LARGE = 1_500
"""Unknowns from which on corners take too long."""
HUGE = 8_000
"""Unknowns from which on a program is taken in pieces first, and corners are not tried for what is left in the end."""
PATIENCE = 4
"""Sweeps in a row that prove next to nothing before what is left stays undecided."""
PATIENCE_WITH_ONE = 2
"""The same for a huge program of mostly one region, such as a county: what two sweeps leave, two more hardly ever prove."""
WORTH_A_SWEEP = 0.02
"""Share of what is in doubt that a sweep must prove."""
FIRST_SWEEPS = 4
"""Sweeps over a whole country before its regions are taken one by one."""
MOST_SWEEPS = 40
"""Sweeps over one program: each proves a share of what is left, in the end too few to be worth a sweep."""


@dataclass(slots=True)
class Bounds:
    """Running bounds of the hidden cells of a program, one attacker.

    Attributes:
        need: distance between whole numbers that is wide enough.
        closed: cells whose two ends the solver calls exact.
    """

    program: Program
    need: int
    low: Floats = field(init=False)
    high: Floats = field(init=False)
    closed: Bools = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is known before the first point."""
        count = len(self.program.columns)
        self.low, self.high, self.closed = np.full(count, np.inf), np.full(count, -np.inf), np.zeros(count, bool)

    def see(self, point: Floats) -> None:
        """Take in a point."""
        figures = self.program.sums.T @ point + self.program.sure
        self.low, self.high = np.minimum(self.low, figures), np.maximum(self.high, figures)

    def wide(self) -> Bools:
        """Cells proven wide enough, counting whole numbers."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.floor(self.high + CLOSE) - np.ceil(self.low - CLOSE) >= self.need)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Verdicts on hidden cells; ``narrow`` with the bounds of each."""

    wide: int
    narrow: tuple[tuple[int, float, float], ...]
    undecided: tuple[int, ...]


def intervals(
    system: Published,
    reduced: Reduced,
    width: int,
    deadline: float,
    known: Verdicts,
    counts: Floats | None = None,
    progress: Progress = silent,
) -> Intervals:
    """Decide for each hidden cell that has something unknown in it whether its interval is wide enough.

    Args:
        counts: the auditor's persons per unknown of the system: no more than a point to search from.
    """
    whole = program(system, reduced, counts)
    wide, narrow, undecided = 0, list[tuple[int, float, float]](), list[int]()
    seen = known.seen_before(system)
    for part in parts(whole) if len(whole.columns) else []:
        mark = mark_of_program(part, width)
        if mark not in known.intervals:
            known.intervals[mark] = tuple(_decide(part, width, deadline, seen, progress))
        verdicts = list(zip(part.columns, known.intervals[mark], strict=True))
        if any(v is False for _, v in verdicts):
            del known.intervals[mark]
        wide += sum(v is None for _, v in verdicts)
        narrow += [(int(c), *v) for c, v in verdicts if isinstance(v, tuple)]
        undecided += [int(c) for c, v in verdicts if v is False]
    return Intervals(wide, tuple(narrow), tuple(undecided))


def _decide(part: Program, width: int, deadline: float, seen: Seen, progress: Progress) -> list[Verdict]:
    """A verdict per hidden cell of a program."""
    # A hidden cell is not zero: the attacker who uses that loses one figure, so one less is asked of the distance.
    search = Search(Bounds(part, width - 1), Bounds(part, width), deadline, progress)
    search.recall(seen)
    if part.matrix.shape[1] > LARGE:
        search.piecewise()
    else:
        search.corners()
    search.remember(seen)
    return search.verdicts()


@dataclass(slots=True)
class Search:
    """The search for points of one program.

    Attributes:
        strong: bounds for the attacker who knows that a hidden cell is not zero; her points are points of the ``weak`` one too.
        beyond: who else is to see the points.
    """

    strong: Bounds
    weak: Bounds
    deadline: float
    progress: Progress = silent
    beyond: "Beyond | None" = None

    def verdicts(self) -> list[Verdict]:
        """A verdict per hidden cell."""
        return [self._verdict(n, wide) for n, wide in enumerate(self.strong.wide() & self.weak.wide())]

    def _verdict(self, n: int, wide: bool) -> Verdict:
        narrow = next((b for b in (self.strong, self.weak) if b.closed[n] and not b.wide()[n]), None)
        return None if wide else (float(narrow.low[n]), float(narrow.high[n])) if narrow else False

    def recall(self, seen: Seen) -> None:
        """Take in the figures of earlier points, which fit still."""
        columns = self.strong.program.columns
        for bounds, low, high in ((self.strong, *seen.strong), (self.weak, *seen.weak)):
            bounds.low, bounds.high = low[columns], high[columns]

    def remember(self, seen: Seen) -> None:
        """Keep the figures that were found."""
        columns = self.strong.program.columns
        for bounds, low, high in ((self.strong, *seen.strong), (self.weak, *seen.weak)):
            low[columns], high[columns] = bounds.low, bounds.high

    def corners(self) -> None:
        """Decide every cell of a small program, with the corners that the simplex method finds."""
        if perf_counter() > self.deadline or (self.strong.wide() & self.weak.wide()).all():
            return
        part = self.strong.program
        solver = Solver(part, 1.0 - part.sure)
        if solver.feasible:
            self._explore(solver, self.strong)
            solver.relax(-part.sure)
        else:
            solver = Solver(part, -part.sure)
        if solver.feasible:
            self._explore(solver, self.weak)

    def piecewise(self) -> None:
        """Prove as many cells of a large program wide as can be: in the whole, region by region, and again in the whole.

        Where one region is most of the program, its piece would repeat the whole with less room: only the whole is searched.
        """
        part = settled(self.strong.program, self.deadline - perf_counter())
        if part is None:
            return
        if part.matrix.shape[1] <= HUGE:
            self._sweep(part)
            self.corners()
            return
        if not worth_cutting(part):
            self._sweep(part, patience=PATIENCE_WITH_ONE)
            return
        self._sweep(part, FIRST_SWEEPS)
        for piece in pieces(part, self._in_doubt()):
            self._within(piece, part)
            self._tell()
        self._sweep(part)

    def _tell(self) -> None:
        in_doubt = self._in_doubt()
        self.progress("intervals", int((~in_doubt).sum()), len(in_doubt))

    def _in_doubt(self) -> Bools:
        return ~(self.strong.wide() & self.weak.wide())

    def _within(self, piece: Piece, whole: Program) -> None:
        """Decide what can be decided in a piece; a narrow interval in it may be wide in the whole."""
        program = piece.program
        cells = np.searchsorted(whole.columns, program.columns)
        inside = Search(Bounds(program, self.strong.need), Bounds(program, self.weak.need), self.deadline)
        for mine, its in ((self.strong, inside.strong), (self.weak, inside.weak)):
            its.low, its.high = mine.low[cells], mine.high[cells]
        # What it finds reaches our own bounds through this.
        inside.beyond = Beyond(self, piece, whole)
        inside._sweep(program)

    def _sweep(self, part: Program, most: int = MOST_SWEEPS, patience: int = PATIENCE) -> None:
        """All cells in doubt at once, each up or down by chance, as long as that proves something."""
        for bounds, least in ((self.strong, 1.0), (self.weak, 0.0)):
            solver = Interior(part, least - part.sure)
            if solver.fits(np.asarray(part.start)):
                self._see(np.asarray(part.start), bounds)
            rng = np.random.default_rng(7)
            idle = 0
            for _ in range(most):
                doubt = ~bounds.wide()
                if idle == patience or perf_counter() > self.deadline or not doubt.any():
                    break
                weights = _directions(part, doubt, bounds.low <= least + CLOSE, rng)
                point = solver.far(weights, self.deadline - perf_counter())
                if point is not None:
                    self._see(point, bounds)
                proven = int(doubt.sum()) - int((~bounds.wide()).sum())
                idle = 0 if proven > WORTH_A_SWEEP * doubt.sum() else idle + 1
                self._tell()

    def _explore(self, solver: Solver, bounds: Bounds) -> None:
        """Look for points until every cell is wide, or both its ends are known, or time is up."""
        rng = np.random.default_rng(7)
        count = len(bounds.low)
        for _ in range(ROUNDS if (~bounds.wide()).sum() > ROUNDS else 0):
            self._look(solver, bounds, rng.choice([-1.0, 1.0], count) * ~bounds.wide())
        for n in np.flatnonzero(~bounds.wide()):
            ends = 0
            for sign in (1.0, -1.0):
                if not bounds.wide()[n]:
                    ends += self._look(solver, bounds, sign * (np.arange(count) == n))
            bounds.closed[n] = ends == len((1.0, -1.0))

    def _look(self, solver: Solver, bounds: Bounds, weights: Floats) -> bool:
        """Go as far as possible in a direction of cells; True when the solver got to the end."""
        left = self.deadline - perf_counter()
        found = solver.point(bounds.program.sums @ weights, left) if left > 0 else None
        if found is None:
            return False
        self._see(found[0], bounds)
        return found[1]

    def _see(self, point: Floats, bounds: Bounds) -> None:
        """What the stronger attacker cannot rule out, the weaker one cannot either."""
        for each in [bounds] if bounds is self.weak else [self.strong, self.weak]:
            each.see(point)
        if self.beyond is not None:
            self.beyond.see(point, weak=bounds is self.weak)


def _directions(part: Program, doubt: Bools, lowest: Bools, rng: np.random.Generator) -> Floats:
    """Where each cell in doubt is to go: up where it is at its lowest already, else up or down by chance."""
    signs = np.where(lowest | (rng.random(len(doubt)) < 1 / 2), 1.0, -1.0)
    # A long sum moves easily: it must not pull the short ones along.
    size = np.sqrt(np.maximum(np.diff(part.sums.indptr), 1))
    return np.asarray(doubt * signs * rng.uniform(0.5, 1.5, len(doubt)) / size)


@dataclass(frozen=True, slots=True)
class Beyond:
    """Shows the points of a piece to the search of the whole, whose cells may reach beyond the piece."""

    search: Search
    piece: Piece
    whole: Program

    def see(self, point: Floats, *, weak: bool) -> None:
        """Take in a point of the piece, with all else as in the start."""
        full = np.asarray(self.whole.start).copy()
        full[self.piece.unknowns] = point
        self.search._see(full, self.search.weak if weak else self.search.strong)
