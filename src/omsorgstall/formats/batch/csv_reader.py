"""Reading the annual batch from CSV files. A submission is one municipality's, so it is read whole, then cut into persons."""

import re
from collections.abc import Iterator, Mapping
from csv import Error as HeadingError
from csv import reader
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from omsorgstall.formats.batch.csv_writer import COUNT, file_name
from omsorgstall.formats.batch.header import BatchHeader, parse_header
from omsorgstall.formats.batch.layout import PERSON, FileTable, description, file_tables
from omsorgstall.formats.batch.unknown import UnknownNames
from omsorgstall.formats.faults import rejected
from omsorgstall.formats.held import SentFile
from omsorgstall.formats.zipsource import Packed, packed_files, unpacked

MOST_BYTES = 2 << 30
"""Largest set of files read, unpacked: twenty times the largest city. A zip bomb costs nothing."""
MOST_COLUMNS = 1_000
"""Columns of a file; the layout has some dozens."""

_LINE_END = re.compile(rb"[\r\n]")
_MOST_DIGITS = 18
"""Digits of a count that is compared; a number of thousands of digits costs time and is no count."""


class CsvBatch:
    """An annual batch in a folder or zip file of CSV files.

    Attributes:
        header: who sends it.
        unknown: columns outside the layout and rows with the wrong number of fields.
    """

    def __init__(self, path: SentFile, most_bytes: int = MOST_BYTES) -> None:
        """Read the header file only.

        Args:
            most_bytes: how large the files may be together, unpacked.

        Raises:
            OmsorgstallError: INPUT_REJECTED when files are missing, too large or not as described.
        """
        self.path = path
        self._files = _files(path)
        if sum(file.size for file in self._files.values()) > most_bytes:
            raise rejected("too-large", "The files are larger than a submission can be.", path.name)
        self.unknown = UnknownNames()
        head = self._head()
        self.header: BatchHeader = parse_header(head, file_name(description()["root"]))
        self._counts = {k.removeprefix(COUNT): v for k, v in head.items() if k.startswith(COUNT)}

    def chunks(self, persons: int = 20_000) -> Iterator[dict[str, pa.Table]]:
        """Raw tables of ``persons`` whole persons at a time, every table present, whatever the order of the rows.

        Rows of persons without a row of their own come in the first chunk.

        Raises:
            OmsorgstallError: INPUT_REJECTED for a file that is no CSV in UTF-8 or has lost rows.
        """
        self.unknown = UnknownNames()
        tables = {name: self._table(t) for name, t in file_tables().items()}
        keys = _keys(tables[PERSON])
        owners = {name: _owners(t, keys) for name, t in tables.items() if name != PERSON}
        owners[PERSON] = np.arange(len(keys), dtype=np.int64)
        for first in range(0, max(1, len(keys)), persons):
            yield {name: _slice(tables[name], owners[name], first, persons) for name in tables}

    def _head(self) -> Mapping[str, str]:
        name = file_name(description()["root"])
        if name not in self._files:
            raise rejected("missing-file", f"The header file {name} is missing.", self.path.name)
        lines = _parse(self._bytes(name), name, [])
        rows = lines.filter(pc.invert(_blank(lines))).to_pylist()
        if len(rows) != 1:
            raise rejected("bad-header", "The header file does not have exactly one row.", name)
        return {k: v or "" for k, v in rows[0].items()}

    def _table(self, table: FileTable) -> pa.Table:
        name = file_name(table.element)
        if name not in self._files:
            if table.name == PERSON:
                raise rejected("missing-file", f"The file {name} is missing.", self.path.name)
            return table.raw().empty_table()
        bad: list[int] = []
        rows = _parse(self._bytes(name), name, bad)
        blank = _blank(rows)
        self._check_count(table, rows.num_rows + len(bad) - int(pc.sum(blank).as_py() or 0), name)
        if table.identity[0].attribute not in rows.column_names:
            raise rejected("not-csv", f"The column {table.identity[0].attribute} is missing.", name)
        for line in bad:
            self.unknown.add(table.name, "", line)
        return self._raw(table, rows, bad).filter(pc.invert(blank))

    def _raw(self, table: FileTable, rows: pa.Table, bad: list[int]) -> pa.Table:
        known = {f.attribute for f in table.csv_fields}
        for number, column in enumerate(rows.column_names, 1):
            if column not in known:
                self.unknown.add(table.name, column or f"column {number}", 1, rows.num_rows)
        lines = np.setdiff1d(np.arange(2, rows.num_rows + len(bad) + 2, dtype=np.int32), np.array(bad, dtype=np.int32))
        missing = pa.nulls(rows.num_rows, pa.string())
        found = [rows[f.attribute] if f.attribute in rows.column_names else missing for f in table.csv_fields]
        nobody = pa.repeat(pa.scalar(-1, pa.int32()), rows.num_rows)
        return pa.table([pa.array(lines), nobody, *found], schema=table.raw())

    def _check_count(self, table: FileTable, rows: int, name: str) -> None:
        stated = self._counts.get(table.element, "")
        if stated.isdecimal() and len(stated) <= _MOST_DIGITS and int(stated) != rows:
            raise rejected("truncated", f"The header file tells of {stated} rows, the file has {rows}.", name)

    def _bytes(self, name: str) -> bytes:
        if isinstance(self.path, Path) and self.path.is_dir():
            return (self.path / name).read_bytes()
        return unpacked(self.path, self._files[name], name)


def known_files() -> frozenset[str]:
    """The names of the files of a CSV set; others are not read."""
    return frozenset(file_name(t.element) for t in file_tables().values()) | {file_name(description()["root"])}


def _files(path: SentFile) -> dict[str, Packed]:
    """The files of a set by name."""
    if isinstance(path, Path) and path.is_dir():
        return {f.name: Packed(f.name, f.stat().st_size) for f in path.iterdir() if f.name in known_files()}
    return packed_files(path, known_files())


def _parse(content: bytes, name: str, bad: list[int]) -> pa.Table:
    def note(row: csv.InvalidRow) -> str:
        bad.append(row.number)
        return "skip"

    if not content.strip():
        raise rejected("empty-file", "The file is empty.", name)
    if not _is_utf8(content):
        raise rejected("wrong-encoding", "The file holds bytes that are not UTF-8.", name)
    end = _LINE_END.search(content)
    heading = content[: end.start()] if end else content
    if heading.count(b",") >= MOST_COLUMNS:
        raise rejected("not-csv", "The heading line has more columns than any file of the layout.", name)
    try:
        rows = csv.read_csv(
            pa.BufferReader(content),
            read_options=csv.ReadOptions(use_threads=False),
            parse_options=csv.ParseOptions(invalid_row_handler=note, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(_names(heading), pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
        _judge(rows, len(bad), content, name)
    except (pa.ArrowInvalid, HeadingError, StopIteration):
        raise rejected("not-csv", "The file is no CSV file as the layout describes it.", name) from None
    return rows


def _is_utf8(content: bytes) -> bool:
    """Judged without a copy, and before the rows, as the reader would tell of a bad byte in a bad row on the standard error."""
    ends = pa.py_buffer(np.array([0, len(content)], np.int64))
    try:
        pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(content)]).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _names(heading: bytes) -> list[str]:
    """The names of the columns: without them types would be guessed from the values, and numbers lose their first zeros."""
    return next(reader([heading.decode("utf-8-sig")]))


def _judge(rows: pa.Table, bad: int, content: bytes, name: str) -> None:
    if len(set(rows.column_names)) < len(rows.column_names):
        raise rejected("not-csv", "A column stands more than once in the heading line.", name)
    if not all(pa.types.is_string(kind) for kind in rows.schema.types):
        raise rejected("not-csv", "The heading line cannot be read.", name)
    if rows.num_rows + bad + 1 != _lines(content):
        # No value of the layout has several lines, and a quotation mark left open would swallow the rows after it.
        raise rejected("not-csv", "A value goes over several lines: a quotation mark is not closed.", name)


def _lines(content: bytes) -> int:
    """Lines of a file, whichever way they end."""
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    return ends + (not content.endswith((b"\n", b"\r")))


def _blank(rows: pa.Table) -> pa.ChunkedArray:
    """Which rows are empty lines, as many programs leave one at the end."""
    return reduce(pc.and_, (pc.is_null(rows[name]) for name in rows.column_names))


def _keys(rows: pa.Table) -> pa.Array:
    parts = [pc.fill_null(rows[c].combine_chunks(), "") for c in ("identity_type", "identity_number")]
    return pc.binary_join_element_wise(*parts, " ")


def _owners(rows: pa.Table, persons: pa.Array) -> NDArray[np.int64]:
    """The first row of each row's person; −1 without one."""
    if not rows.num_rows:
        return np.empty(0, np.int64)
    found = pc.fill_null(pc.index_in(_keys(rows), value_set=persons), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _slice(rows: pa.Table, owners: NDArray[np.int64], first: int, persons: int) -> pa.Table:
    """The rows of a chunk's persons; rows without a person come in the first chunk."""
    if not rows.num_rows:
        return rows
    inside = (owners >= first) & (owners < first + persons)
    if first == 0:
        inside |= owners < 0
    numbers = np.where(owners < 0, -1, owners - first)[inside]
    place = rows.schema.get_field_index("person")
    return rows.filter(pa.array(inside)).set_column(place, "person", pa.array(numbers, pa.int32())).combine_chunks()
