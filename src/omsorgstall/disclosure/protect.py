"""From draft to released tables: the only place that makes a ``ReleasedTable``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.core import Progress, silent
from omsorgstall.disclosure.loss import Loss, measure_loss
from omsorgstall.disclosure.presets import Preset
from omsorgstall.disclosure.primary import Bools, Primary, find_primary
from omsorgstall.disclosure.secondary import eliminate
from omsorgstall.disclosure.system import Ints, System, build, columns_as
from omsorgstall.disclosure.unknowns import find_unknowns
from omsorgstall.tables import CellStatus, Composition, Content, ContentKind, DraftRelease, DraftTable, ReleasedTable, TableModel

Hidden = dict[tuple[int, str], Bools]
"""Per number of table and content, which cells must not be shown."""


@dataclass(frozen=True, slots=True)
class Protected:
    """The tables of an edition ready for publication, and what the protection cost."""

    tables: tuple[ReleasedTable, ...]
    loss: tuple[Loss, ...]


def protect(draft: DraftRelease, preset: Preset, *, progress: Progress = silent) -> Protected:
    """Hide what is sensitive and what would give it away, over all tables of the edition together.

    Raises:
        OmsorgstallError: when the inner cells cannot be brought together with the tables.
    """
    systems = [build(draft, unknowns) for unknowns in find_unknowns(draft)]
    systems.sort(key=lambda s: s.unknowns.amounts)
    # A cell that no step below has judged stays hidden.
    hidden: Hidden = {(n, c.id): np.ones(t.model.cells, bool) for n, t in enumerate(draft.tables) for c in t.model.contents}
    done: list[tuple[System, Bools]] = []
    for n, system in enumerate(systems):
        progress("protect", n, len(systems))
        closed = _protect_system(draft, system, preset, done)
        done.append((system, closed))
        _spread(draft, system, closed, hidden)
    tables = tuple(_release(draft, n, preset, hidden) for n in range(len(draft.tables)))
    return Protected(tables, measure_loss(draft, tables))


def _protect_system(draft: DraftRelease, system: System, preset: Preset, done: list[tuple[System, Bools]]) -> Bools:
    primary = find_primary(draft, system, preset)
    if system.unknowns.amounts:
        primary.sensitive[:] |= _hidden_persons(draft, system, done)
    return close(system, primary, preset)


def close(system: System, primary: Primary, preset: Preset) -> Bools:
    """Which columns of a system stay hidden: the primary ones and those that would give them away."""
    order = _order(system, primary)
    singleton = primary.singleton if preset.strict_singletons else np.zeros_like(primary.singleton)
    protected = [
        *_rows(system.matrix, np.flatnonzero(primary.sensitive)),
        *_rows(primary.virtual, range(primary.virtual.shape[1])),
    ]
    verdict = eliminate(_rows(system.matrix, order), protected, singleton)
    closed = primary.sensitive.copy()
    closed[order[list(verdict.hidden)]] = True
    return closed


def _order(system: System, primary: Primary) -> Ints:
    """Columns that may be opened, the most wanted first: large counts, then large aggregates."""
    spread = system.matrix.T @ (system.matrix @ primary.counts)
    order = np.lexsort((np.arange(system.columns), -spread, -primary.counts))
    return np.asarray(order[~primary.sensitive[order]])


def _rows(matrix: sparse.csc_array, columns: Ints | range) -> list[list[int]]:
    return [matrix.indices[matrix.indptr[c] : matrix.indptr[c + 1]].tolist() for c in columns]


def _hidden_persons(draft: DraftRelease, system: System, done: list[tuple[System, Bools]]) -> Bools:
    """Amounts whose persons are hidden in any table."""
    found = np.zeros(system.columns, bool)
    for place in system.places:
        model = draft.tables[place.table].model
        family = model.content(place.content).persons
        for other, closed in done:
            if (other.unknowns.family, other.unknowns.year) == (family, system.unknowns.year):
                column = columns_as(draft, other, _unions_only(model))[place.cells]
                hit = (place.column >= 0) & (column >= 0) & closed[column]
                found[place.column[hit]] = True
    return found


def _unions_only(model: TableModel) -> TableModel:
    """The same table read as one of persons: hours add up over services, persons do not."""
    dimensions = (replace(d, composition=Composition.UNION) if d.id == model.unit_dimension else d for d in model.dimensions)
    return replace(model, dimensions=tuple(dimensions))


def _spread(draft: DraftRelease, system: System, closed: Bools, hidden: Hidden) -> None:
    for place in system.places:
        table = draft.tables[place.table]
        figures = table.values[place.content].ravel()[place.cells]
        # A figure without any inner cell behind it cannot be judged, unless it is zero.
        shut = np.where(place.column >= 0, closed[place.column], figures != 0) if system.columns else figures != 0
        hidden[place.table, place.content][place.cells] = shut


def _release(draft: DraftRelease, number: int, preset: Preset, hidden: Hidden) -> ReleasedTable:
    table = draft.tables[number]
    values: dict[str, NDArray[np.float64]] = {}
    statuses: dict[str, NDArray[np.uint8]] = {}
    for content in (c for c in table.model.contents if c.published):
        statuses[content.id] = _statuses(table, content, _shut(number, content, hidden))
        figures = np.asarray(table.values[content.id], np.float64)
        values[content.id] = np.where(statuses[content.id] <= CellStatus.TRUE_ZERO, figures, np.nan)
    return ReleasedTable(table.model, draft.edition, values, statuses, preset.label, dict(table.lineage))


def _shut(number: int, content: Content, hidden: Mapping[tuple[int, str], Bools]) -> Bools:
    """Cells not to be shown; a ratio inherits from both its parts."""
    if content.kind is not ContentKind.RATIO:
        return hidden[number, content.id]
    return hidden[number, content.numerator] | hidden[number, content.denominator]


def _statuses(table: DraftTable, content: Content, shut: Bools) -> NDArray[np.uint8]:
    figures = table.values[content.id]
    status = np.full(table.model.shape, CellStatus.SUPPRESSED, np.uint8)
    is_open = ~shut.reshape(table.model.shape)
    status[is_open & (figures == 0)] = CellStatus.TRUE_ZERO
    status[is_open & (figures != 0)] = CellStatus.VALUE
    status[np.isnan(figures)] = CellStatus.MISSING
    status[~table.applicable[content.id]] = CellStatus.NOT_APPLICABLE
    return status
