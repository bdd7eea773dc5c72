"""What was found out before, by everything the attacker sees: only the very same equations have the same verdict."""

from collections.abc import Iterator
from dataclasses import dataclass, field
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
class Verdicts:
    """Verdicts of earlier attacks, so that what has not changed is not attacked again.

    Attributes:
        linear: by ``mark_of`` everything put into the linear attacks on a system.
        intervals: by ``mark_of`` a program with the width asked for.
    """

    linear: dict[bytes, tuple[Found, ...]] = field(default_factory=dict)
    intervals: dict[bytes, tuple[Verdict, ...]] = field(default_factory=dict)


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


def mark_of_system(system: Published, counts: Floats | None, limit: int) -> bytes:
    """The mark of all that the linear attacks use."""
    sights = [(s.table.model, s.content, s.first) for s in system.sights]
    cells = [s.cells for s in system.sights]
    sides = (system.matrix, system.links, system.values, system.open_, system.hidden)
    return mark_of(system.year, system.amounts, system.blocks, sights, *cells, *sides, counts, limit)


def mark_of_program(part: Program, width: int) -> bytes:
    """The mark of all that decides the intervals of a program."""
    return mark_of(part.matrix, part.low, part.high, part.loose, part.sums, part.sure, width)
