"""What was found out before, by everything the attacker sees: only the very same equations have the same verdict."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np
from scipy import sparse

from omsorgstall.disclosure.attack.programs import Program
from omsorgstall.disclosure.attack.published import Floats, Published
from omsorgstall.disclosure.attack.report import Attack

Found = tuple[Attack, int, str]
"""Which attack opens which column of a system, and how."""
Verdict = tuple[float, float] | bool | None
"""On one hidden cell: None when its interval is wide, its bounds when narrow, False when undecided."""


@dataclass(slots=True)
class Seen:
    """The least and the greatest figure of each cell of a system in any point found, for each of the two attackers.

    Attributes:
        system: the system in which they were found.
        strong: for the attacker who knows that no hidden cell is zero; ``weak`` for the one who does not.
    """

    system: Published
    strong: tuple[Floats, Floats]
    weak: tuple[Floats, Floats]

    @classmethod
    def nothing(cls, system: Published) -> "Seen":
        """Before the first point."""
        count = len(system.hidden)
        return cls(system, *((np.full(count, np.inf), np.full(count, -np.inf)) for _ in range(2)))

    def fits(self, system: Published) -> bool:
        """Whether points found here are points of another system too: of the same cells it shows fewer, and shows them alike.

        What it has hidden since must not be zero, as then the attacker who rules that out would rule out the points.
        """
        mine = self.system
        if _mark_of_cells(mine) != _mark_of_cells(system):
            return False
        gone = mine.open_ & ~system.open_
        same = np.array_equal(mine.values[system.open_], system.values[system.open_])
        return bool(same and not (system.open_ & ~mine.open_).any() and (mine.values[gone] >= 1).all())


@dataclass(slots=True)
class Verdicts:
    """Verdicts of earlier attacks, so that what has not changed is not attacked again.

    Attributes:
        linear: by ``mark_of`` everything put into the linear attacks on a system.
        intervals: by ``mark_of`` a program with the width asked for.
        seen: by the first family and the year of a system, what points said of its cells.
    """

    linear: dict[bytes, tuple[Found, ...]] = field(default_factory=dict)
    intervals: dict[bytes, tuple[Verdict, ...]] = field(default_factory=dict)
    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)

    def seen_before(self, system: Published) -> Seen:
        """What earlier points say of a system, to be added to."""
        key = (system.blocks[0].family, system.year)
        before = self.seen.get(key)
        fits = before is not None and before.fits(system)
        self.seen[key] = replace(before, system=system) if before is not None and fits else Seen.nothing(system)
        return self.seen[key]


def _mark_of_cells(system: Published) -> bytes:
    """The mark of what the cells of a system consist of, whatever they show."""
    unions = [(b.family, b.first, b.axes, b.unions) for b in system.blocks]
    return mark_of(system.year, unions, system.matrix, system.links)


def mark_of(*parts: object) -> bytes:
    """A mark that only the same arrays, matrices, numbers and texts share."""
    mark = blake2b(digest_size=32)
    for part in parts:
        for piece in _pieces(part):
            mark.update(len(piece).to_bytes(8, "little"))
            mark.update(piece)
    return mark.digest()


def _pieces(part: object) -> Iterator[bytes]:
    if isinstance(part, np.ndarray):
        yield f"{part.dtype} {part.shape}".encode()
        yield np.ascontiguousarray(part).tobytes()
    elif isinstance(part, sparse.csc_array | sparse.csr_array):
        yield f"{part.format} {part.shape}".encode()
        for array in (part.indptr, part.indices, part.data):
            yield from _pieces(array)
    else:
        yield repr(part).encode()


def mark_of_system(system: Published, counts: Floats | None, limit: int, singletons: bool) -> bytes:
    """The mark of all that the linear attacks use."""
    sights = [(s.table.model, s.content, s.first) for s in system.sights]
    cells = [s.cells for s in system.sights]
    sides = (system.matrix, system.links, system.values, system.open_, system.hidden)
    return mark_of(system.year, system.amounts, system.blocks, sights, *cells, *sides, counts, limit, singletons)


def mark_of_program(part: Program, width: int) -> bytes:
    """The mark of all that decides the intervals of a program."""
    return mark_of(part.matrix, part.low, part.high, part.loose, part.sums, part.sure, part.start, width)
