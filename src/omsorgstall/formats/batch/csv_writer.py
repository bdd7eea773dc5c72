"""Writing the annual batch as a set of CSV files (RFC 4180, comma, UTF-8): one per kind of record and one for the head."""

import zipfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyarrow import csv

from omsorgstall.formats.batch.columns import as_text
from omsorgstall.formats.batch.header import BatchHeader
from omsorgstall.formats.batch.layout import FileTable, description, file_tables

COUNT = "antall_"
"""Begins the header column that tells how many rows a file has, so that a file cut off is noticed."""


def write_csv(folder: Path, header: BatchHeader, chunks: Iterable[Mapping[str, pa.Table]]) -> None:
    """Write a batch as CSV files in a folder, or in a zip file when the name ends with ``.zip``.

    Args:
        chunks: tables by name in ``identified_schema``.
    """
    if folder.suffix == ".zip":
        with TemporaryDirectory() as temporary:
            write_csv(Path(temporary), header, chunks)
            _pack(Path(temporary), folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    counts = _write_tables(folder, chunks)
    values = header.attributes() | {COUNT + file_tables()[name].element: str(n) for name, n in counts.items()}
    csv.write_csv(pa.table({k: [v] for k, v in values.items()}), folder / file_name(description()["root"]))


def file_name(element: str) -> str:
    """The CSV file of an element."""
    return f"{element}.csv"


def _write_tables(folder: Path, chunks: Iterable[Mapping[str, pa.Table]]) -> dict[str, int]:
    counts = dict.fromkeys(file_tables(), 0)
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(csv.CSVWriter(folder / file_name(t.element), _csv_schema(t)))
            for name, t in file_tables().items()
        }
        for chunk in chunks:
            for name, rows in chunk.items():
                writers[name].write_table(_as_csv(file_tables()[name], rows))
                counts[name] += rows.num_rows
    return counts


def _csv_schema(table: FileTable) -> pa.Schema:
    return pa.schema([pa.field(f.attribute, pa.string()) for f in table.csv_fields])


def _as_csv(table: FileTable, rows: pa.Table) -> pa.Table:
    texts = as_text(table, rows)
    return pa.table([texts[f.column] for f in table.csv_fields], schema=_csv_schema(table))


def _pack(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
