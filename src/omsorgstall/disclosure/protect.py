"""From draft to released tables: the only place that makes a ``ReleasedTable``."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.disclosure.loss import Loss, measure_loss
from omsorgstall.disclosure.memory import positions_before, recall
from omsorgstall.disclosure.presets import Preset
from omsorgstall.disclosure.primary import Bools, Primary, find_primary
from omsorgstall.disclosure.repair import Seen, companions, narrow_columns, union_rows
from omsorgstall.disclosure.secondary import eliminate
from omsorgstall.disclosure.system import Ints, System, build, columns_as
from omsorgstall.disclosure.unknowns import find_unknowns
from omsorgstall.tables import CellStatus, Composition, Content, ContentKind, DraftRelease, DraftTable, ReleasedTable, TableModel

Hidden = dict[tuple[int, str], Bools]
"""Per number of table and content, which cells must not be shown."""


LONGER = 2
"""Times as many rows as what is new has, at the median, that make a sum beside it a long one."""
MOST_REPAIRS = 4
"""Each costs an elimination; what is narrow after them the attack finds and the release repairs."""
Cell = tuple[str, tuple[str, ...]]
"""Id of the table, and the codes of a cell with the content last."""


@dataclass(frozen=True, slots=True)
class Protected:
    """The tables of an edition ready for publication, and what the protection cost.

    Attributes:
        withdrawn: cells that an earlier edition showed with another figure and this one hides.
    """

    tables: tuple[ReleasedTable, ...]
    loss: tuple[Loss, ...]
    withdrawn: frozenset[Cell] = frozenset()


@dataclass(slots=True)
class _Guarded:
    """A system with what was decided for it.

    Attributes:
        primary: what is kept secret; ``must`` what is sensitive by itself; ``opened`` what readers know already.
        beside: columns hidden beside others because they were too narrow or worked out.
        idle: columns that readers can work out from what they have, among those ``asked`` so far.
        judged: the sensitive columns for which ``closed`` was decided.
    """

    system: System
    primary: Primary
    must: Bools
    opened: Bools
    own: Bools
    beside: Bools
    idle: Bools
    asked: Bools
    judged: Bools | None = None
    closed: Bools = field(default_factory=lambda: np.zeros(0, bool))


class Protection:
    """The protection of one draft, which can be told to hide more: a system of which nothing new is asked stays as decided."""

    def __init__(
        self, draft: DraftRelease, preset: Preset, *, memory: Sequence[ReleasedTable] = (), progress: Progress = silent
    ) -> None:
        self.draft, self.preset, self.memory, self.progress = draft, preset, memory, progress
        self.guarded = [_guard(draft, build(draft, unknowns), preset, memory) for unknowns in find_unknowns(draft)]

    def widen(self, cells: Mapping[Cell, int]) -> None:
        """Hide more beside hidden cells that an attack has worked out or found too narrow, with how many times it has so far."""
        for each in self.guarded:
            asked = _columns_of(self.draft, each.system, cells)
            if asked:
                # Four at once: one at a time takes more rounds, and in the end hides more.
                pairs, seen = union_rows(self.draft, each.system), Seen(each.closed, each.opened)
                each.beside[companions(each.system, each.primary, seen, pairs, list(asked), list(asked.values()))] = True

    def protected(self) -> Protected:
        """The tables as protected so far.

        Raises:
            OmsorgstallError: when an earlier edition already gives away what is sensitive now.
        """
        # A cell that no step below has judged stays hidden, unless there is nobody in it.
        hidden: Hidden = {(n, c): v.ravel() != 0 for n, t in enumerate(self.draft.tables) for c, v in t.values.items()}
        for n, each in enumerate(self.guarded):
            self.progress("protect", n, len(self.guarded))
            self._judge(each, self.guarded[:n])
            _spread(self.draft, each.system, each.closed, hidden)
        tables = tuple(_release(self.draft, n, self.preset, hidden) for n in range(len(self.draft.tables)))
        return Protected(tables, measure_loss(self.draft, tables), _withdrawn(self.draft, tables, self.memory))

    def _judge(self, each: _Guarded, done: Sequence[_Guarded]) -> None:
        """Decide anew what is closed in a system, if more is sensitive in it than when it was decided last."""
        amounts = each.system.unknowns.group.amounts
        sensitive = (each.own | each.beside) & ~_idle(each)
        if amounts:
            sensitive |= _hidden_persons(self.draft, each.system, done)
        if each.judged is not None and np.array_equal(sensitive, each.judged):
            return
        each.primary.sensitive[:] = sensitive
        each.closed = close(each, self.preset) if each.judged is None else close_more(each, self.preset)
        if not amounts:
            _widen(self.draft, each, self.preset)
        each.beside |= each.primary.sensitive & ~sensitive
        each.judged = each.primary.sensitive.copy()


def _guard(draft: DraftRelease, system: System, preset: Preset, memory: Sequence[ReleasedTable]) -> _Guarded:
    primary = find_primary(draft, system, preset)
    recalled = recall(draft, system, memory)
    must = primary.sensitive.copy()
    none = [np.zeros(system.columns, bool) for _ in range(3)]
    return _Guarded(system, primary, must, recalled.opened, must | recalled.hidden, *none)


def protect(
    draft: DraftRelease, preset: Preset, *, memory: Sequence[ReleasedTable] = (), progress: Progress = silent
) -> Protected:
    """Hide what is sensitive and what would give it away, over all tables of the edition together.

    Args:
        memory: the tables readers have: what they showed stays open, what they hid stays hidden.

    Raises:
        OmsorgstallError: when an earlier edition already gives away what is sensitive now.
    """
    return Protection(draft, preset, memory=memory, progress=progress).protected()


def _widen(draft: DraftRelease, each: _Guarded, preset: Preset) -> None:
    """Hide more until no interval is too narrow by cheap reasoning."""
    system, primary = each.system, each.primary
    pairs = union_rows(draft, system)
    tried: Counter[int] = Counter()
    for _ in range(MOST_REPAIRS):
        narrow = narrow_columns(system, pairs, each.closed, preset.width).tolist()
        more = companions(system, primary, Seen(each.closed, each.opened), pairs, narrow, [tried[c] for c in narrow])
        if not len(more):
            break
        tried.update(narrow)
        primary.sensitive[more] = True
        each.closed = close_more(each, preset)


def _columns_of(draft: DraftRelease, system: System, cells: Mapping[Cell, int]) -> dict[int, int]:
    """Columns of named cells."""
    found: dict[int, int] = {}
    for place in system.places if cells else ():
        model = draft.tables[place.table].model
        column = dict(zip(place.cells.tolist(), place.column.tolist(), strict=True))
        index = [d.index() for d in model.dimensions]
        for (table, codes), times in cells.items():
            if table == model.id and codes[-1] == place.content:
                flat = int(np.ravel_multi_index([i[c] for i, c in zip(index, codes[:-1], strict=True)], model.shape))
                if column.get(flat, -1) >= 0:
                    found[column[flat]] = max(times, found.get(column[flat], 0))
    return found


def close(each: _Guarded, preset: Preset) -> Bools:
    """Which columns of a system stay hidden: the sensitive ones and those that would give them away.

    Raises:
        OmsorgstallError: when a column sensitive by itself follows from what readers know.
    """
    sensitive = each.primary.sensitive & ~each.opened
    order = _order(each.system, each.primary, sensitive | each.opened)
    closed = sensitive | ~each.system.shown
    closed[_given_away(each, preset, order, np.ones(len(each.system.persons), bool))] = True
    return closed


def close_more(each: _Guarded, preset: Preset) -> Bools:
    """What must be closed beside what is closed already, now that more is sensitive; nothing is opened.

    Only the parts of the system with something new are walked through. In them long sums over what is new come first, as they
    are wanted most; then the short sums far from it, in which the elimination is quick; and those beside it last, so that it
    is the least wanted of them that is closed.
    """
    system = each.system
    new = each.primary.sensitive & ~each.opened & ~each.closed
    found = each.closed | new
    if not new.any():
        return found
    new_rows = system.matrix @ new.astype(np.int64) > 0
    near = system.matrix.T @ new_rows.astype(np.int64) > 0
    parts = _parts(system)
    rows = np.isin(parts, parts[new_rows])
    order = _order(system, each.primary, found | each.opened)
    order = order[(system.matrix.T @ rows.astype(np.int64))[order] > 0]
    length = np.diff(system.matrix.indptr)
    # Were it opened after all its other parts, a long sum would always be the one to be closed.
    group = np.where(near & (length > LONGER * np.median(length[new])), 0, np.where(near, 2, 1))
    order = order[np.lexsort((np.arange(len(order)), np.where(near, 0, length)[order], group[order]))]
    found[_given_away(each, preset, order, rows)] = True
    return found


def _parts(system: System) -> Ints:
    """The number of the part of each row: rows of two parts stand in no sum together."""
    sums = sparse.csr_array(abs(sparse.hstack([system.matrix, system.identities])))
    _, part = connected_components(sparse.bmat([[None, sums], [sums.T, None]], format="csr"), directed=False)
    return np.asarray(part[: sums.shape[0]], np.int64)


def _given_away(each: _Guarded, preset: Preset, order: Ints, rows: Bools) -> Ints:
    """The columns in an order that would give something away, in the parts of the system with these rows."""
    system, primary, opened = each.system, each.primary, each.opened
    within = system.matrix.T @ rows.astype(np.int64) > 0
    sensitive = np.flatnonzero(primary.sensitive & ~opened & within)
    singleton = primary.singleton if preset.strict_singletons else np.zeros_like(primary.singleton)
    virtual = np.arange(primary.virtual.shape[1]) if not opened.any() else _undecided_virtual(system, primary, opened)
    virtual = virtual[(abs(primary.virtual).T @ rows.astype(np.int64))[virtual] > 0]
    protected = [*_rows(system.matrix, sensitive), *_rows(primary.virtual, virtual)]
    identities = _factors(
        sparse.csc_array(system.identities[:, np.flatnonzero(abs(system.identities).T @ rows.astype(np.int64))])
    )
    known = _rows(system.matrix, np.flatnonzero(opened & within))
    verdict = eliminate(_rows(system.matrix, order), protected, singleton, identities, known)
    # One that was only hidden beside others may follow, for somebody who knows her own part, from what was shown with it:
    # that was so when it was hidden, and is no fault now.
    unsafe = [n for n in verdict.unsafe if n >= len(sensitive) or each.must[sensitive[n]]]
    if unsafe:
        what = f"{len(unsafe)} sensitive figures follow from what an earlier edition shows."
        raise OmsorgstallError(ErrorFamily.DISCLOSURE, "known-already", what, todo="Release the same tables as before, or fewer.")
    return order[list(verdict.hidden)]


def _idle(each: _Guarded) -> Bools:
    """Columns hidden only beside others that readers can work out from what they have: hiding them keeps nothing from anyone."""
    new = np.flatnonzero((each.own | each.beside) & ~each.must & ~each.opened & ~each.asked)
    if len(new) and each.opened.any():
        each.idle[new[_follow(each.system, each.opened, _rows(each.system.matrix, new))]] = True
    each.asked[new] = True
    return each.idle


def _follow(system: System, opened: Bools, sums: Sequence[list[int]]) -> Ints:
    """Which of some sums follow from what readers have: their numbers."""
    nobody = np.zeros(system.matrix.shape[0], bool)
    known = _rows(system.matrix, np.flatnonzero(opened))
    return np.array(eliminate([], sums, nobody, _factors(system.identities), known).unsafe, np.int64)


def _undecided_virtual(system: System, primary: Primary, opened: Bools) -> Ints:
    """Complements that readers do not know yet: a difference of two cells shown before cannot be hidden any more."""
    protected = _rows(primary.virtual, range(primary.virtual.shape[1]))
    given = set(_follow(system, opened, protected).tolist())
    return np.array([n for n in range(len(protected)) if n not in given], np.int64)


def _order(system: System, primary: Primary, settled: Bools) -> Ints:
    """Columns that may be opened, the most wanted first: large counts, then large aggregates."""
    spread = system.matrix.T @ (system.matrix @ primary.counts)
    order = np.lexsort((np.arange(system.columns), -spread, -primary.counts))
    return np.asarray(order[(~settled & system.shown)[order]])


def _factors(matrix: sparse.csc_array) -> list[dict[int, int]]:
    ends = zip(matrix.indptr, matrix.indptr[1:], strict=False)
    return [dict(zip(matrix.indices[a:b].tolist(), matrix.data[a:b].tolist(), strict=True)) for a, b in ends]


def _rows(matrix: sparse.csc_array, columns: Ints | range) -> list[list[int]]:
    return [matrix.indices[matrix.indptr[c] : matrix.indptr[c + 1]].tolist() for c in columns]


def _hidden_persons(draft: DraftRelease, system: System, done: Sequence[_Guarded]) -> Bools:
    """Amounts whose persons are hidden in any table."""
    found = np.zeros(system.columns, bool)
    for place in system.places:
        model = draft.tables[place.table].model
        family = model.content(place.content).persons
        for other, closed in ((d.system, d.closed) for d in done):
            if family in other.unknowns.group.stands_for and other.unknowns.year == system.unknowns.year:
                column = columns_as(draft, other, _unions_only(model), family)[place.cells]
                hit = (place.column >= 0) & (column >= 0) & closed[column]
                found[place.column[hit]] = True
    return found


def _withdrawn(draft: DraftRelease, tables: Sequence[ReleasedTable], memory: Sequence[ReleasedTable]) -> frozenset[Cell]:
    """Cells shown before and hidden now."""
    found: set[Cell] = set()
    for before, after in zip(draft.tables, tables, strict=True):
        for earlier in (t for t in memory if t.model.id == after.model.id):
            at = positions_before(before, earlier)
            for content in after.statuses.keys() & earlier.statuses.keys():
                was = (earlier.statuses[content].ravel()[at] == CellStatus.VALUE) & (at >= 0)
                for position in np.argwhere(was & (after.statuses[content] == CellStatus.SUPPRESSED)):
                    codes = (d.members[int(p)].code for d, p in zip(after.model.dimensions, position, strict=True))
                    found.add((after.model.id, (*codes, content)))
    return frozenset(found)


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
