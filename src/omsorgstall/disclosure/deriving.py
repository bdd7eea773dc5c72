"""Released tables made from released tables: they say nothing that readers could not work out, so they need no protection."""

from collections.abc import Iterable

from omsorgstall.tables import DerivedTable, ReleasedTable
from omsorgstall.tables.derived import Cells, derived_cells

DERIVED = "derived"
"""What the lineage of such a table says: ids of the tables it is made from."""


def derive(derived: DerivedTable, released: Iterable[ReleasedTable]) -> ReleasedTable:
    """A table of ratios of released cells: hidden where any cell of a ratio is hidden."""
    sources = {t.model.id: t for t in released}
    first = next(iter(sources.values()))
    values, statuses = derived_cells(derived, map(Cells.released, sources.values()))
    lineage = {**derived.lineage, DERIVED: ", ".join(sorted(sources))}
    return ReleasedTable(derived.model, first.edition, values, statuses, first.preset, lineage)


def asked_of_memory(memory: Iterable[ReleasedTable]) -> tuple[ReleasedTable, ...]:
    """What readers have, without tables that follow from the others."""
    return tuple(t for t in memory if DERIVED not in t.lineage)
