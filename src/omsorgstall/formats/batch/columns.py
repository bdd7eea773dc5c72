"""From typed columns to the text of files, and which person and service a row belongs to."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.formats.batch.layout import FileTable, description

MINUTES = 60


def as_text(table: FileTable, rows: pa.Table) -> Mapping[str, pa.Array]:
    """Every column of the file as text, by raw column name; granted hours split in hours and minutes."""
    names = description()["hours"]
    found: dict[str, pa.Array] = {}
    for field in table.csv_fields:
        if field.column in (names["column"], names["minutes_column"]):
            continue
        found[field.column] = rows[field.column].combine_chunks().cast(pa.string())
    if names["column"] in rows.column_names:
        minutes = pc.cast(pc.round(pc.multiply(rows[names["column"]].combine_chunks(), MINUTES)), pa.int64())
        hours = pc.divide(minutes, MINUTES)
        found[names["column"]] = hours.cast(pa.string())
        found[names["minutes_column"]] = pc.subtract(minutes, pc.multiply(hours, MINUTES)).cast(pa.string())
    return found


def person_index(persons: pa.Table, rows: pa.Table) -> NDArray[np.int64]:
    """The row of each record's person.

    Raises:
        ValueError: when a record belongs to no person of the chunk.
    """
    if rows is persons:
        return np.arange(persons.num_rows, dtype=np.int64)
    found = pc.index_in(_identity(rows), value_set=_identity(persons))
    if found.null_count:
        raise ValueError(f"{found.null_count} rows belong to no person of their chunk.")
    index: NDArray[np.int64] = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return index


def service_index(
    services: pa.Table, service_owner: NDArray[np.int64], rows: pa.Table, owner: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The row of each record's service; −1 when its person has no such service."""
    known = _within(service_owner, services["service_id"])
    found = pc.fill_null(pc.index_in(_within(owner, rows["service_id"]), value_set=known), -1)
    index: NDArray[np.int64] = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return index


def _within(owner: NDArray[np.int64], ids: pa.ChunkedArray) -> pa.Array:
    return pc.binary_join_element_wise(pa.array(owner).cast(pa.string()), pc.fill_null(ids.combine_chunks(), ""), " ")


def _identity(rows: pa.Table) -> pa.Array:
    number = pc.fill_null(rows["identity_number"].combine_chunks(), "")
    kind = pc.fill_null(rows["identity_type"].combine_chunks().cast(pa.string()), "")
    return pc.binary_join_element_wise(kind, number, " ")
