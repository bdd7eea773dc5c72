"""Secondary suppression by elimination: no protected sum becomes a linear combination of open cells.

Cells are sparse vectors over the unknowns, kept modulo the span of the cells opened so far. A candidate that has become a
multiple of a protected vector would give it away and is hidden; otherwise it is opened and eliminated. Arithmetic is modulo
the prime 2^31 - 1, so it is exact up to chance: a wrong verdict "multiple" hides one cell too many, never one too few.

Strict singletons: a lone person knows her own unknown. So protected vectors are compared outside the singleton rows, no
singleton row is a pivot, and a candidate that lives in singleton rows only stays hidden.
Method: ``docs/decisions`` "Pattern model, merged per family"; Langsrud, suppression by Gaussian elimination.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRIME = 2**31 - 1
Vector = dict[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which candidates must stay hidden, and which protected vectors forced cells have given away."""

    hidden: tuple[int, ...]
    unsafe: tuple[int, ...]


def eliminate(
    candidates: Sequence[Iterable[int]],
    protected: Sequence[Iterable[int]],
    singleton: NDArray[np.bool_],
    identities: Sequence[Mapping[int, int]] = (),
    opened: Sequence[Iterable[int]] = (),
) -> Verdict:
    """Walk through the candidates in order of worth and decide which to hide.

    Args:
        candidates: rows of each candidate, the most wanted first.
        protected: rows of each primary cell or virtual cell.
        singleton: per row, whether it is one lone contributor.
        identities: sums that are zero by definition, with the factor of each row.
        opened: rows of each sum that is open whatever it reveals.

    Returns:
        indices into ``candidates`` and ``protected``.
    """
    sums = [dict.fromkeys(rows, 1) for rows in (*opened, *candidates)]
    work = _Elimination([*identities, *sums], protected, singleton)
    for n in range(len(identities)):
        work.open(n, force=True)
    work.leave_out_the_lone()
    for n in range(len(opened)):
        work.open(n + len(identities), force=True)
    hidden = [n for n in range(len(candidates)) if not work.open(n + len(identities) + len(opened), force=False)]
    return Verdict(tuple(hidden), tuple(work.given_away()))


class _Elimination:
    """The vectors not yet decided, an index row -> vectors, and two linear fingerprints of each vector.

    The ratio of the fingerprints is the same for every multiple of a vector, and they follow each elimination step by one
    multiplication: no vector is ever hashed anew.
    """

    def __init__(
        self, candidates: Sequence[Mapping[int, int]], protected: Sequence[Iterable[int]], singleton: NDArray[np.bool_]
    ) -> None:
        self.singleton: list[bool] = singleton.tolist()
        self.count = len(candidates)
        self.vectors: list[Vector | None] = [{r: f % PRIME for r, f in each.items()} for each in candidates]
        self.vectors += [{r: 1 for r in each if not self.singleton[r]} for each in protected]
        self.watched = set(range(self.count, len(self.vectors)))
        self.leave_out_the_lone()
        self.holders: list[set[int]] = [set() for _ in self.singleton]
        for n, vector in enumerate(self.vectors):
            for row in vector or ():
                self.holders[row].add(n)
        self._take_fingerprints()

    def leave_out_the_lone(self) -> None:
        """Protected sums of lone persons only are kept by the rule for candidates of lone persons only."""
        self.watched = {n for n in self.watched if self.vectors[n]}

    def _take_fingerprints(self) -> None:
        weights = np.random.default_rng(20_221_231).integers(1, PRIME, size=(2, len(self.singleton)))
        weights[:, np.array(self.singleton, dtype=bool)] = 0
        one, two = weights.tolist()
        self.first = [sum(one[r] * f for r, f in (v or {}).items()) % PRIME for v in self.vectors]
        self.second = [sum(two[r] * f for r, f in (v or {}).items()) % PRIME for v in self.vectors]
        self.ratio = {n: self._ratio_of(n) for n in self.watched}
        self.ratios = Counter(self.ratio.values())

    def _ratio_of(self, n: int) -> int:
        return self.first[n] * pow(self.second[n], -1, PRIME) % PRIME if self.second[n] else -1

    def open(self, n: int, *, force: bool) -> bool:
        """Open candidate n if it gives nothing away; True when opened."""
        vector = self.vectors[n] or {}
        self._drop(n)
        if not vector:
            return True
        rows = [r for r in vector if not self.singleton[r]]
        if not force and (not rows or self._gives_away(n, vector, rows)):
            return False
        # What everybody knows may be solved for a lone person: that keeps the other lone ones apart as they were.
        self._subtract(n, vector, rows or list(vector))
        return True

    def _drop(self, n: int) -> None:
        for row in self.vectors[n] or ():
            self.holders[row].discard(n)
        self.vectors[n] = None

    def _gives_away(self, n: int, vector: Vector, rows: list[int]) -> bool:
        if not self.ratios.get(self._ratio_of(n)):
            return False
        holders = set.intersection(*(self.holders[r] for r in rows[:2]))
        return any(self._multiple(vector, rows, self.vectors[p] or {}) for p in holders if p in self.watched)

    @staticmethod
    def _multiple(vector: Vector, rows: list[int], other: Vector) -> bool:
        if len(other) != len(rows) or any(r not in other for r in rows):
            return False
        a, b = vector[rows[0]], other[rows[0]]
        return all((vector[r] * b - other[r] * a) % PRIME == 0 for r in rows)

    def _subtract(self, n: int, vector: Vector, rows: list[int]) -> None:
        pivot = min(rows, key=lambda r: (len(self.holders[r]), r))
        inverse = pow(vector[pivot], -1, PRIME)
        plain = [(r, vector[r]) for r in rows if not self.singleton[r]]
        full = list(vector.items())
        for other in list(self.holders[pivot]):
            target = self.vectors[other] or {}
            factor = PRIME - target[pivot] * inverse % PRIME
            self._add(other, target, full if other < self.count else plain, factor)
            self.first[other] = (self.first[other] + factor * self.first[n]) % PRIME
            self.second[other] = (self.second[other] + factor * self.second[n]) % PRIME
            if other in self.watched:
                self._count_anew(other)

    def _add(self, number: int, target: Vector, items: list[tuple[int, int]], factor: int) -> None:
        holders = self.holders
        for row, value in items:
            old = target.get(row)
            if old is None:
                target[row] = factor * value % PRIME
                holders[row].add(number)
                continue
            new = (old + factor * value) % PRIME
            if new:
                target[row] = new
            else:
                del target[row]
                holders[row].discard(number)

    def _count_anew(self, n: int) -> None:
        old = self.ratio[n]
        self.ratios[old] -= 1
        self.ratio[n] = self._ratio_of(n)
        self.ratios[self.ratio[n]] += 1

    def given_away(self) -> list[int]:
        """Protected vectors that have become empty: open cells determine them."""
        return sorted(n - self.count for n in self.watched if not self.vectors[n])
