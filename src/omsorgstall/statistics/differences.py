"""Which figures moved between two vintages, by how much, and because of what: pure functions on drafts and inner cells.

A figure of persons, hours or days is a sum of inner cells, so its move is the sum of what its inner cells moved in each step, and
each of these belongs to the senders that concern the persons in them. A share or mean is not a sum. With R = N / D its move is
exactly (ΔN - R̄ ΔD) / D̄ where R̄ and D̄ stand midway between before and after, so every cause has its part of it, the parts sum
to the move, and they change signs when the vintages change places. What no cause explains is told as a remainder.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.register.comparison import ComparisonStep, Difference
from omsorgstall.statistics.dense import LEAF_COLUMNS, InnerCells, membership
from omsorgstall.tables import INNER_SCHEMA, Content, ContentKind, DraftTable, TableModel

Values = NDArray[np.float64]
Places = NDArray[np.int64]
NOTHING = 1e-6
"""Below this a difference of sums of hours and days is what is left when floats are added in another order."""
_KEY = [n for n in INNER_SCHEMA.names if n not in ("regions", "persons", "amount")]
_WEIGHTS = ("persons", "amount")
SHIFT_SCHEMA = pa.schema(
    [*(f.with_type(pa.float64()) if f.name in _WEIGHTS else f for f in INNER_SCHEMA), pa.field("cause", pa.int32())]
)
"""Inner cells that causes add (positive) and take away (negative): the number of the cause stands beside them."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved figures in one step: one difference, or several that concern the same persons and cannot be told apart."""

    step: int
    differences: tuple[Difference, ...]

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The senders behind it, as reported; several for persons that several of them concern."""
        return tuple(sorted({d.municipality for d in self.differences if d.municipality}))


@dataclass(frozen=True)
class Shifts:
    """Inner cells that causes add (positive) and take away (negative).

    Attributes:
        first: rows of ``SHIFT_SCHEMA``, to be shown by the model of the earlier table.
        later: the same by the model of the later table.
    """

    causes: tuple[Cause, ...]
    first: pa.Table
    later: pa.Table

    @cached_property
    def together(self) -> pa.Table:
        """Both, for tables whose models are alike: what did not move cancels."""
        return _summed([self.first, self.later])


@dataclass(frozen=True, slots=True)
class MovePart:
    """What one cause did to a figure.

    Attributes:
        cause: its number in ``Shifts.causes``.
        change: its part of the move; None where a share has no number before or after.
        numerator: for a share, what the cause did to its numerator; None for other figures. ``denominator`` likewise.
    """

    cause: int
    change: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One cell of one table that moved.

    Attributes:
        codes: of the cell, in the order of the table's dimensions.
        before: the figure of the earlier vintage; None where there is none. ``after`` likewise.
        change: after less before, a figure that is not there counting as nothing; None for a share without a number at an end.
        parts: by cause, the largest first.
        remainder: what no cause explains; None where ``change`` is.
    """

    table: str
    content: str
    codes: tuple[str, ...]
    before: float | None
    after: float | None
    change: float | None
    parts: tuple[MovePart, ...]
    remainder: float | None

    @property
    def relative(self) -> float | None:
        """The change as a share of the figure before; None when there was none."""
        return self.change / self.before if self.change is not None and self.before else None

    def turned(self) -> "Move":
        """The move from the later vintage to the earlier one."""
        parts = tuple(MovePart(p.cause, _minus(p.change), _minus(p.numerator), _minus(p.denominator)) for p in self.parts)
        change, rest = _minus(self.change), _minus(self.remainder)
        return replace(self, before=self.after, after=self.before, change=change, parts=parts, remainder=rest)


def _minus(value: float | None) -> float | None:
    return value if not value else -value


def shifts(steps: Sequence[ComparisonStep], cells: Sequence[pa.Table]) -> Shifts:
    """What each step did to the inner cells of the persons concerned.

    Args:
        steps: from the earlier vintage to the later one, the first of them the earlier vintage itself.
        cells: ``CONCERNED_SCHEMA`` after each step.
    """
    causes: dict[Cause, int] = {}
    found: list[list[pa.Table]] = [[], []]
    for number in range(1, len(steps)):
        for side, sign in ((number - 1, -1.0), (number, 1.0)):
            rows = _with_cause(cells[side], number, steps[number], causes)
            found[side > 0].append(_signed(rows, sign))
    return Shifts(tuple(causes), *(_summed(parts) for parts in found))


def with_everybody(made: Shifts, difference: Difference, before: pa.Table, after: pa.Table) -> Shifts:
    """The shifts with what another day or other changed numbers did: inner cells of everybody without and with it."""
    number = len(made.causes)
    cause = Cause(1 + max((c.step for c in made.causes), default=0), (difference,))
    both = ((before, -1.0), (after, 1.0))
    parts = [_signed(t.append_column("cause", pa.array([number] * t.num_rows, pa.int32())), sign) for t, sign in both]
    return Shifts((*made.causes, cause), made.first, _summed([made.later, *parts]))


def _with_cause(cells: pa.Table, number: int, step: ComparisonStep, causes: dict[Cause, int]) -> pa.Table:
    """Rows of one stage with the number of their cause in one step; those that the step does not concern are left out."""
    names, years = cells["senders"].to_pylist(), cells["year"].to_pylist()
    known: dict[tuple[str, int], int | None] = {}
    for senders, year in dict.fromkeys(zip(names, years, strict=True)):
        concerned = {(m, year) for m in senders.split("|")}
        moving = tuple(d for d in step.differences if d.moves & concerned)
        known[senders, year] = causes.setdefault(Cause(number, moving), len(causes)) if moving else None
    of_rows = pa.array([known[place] for place in zip(names, years, strict=True)], pa.int32())
    rows = cells.drop_columns("senders").append_column("cause", of_rows)
    return rows.filter(pc.is_valid(rows["cause"]))


def _signed(rows: pa.Table, sign: float) -> pa.Table:
    for name in _WEIGHTS:
        signed = pc.multiply(rows[name].cast(pa.float64()), sign)
        rows = rows.set_column(rows.schema.get_field_index(name), name, signed)
    return rows


def _summed(parts: Sequence[pa.Table]) -> pa.Table:
    """Rows that are alike added up, those that cancel left out."""
    rows = pa.concat_tables([SHIFT_SCHEMA.empty_table(), *(p.select(SHIFT_SCHEMA.names).cast(SHIFT_SCHEMA) for p in parts)])
    places = pc.binary_join(rows["regions"], "|")
    flat = rows.set_column(rows.schema.get_field_index("regions"), "regions", places)
    key = [*_KEY, "regions", "cause"]
    summed = flat.group_by(key).aggregate([(name, "sum") for name in _WEIGHTS]).rename_columns([*key, *_WEIGHTS])
    moved = pc.or_(*(pc.greater(pc.abs(summed[name]), NOTHING / 1000) for name in _WEIGHTS))
    regions = pc.split_pattern(summed["regions"], "|")
    kept = summed.set_column(summed.schema.get_field_index("regions"), "regions", regions).filter(moved)
    return kept.select(SHIFT_SCHEMA.names).cast(SHIFT_SCHEMA)


class _Frame:
    """The cells of two tables of one definition together: members of either, by code."""

    def __init__(self, before: TableModel, after: TableModel) -> None:
        dimensions = zip(before.dimensions, after.dimensions, strict=True)
        self.codes = [tuple(dict.fromkeys((*a.codes(), *b.codes()))) for b, a in dimensions]
        self.shape = tuple(len(codes) for codes in self.codes)
        covers = ([[(m.code, m.covers) for m in d.members] for d in model.dimensions] for model in (before, after))
        self.alike = next(covers) == next(covers)

    def positions(self, model: TableModel) -> list[Places]:
        """Where each member of a model's dimensions stands here."""
        index = [{code: n for n, code in enumerate(codes)} for codes in self.codes]
        return [np.array([i[c] for c in d.codes()], dtype=np.int64) for i, d in zip(index, model.dimensions, strict=True)]

    def figures(self, draft: DraftTable, content: str) -> Values:
        """The figures of a content in all cells, NaN where the table has none."""
        found = np.full(self.shape, np.nan)
        found[np.ix_(*self.positions(draft.model))] = draft.values[content]
        return found.ravel()

    def cell(self, place: int) -> tuple[str, ...]:
        """The codes of a cell."""
        where = np.unravel_index(place, self.shape)
        return tuple(codes[n] for codes, n in zip(self.codes, where, strict=True))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What causes did to the cells of one content: cell, cause and change, in order of cells."""

    cells: Places
    causes: Places
    changes: Values

    def of(self, cell: int) -> dict[int, float]:
        """By cause, for one cell."""
        start, end = np.searchsorted(self.cells, [cell, cell + 1])
        return dict(zip(self.causes[start:end].tolist(), self.changes[start:end].tolist(), strict=True))


def moves(before: DraftTable, after: DraftTable, made: Shifts, region: str = "") -> list[Move]:
    """The published cells of a table that moved, content by content.

    Args:
        before: of the earlier vintage; ``after`` of the later one, by the same definition.
        made: what the causes did to the inner cells.
        region: the cells of one region alone.
    """
    frame = _Frame(before.model, after.model)
    chosen = _chosen(frame, region)
    found: list[Move] = []
    for content in (c for c in after.model.contents if c.published):
        told = _ratios if content.kind is ContentKind.RATIO else _sums
        found += told(content, (before, after), made, frame, chosen)
    return found


def _chosen(frame: _Frame, region: str) -> NDArray[np.bool_]:
    """The cells that are asked for; the region is the first dimension of every table."""
    wanted = np.array([not region or code == region for code in frame.codes[0]], dtype=bool)
    return np.repeat(wanted, int(np.prod(frame.shape[1:])))


Both = tuple[DraftTable, DraftTable]


def _sums(content: Content, drafts: Both, made: Shifts, frame: _Frame, chosen: NDArray[np.bool_]) -> Iterator[Move]:
    old, new = (frame.figures(d, content.id) for d in drafts)
    change = np.nan_to_num(new) - np.nan_to_num(old)
    parts = _parts(content, drafts, made, frame)
    for cell in np.flatnonzero(chosen & (np.abs(change) > NOTHING)).tolist():
        by_cause = parts.of(cell)
        told = _largest_first(MovePart(cause, value) for cause, value in by_cause.items())
        whole = float(change[cell])
        rest = _rest(whole - sum(by_cause.values()))
        yield Move(drafts[1].model.id, content.id, frame.cell(cell), *_ends(old, new, cell), whole, told, rest)


def _ratios(content: Content, drafts: Both, made: Shifts, frame: _Frame, chosen: NDArray[np.bool_]) -> Iterator[Move]:
    old, new = (frame.figures(d, content.id) for d in drafts)
    model = drafts[1].model
    above, below = (model.content(name) for name in (content.numerator, content.denominator))
    tops, bottoms = (_parts(part, drafts, made, frame) for part in (above, below))
    depth = [np.nan_to_num(frame.figures(d, below.id)) for d in drafts]
    moved = (np.isnan(old) != np.isnan(new)) | (np.abs(np.nan_to_num(new) - np.nan_to_num(old)) > NOTHING)
    for cell in np.flatnonzero(chosen & moved).tolist():
        top, bottom = tops.of(cell), bottoms.of(cell)
        ends = _ends(old, new, cell)
        middle = (float(depth[0][cell] + depth[1][cell])) / 2
        told = _largest_first(
            MovePart(c, _of_ratio(ends, middle, top.get(c, 0.0), bottom.get(c, 0.0)), top.get(c, 0.0), bottom.get(c, 0.0))
            for c in sorted(top.keys() | bottom.keys())
        )
        whole = None if None in ends else float(new[cell] - old[cell])
        rest = None if whole is None else _rest(whole - sum(p.change or 0.0 for p in told))
        yield Move(model.id, content.id, frame.cell(cell), *ends, whole, told, rest)


def _of_ratio(ends: tuple[float | None, float | None], middle: float, above: float, below: float) -> float | None:
    """What a cause did to a share, from what it did to the numerator and the denominator."""
    old, new = ends
    return None if old is None or new is None else (above - (old + new) / 2 * below) / middle


def _ends(old: Values, new: Values, cell: int) -> tuple[float | None, float | None]:
    before, after = (None if np.isnan(v[cell]) else float(v[cell]) for v in (old, new))
    return before, after


def _rest(value: float) -> float:
    return 0.0 if abs(value) <= NOTHING else value


def _largest_first(parts: Iterator[MovePart]) -> tuple[MovePart, ...]:
    told = [p for p in parts if any(abs(v) > NOTHING for v in (p.change, p.numerator, p.denominator) if v is not None)]
    return tuple(sorted(told, key=lambda p: (-abs(p.change or p.numerator or 0.0), p.cause)))


def _parts(content: Content, drafts: Both, made: Shifts, frame: _Frame) -> _Parts:
    """What each cause did to each cell of a content that is a sum."""
    keys, weights = [np.zeros(0, np.int64)], [np.zeros(0)]
    known = [~np.isnan(frame.figures(d, content.id)) for d in drafts]
    alike = frame.alike and np.array_equal(known[0], known[1])
    pairs = [(1, made.together)] if alike else [(0, made.first), (1, made.later)]
    for side, rows in pairs:
        own = rows.filter(pc.equal(rows["family"], content.family))
        inner = InnerCells(own, content.family)
        cells, row = _cells_of(inner, drafts[side].model, frame)
        there = known[side][cells]
        values = inner.amount if content.kind is ContentKind.AMOUNT else inner.persons
        causes = own["cause"].to_numpy().astype(np.int64)
        keys.append(cells[there] * len(made.causes) + causes[row[there]])
        weights.append(values[row[there]])
    found, index = np.unique(np.concatenate(keys), return_inverse=True)
    sums = np.bincount(index, np.concatenate(weights), len(found)).astype(np.float64)
    kept = np.abs(sums) > NOTHING
    cells, causes = np.divmod(found[kept], max(1, len(made.causes)))
    return _Parts(cells, causes, sums[kept])


def _cells_of(inner: InnerCells, model: TableModel, frame: _Frame) -> tuple[Places, Places]:
    """The cells each row counts in: pairs of cell and row."""
    row, cell = np.arange(len(inner.persons)), np.zeros(len(inner.persons), np.int64)
    for dimension, position, size in zip(model.dimensions, frame.positions(model), frame.shape, strict=True):
        column = inner.columns[LEAF_COLUMNS[dimension.id]]
        holders = membership(dimension, column.codes, dimension.id == model.unit_dimension).T.tocsr()
        leaf = column.index[row]
        counts = np.diff(holders.indptr)[leaf]
        again = np.repeat(np.arange(len(row)), counts)
        nth = np.arange(len(again)) - np.repeat(np.cumsum(counts) - counts, counts)
        member = holders.indices[holders.indptr[leaf[again]] + nth]
        cell, row = cell[again] * size + position[member], row[again]
    return cell, row


Tables = Mapping[str, DraftTable]


def all_moves(before: Tables, after: Tables, made: Shifts, region: str = "") -> tuple[Move, ...]:
    """Every cell that moved, the largest move of each table and content first.

    Args:
        before: tables of the earlier vintage by id; a table that only one of the vintages has is left out.
    """
    found = [m for name in after if name in before for m in moves(before[name], after[name], made, region)]
    places = {key: n for n, key in enumerate(dict.fromkeys((m.table, m.content) for m in found))}
    return tuple(sorted(found, key=lambda m: (places[m.table, m.content], -_size(m), m.codes)))


def _size(move: Move) -> float:
    """How large a move is; a share that came or went counts as the whole of it."""
    return abs(move.change if move.change is not None else move.before or move.after or 0.0)
