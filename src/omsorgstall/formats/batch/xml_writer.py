"""Writing the annual batch as XML: every record on a line of its own, made column by column."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.formats.batch.columns import as_text, person_index, service_index
from omsorgstall.formats.batch.header import BatchHeader
from omsorgstall.formats.batch.layout import PERSON, FileTable, description, file_tables

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;"), ("\n", "&#10;"), ("\t", "&#9;"), ("\r", "&#13;"))
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
"""Characters XML cannot carry at all; left out."""
_NEEDS_ESCAPE = r'[&<"\x00-\x1f\x{fffe}\x{ffff}]'
_PERSON_BITS, _TABLE_BITS, _ROW_BITS = 40, 36, 4
"""Where person, table and row stand in the number that orders the lines."""
_LAST = 15

Index = NDArray[np.int64]


def write_xml(path: Path, header: BatchHeader, chunks: Iterable[Mapping[str, pa.Table]]) -> None:
    """Write a batch as one XML file.

    Args:
        chunks: tables by name in ``identified_schema``; all rows of a person are in one chunk.

    Raises:
        ValueError: when a row belongs to no person of its chunk, or a pause or stay to no service.
    """
    with path.open("wb") as stream:
        stream.write(_opening(header).encode())
        for chunk in chunks:
            _write_chunk(stream, chunk)
        stream.write(f"</{description()['root']}>\n".encode())


def _opening(header: BatchHeader) -> str:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in header.attributes().items())
    root, namespace = description()["root"], description()["namespace"]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}"{attributes}>\n'


def _write_chunk(stream: BinaryIO, chunk: Mapping[str, pa.Table]) -> None:
    lines, keys = [], []
    for text, key in _all_lines(chunk):
        lines.append(text)
        keys.append(key)
    order = np.argsort(np.concatenate(keys), kind="stable")
    # Taking copies the lines into one buffer in file order, which is written as it stands.
    joined = pa.chunked_array(lines, pa.string()).combine_chunks()
    ordered = joined.take(pa.array(order))
    if len(ordered):
        offsets = np.frombuffer(ordered.buffers()[1], dtype=np.int32)
        start, end = offsets[ordered.offset], offsets[ordered.offset + len(ordered)]
        stream.write(memoryview(ordered.buffers()[2])[start:end])


def _all_lines(chunk: Mapping[str, pa.Table]) -> Iterable[tuple[pa.Array, Index]]:
    persons = chunk[PERSON]
    owners = {name: person_index(persons, table) for name, table in chunk.items() if table.num_rows}
    services = chunk.get("service")
    parents = {
        name: service_index(services, owners["service"], chunk[name], owners[name])
        for name in owners
        if services is not None and services.num_rows and file_tables()[name].inside_service
    }
    yield from _person_lines(persons)
    for position, (name, table) in enumerate(file_tables().items()):
        if name in owners and name != PERSON:
            yield from _table_lines(table, chunk[name], owners, parents, position)


def _person_lines(persons: pa.Table) -> Iterable[tuple[pa.Array, Index]]:
    table = file_tables()[PERSON]
    place = np.arange(persons.num_rows, dtype=np.int64) << _PERSON_BITS
    yield _ended(_tags(table, persons), ">\n"), place
    yield pa.repeat(pa.scalar(f"</{table.element}>\n", pa.string()), len(place)), place + (_LAST << _TABLE_BITS)


def _table_lines(
    table: FileTable, rows: pa.Table, owners: Mapping[str, Index], parents: Mapping[str, Index], position: int
) -> Iterable[tuple[pa.Array, Index]]:
    if table.inside_service:
        if table.name not in parents or (parents[table.name] < 0).any():
            raise ValueError(f"A row of {table.name} names a service that its person does not have.")
        yield _ended(_tags(table, rows), "/>\n"), _place(owners[table.name], 2, parents[table.name], 1)
        return
    row = np.arange(rows.num_rows, dtype=np.int64)
    place = _place(owners[table.name], position, row, 0)
    filled = np.isin(row, np.concatenate([np.empty(0, np.int64), *parents.values()])) if table.name == "service" else row < 0
    ends = pa.array(np.where(filled, ">\n", "/>\n"), pa.string())
    yield pc.binary_join_element_wise(_tags(table, rows), ends, ""), place
    yield pa.repeat(pa.scalar(f"</{table.element}>\n", pa.string()), int(filled.sum())), place[filled] + _LAST


def _place(person: Index, position: int, row: Index, inner: int) -> Index:
    return (person << _PERSON_BITS) + (position << _TABLE_BITS) + (row << _ROW_BITS) + inner


def _ended(tags: pa.Array, end: str) -> pa.Array:
    return pc.binary_join_element_wise(tags, pa.scalar(end, pa.string()), "")


def _tags(table: FileTable, rows: pa.Table) -> pa.Array:
    """``<element a="1" b="2"`` for every row; empty values have no attribute."""
    parts = [pa.scalar(f"<{table.element}", pa.string())]
    texts = as_text(table, rows)
    parts += [_attribute(field.attribute, texts[field.column]) for field in table.xml_fields]
    joined = pc.binary_join_element_wise(*parts, "")
    return joined if len(parts) > 1 else pa.repeat(joined, rows.num_rows)


def _attribute(name: str, text: pa.Array) -> pa.Array:
    quoted = pc.binary_join_element_wise(f' {name}="', _escaped(text), '"', "")
    return pc.fill_null(quoted, "")


def _escaped(text: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(text, _NEEDS_ESCAPE)).as_py():
        return text
    text = pc.replace_substring_regex(text, _FORBIDDEN, "")
    for character, escape in _ESCAPES:
        text = pc.replace_substring(text, character, escape)
    return text
