"""Reading the annual batch from XML: whole persons per chunk, memory bounded by the chunk."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.formats.batch.header import BatchHeader, parse_header
from omsorgstall.formats.batch.layout import PERSON, FileTable, description, file_tables
from omsorgstall.formats.batch.unknown import UnknownNames
from omsorgstall.formats.faults import rejected
from omsorgstall.formats.held import SentFile
from omsorgstall.formats.xmlsource import SEPARATOR, feed, hardened_parser, root_of

LINE, OWNER, SERVICE = "#line", "#person", "#service"
"""Keys put beside the attributes of an element; no XML attribute can be called so."""
PART = 2_000
"""Persons whose elements are held as dictionaries before they become columns."""
MOST_HELD = 500_000
"""Records of those persons; an average of 250 each is ten times what the heaviest users have."""
MOST_DEPTH = 100
"""Elements within each other; the layout has four."""

Rows = list[dict[str, Any]]
Place = tuple[Rows, dict[str, Any], bool]


class XmlBatch:
    """An annual batch in one XML file.

    Attributes:
        header: who sends it.
        unknown: names outside the layout, filled while the chunks are read.
    """

    def __init__(self, path: SentFile) -> None:
        """Read the root element only.

        Raises:
            OmsorgstallError: INPUT_REJECTED when the file is not an annual batch in a known version.
        """
        name, attributes = root_of(path)
        if name != _qualified(description()["root"]):
            raise rejected("wrong-root", "The root element is not that of an annual batch.", path.name)
        self.path = path
        self.header: BatchHeader = parse_header(attributes, path.name)
        self.unknown = UnknownNames()

    def chunks(self, persons: int = 20_000) -> Iterator[dict[str, pa.Table]]:
        """Raw tables of about ``persons`` whole persons at a time, every table present.

        Raises:
            OmsorgstallError: INPUT_REJECTED where the file stops being well-formed.
        """
        self.unknown = UnknownNames()
        parts: list[dict[str, pa.Table]] = []
        for part in self._parts(min(persons, PART)):
            parts.append(part)
            if sum(p[PERSON].num_rows for p in parts) >= persons:
                yield _joined(parts)
                parts = []
        if parts:
            yield _joined(parts)

    def _parts(self, persons: int) -> Iterator[dict[str, pa.Table]]:
        elements = _Elements(self.path.name, self.unknown)
        with self.path.open("rb") as stream:
            for _ in feed(elements.parser, stream, self.path.name):
                if len(elements.rows[PERSON]) > persons:
                    yield elements.complete()
                if elements.fills_memory():
                    raise rejected("too-large", "A part of the file has unreasonably many or deep elements.", self.path.name)
        if elements.rows[PERSON]:
            yield elements.rest()


class _Elements:
    """Elements read and not yet handed on, as dictionaries of their attributes."""

    def __init__(self, file: str, unknown: UnknownNames) -> None:
        self.rows: dict[str, Rows] = {name: [] for name in file_tables()}
        self._unknown = unknown
        inside_service = self._places("service")
        inside_person = self._places(PERSON, service=inside_service)
        root = {_qualified(file_tables()[PERSON].element): (self.rows[PERSON], inside_person, False)}
        self._inside_person = inside_person
        self._open: list[dict[str, Place]] = [{_qualified(description()["root"]): ([], root, False)}]
        self.parser = hardened_parser(file, self._start, self._end)

    def _places(self, parent: str, **inner: dict[str, Place]) -> dict[str, Place]:
        return {
            _qualified(t.element): (self.rows[t.name], inner.get(t.name, {}), t.inside_service)
            for t in file_tables().values()
            if t.parent == parent
        }

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        place = self._open[-1].get(name)
        if place is None:
            self._unknown.add("", name.rpartition(SEPARATOR)[2], self.parser.CurrentLineNumber)
            self._open.append({})
            return
        rows, inner, in_service = place
        attributes[LINE] = self.parser.CurrentLineNumber
        persons = self.rows[PERSON]
        attributes[OWNER] = len(persons) - (inner is not self._inside_person)
        if in_service:
            attributes[SERVICE] = self.rows["service"][-1].get(_SERVICE_ID)
        rows.append(attributes)
        self._open.append(inner)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def fills_memory(self) -> bool:
        """Whether more is held than any person needs."""
        return len(self._open) > MOST_DEPTH or sum(map(len, self.rows.values())) > MOST_HELD

    def complete(self) -> dict[str, pa.Table]:
        """Everything but the last person, whose children may still come."""
        last = len(self.rows[PERSON]) - 1
        kept: dict[str, Rows] = {}
        for name, rows in self.rows.items():
            first = next((n for n in range(len(rows), 0, -1) if rows[n - 1][OWNER] < last), 0)
            kept[name] = rows[first:]
            del rows[first:]
        done = self.rest()
        for name, rows in kept.items():
            for row in rows:
                row[OWNER] = 0
            self.rows[name].extend(rows)
        return done

    def rest(self) -> dict[str, pa.Table]:
        """Every element held, as raw tables; they are forgotten here."""
        persons = _columns(file_tables()[PERSON], self.rows[PERSON], self._unknown)
        found = {PERSON: persons.select(file_tables()[PERSON].raw().names)}
        for name, rows in self.rows.items():
            if name != PERSON:
                found[name] = self._records(file_tables()[name], rows, persons) if rows else _no_records(name)
            rows.clear()
        return found

    def _records(self, table: FileTable, rows: Rows, persons: pa.Table) -> pa.Table:
        return _with_identity(table, _columns(table, rows, self._unknown), persons)


def _qualified(element: str) -> str:
    return f"{description()['namespace']}{SEPARATOR}{element}"


@cache
def _no_records(table: str) -> pa.Table:
    return file_tables()[table].raw().empty_table()


_SERVICE_ID = next(f.attribute for f in file_tables()["service"].fields if f.column == "service_id")


def _columns(table: FileTable, rows: Rows, unknown: UnknownNames) -> pa.Table:
    fields = [pa.field(f.attribute, pa.string()) for f in table.xml_fields]
    extra = [pa.field(LINE, pa.int32()), pa.field(OWNER, pa.int32())]
    if table.inside_service:
        extra.append(pa.field(SERVICE, pa.string()))
    array = pa.array(rows, pa.struct([*fields, *extra]))
    columns = array.flatten()
    stated = sum(len(c) - c.null_count for c in columns)
    if sum(map(len, rows)) > stated:
        _note_unknown(table, rows, {f.name for f in (*fields, *extra)}, unknown)
    texts = [_empty_as_null(c) for c in columns[: len(fields)]]
    names = [f.column for f in table.xml_fields] + ["line", "person", "service_id"][: len(extra)]
    return pa.table([*texts, *columns[len(fields) :]], names)


def _empty_as_null(column: pa.Array) -> pa.Array:
    if column.null_count == len(column):
        return column
    shortest = pc.min(pc.binary_length(column)).as_py()
    return column if shortest != 0 else pc.if_else(pc.equal(column, ""), None, column)


def _note_unknown(table: FileTable, rows: Rows, known: set[str], unknown: UnknownNames) -> None:
    for row in rows:
        for name in row.keys() - known:
            unknown.add(table.name, name, row[LINE])


def _with_identity(table: FileTable, rows: pa.Table, persons: pa.Table) -> pa.Table:
    owner = rows["person"]
    for name in ("identity_number", "identity_type"):
        rows = rows.append_column(name, persons[name].take(owner))
    return rows.select(table.raw().names)


def _joined(parts: list[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(p[PERSON].num_rows for p in parts)])
    return {
        name: pa.concat_tables([_moved(p[name], o) for p, o in zip(parts, offsets, strict=False)]).combine_chunks()
        for name in parts[0]
    }


def _moved(rows: pa.Table, offset: np.int64) -> pa.Table:
    """The rows with their persons numbered after those of earlier parts."""
    place = rows.schema.get_field_index("person")
    return rows.set_column(place, rows.schema.field(place), pc.add(rows["person"], pa.scalar(offset, pa.int32())))
