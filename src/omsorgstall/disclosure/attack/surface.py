"""What can be seen on the face of a table: small figures, marks that differ, figures beside hidden ones."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from omsorgstall.disclosure.attack.published import Bools
from omsorgstall.disclosure.attack.report import Attack, Exposure
from omsorgstall.tables import CellStatus, Composition, Content, ContentKind, ReleasedTable

Key = tuple[str, frozenset[tuple[str, str]]]
"""Family and what a cell counts: pairs of dimension and member."""


def look(tables: Sequence[ReleasedTable], limit: int) -> Iterator[Exposure]:
    """Every exposure that needs no arithmetic but division."""
    persons = _persons_cells(tables)
    for table in tables:
        for content in (c for c in table.model.contents if c.published):
            yield from _marks(table, content)
            if content.kind is ContentKind.PERSONS:
                yield from _small(table, content, limit)
            elif content.kind is ContentKind.AMOUNT:
                yield from _twins(table, content)
                yield from _few_behind(table, content, persons, limit)
            else:
                yield from _ratios(table, content)


def codes(table: ReleasedTable, content: str, flat: int) -> tuple[str, ...]:
    """The codes of a cell by its flat index."""
    position = np.unravel_index(flat, table.model.shape)
    return (*(d.members[int(p)].code for d, p in zip(table.model.dimensions, position, strict=True)), content)


def _each(table: ReleasedTable, content: Content, attack: Attack, found: Bools, how: str) -> Iterator[Exposure]:
    for flat in np.flatnonzero(found):
        yield Exposure(attack, table.model.id, codes(table, content.id, int(flat)), how)


def _marks(table: ReleasedTable, content: Content) -> Iterator[Exposure]:
    """A figure under a mark, or a mark that is none of ours."""
    status, figures = table.statuses[content.id], table.values[content.id]
    yield from _each(table, content, Attack.MARK, (status > CellStatus.TRUE_ZERO) & ~np.isnan(figures), "a figure under the mark")
    yield from _each(table, content, Attack.MARK, status > max(CellStatus), "an unknown mark")
    yield from _each(table, content, Attack.MARK, (status == CellStatus.TRUE_ZERO) & (figures != 0), "a zero that is none")


def _small(table: ReleasedTable, content: Content, limit: int) -> Iterator[Exposure]:
    figures = table.values[content.id]
    small = (table.statuses[content.id] <= CellStatus.TRUE_ZERO) & (figures > 0) & (figures < limit)
    yield from _each(table, content, Attack.SMALL, small, f"fewer than {limit} persons")


def _ratios(table: ReleasedTable, content: Content) -> Iterator[Exposure]:
    """A ratio beside a hidden part gives the part away when the other is known."""
    shown = table.statuses[content.id] == CellStatus.VALUE
    for part in (content.numerator, content.denominator):
        if part in table.statuses:
            hidden = table.statuses[part] == CellStatus.SUPPRESSED
            yield from _each(table, content, Attack.RATIO, shown & hidden, f"its part {part} is hidden")


def _twins(table: ReleasedTable, content: Content) -> Iterator[Exposure]:
    """Amounts of one table in two ways (with and without overlap) are the same figure in most cells."""
    shown = table.statuses[content.id] == CellStatus.VALUE
    for other in table.model.contents:
        if other.kind is ContentKind.AMOUNT and other.published and other.id != content.id and other.unit == content.unit:
            hidden = table.statuses[other.id] == CellStatus.SUPPRESSED
            yield from _each(table, content, Attack.RATIO, shown & hidden, f"nearly the same as {other.id}, which is hidden")


def _persons_cells(tables: Sequence[ReleasedTable]) -> dict[Key, bool]:
    """For each cell of persons, whether it is hidden."""
    found: dict[Key, bool] = {}
    for table in tables:
        for content in (c for c in table.model.contents if c.published and c.kind is ContentKind.PERSONS):
            hidden = (table.statuses[content.id] == CellStatus.SUPPRESSED).ravel()
            for flat, key in enumerate(_keys(table, content.family)):
                found[key] = found.get(key, False) or bool(hidden[flat])
    return found


def _keys(table: ReleasedTable, family: str) -> Iterator[Key]:
    names = [[_named(table, n, m) for m in range(len(d.members))] for n, d in enumerate(table.model.dimensions)]
    for position in np.ndindex(*table.model.shape):
        pairs = (names[axis][at] for axis, at in enumerate(position))
        yield family, frozenset(p for p in pairs if p[1])


def _named(table: ReleasedTable, axis: int, at: int) -> tuple[str, str]:
    """Dimension and member; the whole of a dimension is as good as no dimension."""
    dimension = table.model.dimensions[axis]
    member = dimension.members[at]
    everything = frozenset().union(*(m.covers for m in dimension.members))
    is_whole = member.covers == everything and len(everything) > 1 and dimension.composition is Composition.ADDITIVE
    return dimension.id, "" if is_whole and dimension.id != table.model.unit_dimension else member.code


def _few_behind(table: ReleasedTable, content: Content, persons: Mapping[Key, bool], limit: int) -> Iterator[Exposure]:
    shown = (table.statuses[content.id] == CellStatus.VALUE).ravel()
    hidden = np.fromiter((persons.get(key, False) for key in _keys(table, content.persons)), bool, count=table.model.cells)
    yield from _each(table, content, Attack.SMALL, shown & hidden, f"the persons behind it are hidden (limit {limit})")


def look_back(
    tables: Sequence[ReleasedTable], earlier: Sequence[ReleasedTable], withdrawn: Collection[tuple[str, tuple[str, ...]]]
) -> Iterator[Exposure]:
    """Hidden cells that an earlier edition shows."""
    for table in tables:
        for content, status in table.statuses.items():
            known = [t for t in earlier if t.model.id == table.model.id and content in t.statuses]
            for flat in np.flatnonzero(status == CellStatus.SUPPRESSED) if known else ():
                name = codes(table, content, int(flat))
                shows = next((t.edition for t in known if _shown_in(t, name)), None)
                if shows is not None and (table.model.id, name) not in withdrawn:
                    yield Exposure(Attack.REVISION, table.model.id, name, f"edition {shows} shows it")


def _shown_in(table: ReleasedTable, name: tuple[str, ...]) -> bool:
    index = [d.index() for d in table.model.dimensions]
    if len(index) != len(name) - 1 or any(c not in i for i, c in zip(index, name[:-1], strict=True)):
        return False
    at = tuple(i[c] for i, c in zip(index, name[:-1], strict=True))
    return bool(table.statuses[name[-1]][at] == CellStatus.VALUE)
