"""CSV files that people write in a spreadsheet: UTF-8, a heading line, columns divided by comma or (in Norway) by semicolon."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from omsorgstall.formats.faults import rejected


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the file: texts by column, None where there is nothing."""

    line: int
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file with its columns in the order they stand, and its rows, which are read once.

    Attributes:
        content: the bytes of the file.
    """

    columns: tuple[str, ...]
    rows: Iterator[SheetRow]
    content: bytes


def read_sheet(path: Path, most_bytes: int) -> Sheet:
    """Read such a file; empty lines are passed over.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it is too large, not UTF-8 or no CSV; the error quotes no value. Rows raise it when
            they are read.
    """
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise rejected("too-large", "The file is larger than such a file can be.", path.name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise rejected("wrong-encoding", "The file holds bytes that are not UTF-8.", path.name) from None
    rows = _rows(text, path.name)
    _, names = next(rows, (0, []))
    columns = tuple(name.strip() for name in names)
    return Sheet(columns, (_row(line, columns, cells, path.name) for line, cells in rows if any(cells)), content)


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if heading.count(";") > heading.count(",") else ",")
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise rejected("not-csv", "The file is no CSV file.", f"{name}, line {reader.line_num}") from None


def _row(line: int, columns: tuple[str, ...], cells: list[str], name: str) -> SheetRow:
    if len(cells) != len(columns):
        raise rejected("not-csv", "A row has not as many fields as the heading line.", f"{name}, line {line}")
    return SheetRow(line, {column: cell.strip() or None for column, cell in zip(columns, cells, strict=True)})
