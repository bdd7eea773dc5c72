"""Every set of counts that fits what is published: a slow twin of the attack, by trying all."""

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np

from omsorgstall.tables import CellStatus, ReleasedTable

MOST = 100_000


def possible_figures(table: ReleasedTable) -> dict[tuple[int, ...], set[int]]:
    """For each hidden cell of a table region × age × service × time, the figures it can have.

    Regions and ages add up; the total over services, the first, lies between the largest of its children and their sum.
    Empty when there are more combinations than ``MOST``.
    """
    (content,) = table.values
    values, status = table.values[content][..., 0], table.statuses[content][..., 0]
    regions, ages, services = (d.members for d in table.model.dimensions[:3])
    rows = [n for n, m in enumerate(regions) if len(m.covers) == 1 and m.code in m.covers]
    columns = [n for n, m in enumerate(ages) if len(m.covers) == 1]
    members = np.array([[regions[r].covers <= g.covers for r in rows] for g in regions], int)
    bands = np.array([[ages[a].covers <= g.covers for a in columns] for g in ages], int)
    seen = [_one_service(values[..., s], status[..., s], members, bands) for s in range(len(services))]
    found: dict[tuple[int, ...], set[int]] = {}
    for chosen in _unions(seen) if prod(map(len, seen)) <= MOST else ():
        for service, leaf in enumerate(chosen):
            figures = members @ leaf @ bands.T
            for r, a in np.argwhere(status[..., service] == CellStatus.SUPPRESSED):
                found.setdefault((int(r), int(a), service), set()).add(int(figures[r, a]))
    return found


def possible_pairs(during: ReleasedTable, left: ReleasedTable) -> list[dict[tuple[int, int], set[int]]]:
    """The same for two tables of one service, of which the second counts some of the persons of the first."""
    seen = []
    for table in (during, left):
        (content,) = table.values
        regions, ages = (d.members for d in table.model.dimensions[:2])
        rows = [m for m in regions if m.covers == {m.code}]
        columns = [m for m in ages if len(m.covers) == 1]
        members = np.array([[r.covers <= g.covers for r in rows] for g in regions], int)
        bands = np.array([[a.covers <= g.covers for a in columns] for g in ages], int)
        values, status = table.values[content][..., 0, 0], table.statuses[content][..., 0, 0]
        seen.append((_one_service(values, status, members, bands), members, bands, np.argwhere(status == CellStatus.SUPPRESSED)))
    found: list[dict[tuple[int, int], set[int]]] = [{}, {}]
    if len(seen[0][0]) * len(seen[1][0]) > MOST:
        return found
    for pair in ((one, other) for one in seen[0][0] for other in seen[1][0] if (one >= other).all()):
        for n, (leaf, (_, members, bands, hidden)) in enumerate(zip(pair, seen, strict=True)):
            figures = members @ leaf @ bands.T
            for r, a in hidden.tolist():
                found[n].setdefault((r, a), set()).add(int(figures[r, a]))
    return found


def _unions(seen: Sequence[list[np.ndarray]]) -> Iterator[tuple[np.ndarray, ...]]:
    """Choices for every service that fit together."""

    def fits(total: np.ndarray, children: Sequence[np.ndarray]) -> bool:
        return bool((total >= np.max(children, axis=0)).all() and (total <= np.sum(children, axis=0)).all())

    def choose(n: int, chosen: list[np.ndarray]) -> Iterator[tuple[np.ndarray, ...]]:
        if n == len(seen):
            yield from ((total, *chosen) for total in seen[0] if fits(total, chosen))
            return
        for leaf in seen[n]:
            yield from choose(n + 1, [*chosen, leaf])

    yield from choose(1, [])


def _one_service(values, status, members, bands) -> list[np.ndarray]:
    """All leaf counts of one service that fit its open cells; a hidden cell is not zero."""
    shape = (members.shape[1], bands.shape[1])
    weights = np.einsum("gr,ha->ghra", members, bands).reshape(-1, shape[0] * shape[1])
    wanted = np.where(status.ravel() <= CellStatus.TRUE_ZERO, values.ravel(), -1).astype(int)
    exact, hidden = wanted >= 0, status.ravel() == CellStatus.SUPPRESSED
    found: list[np.ndarray] = []

    def fill(n: int, leaf: list[int], used: np.ndarray) -> None:
        if n == weights.shape[1]:
            if (used[exact] == wanted[exact]).all() and (used[hidden] >= 1).all():
                found.append(np.array(leaf).reshape(shape))
            return
        touched = exact & (weights[:, n] == 1)
        room = int((wanted - used)[touched].min()) if touched.any() else 12
        last = touched & (weights[:, n + 1 :].sum(axis=1) == 0)
        first = int((wanted - used)[last].max()) if last.any() else 0
        for count in range(max(first, 0), room + 1):
            fill(n + 1, [*leaf, count], used + weights[:, n] * count)

    fill(0, [], np.zeros(len(wanted), int))
    return found
