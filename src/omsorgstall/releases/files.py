"""One released table as one Parquet file: a column of values and one of statuses per content, the model in the metadata."""

import hashlib
import io
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.tables import ReleasedTable
from omsorgstall.tables.serialise import model_from_json, model_to_json

HEADER = b"omsorgstall"


def encode(table: ReleasedTable) -> bytes:
    """The file of a table."""
    header = {
        "model": model_to_json(table.model),
        "edition": table.edition,
        "preset": table.preset,
        "lineage": dict(table.lineage),
        "contents": list(table.values),
    }
    columns: dict[str, pa.Array] = {}
    for content, values in table.values.items():
        columns[f"{content}.value"] = pa.array(np.asarray(values, np.float64).ravel(), from_pandas=True)
        columns[f"{content}.status"] = pa.array(np.asarray(table.statuses[content], np.uint8).ravel())
    sheet = pa.table(columns).replace_schema_metadata({HEADER: json.dumps(header, ensure_ascii=False).encode()})
    out = io.BytesIO()
    pq.write_table(sheet, out, compression="zstd")
    return out.getvalue()


def decode(content: bytes) -> ReleasedTable:
    """The table of a file."""
    sheet = pq.read_table(io.BytesIO(content))
    header = json.loads(sheet.schema.metadata[HEADER])
    model = model_from_json(header["model"])
    values = {c: _column(sheet, f"{c}.value").reshape(model.shape) for c in header["contents"]}
    statuses = {c: _column(sheet, f"{c}.status").astype(np.uint8).reshape(model.shape) for c in header["contents"]}
    # Only what disclosure control made before is made again: the seal has been checked.
    return ReleasedTable(model, header["edition"], values, statuses, header["preset"], header["lineage"])


def _column(sheet: pa.Table, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(sheet[name].to_numpy(zero_copy_only=False), np.float64)


def seal(content: bytes) -> str:
    """What a file's content is recognised by."""
    return hashlib.sha256(content).hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and wait until it is on disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step: readers see the old or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    write_durably(beside, content)
    beside.replace(path)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_sealed(path: Path, expected: str) -> bytes:
    """The content of a file that has not changed since it was sealed.

    Raises:
        OmsorgstallError: when the file is missing or changed.
    """
    content = path.read_bytes() if path.is_file() else b""
    if seal(content) != expected:
        what = "A file of an edition is missing or has been changed since it was released."
        raise OmsorgstallError(ErrorFamily.STORE, "broken-seal", what, where=path.name, todo="Restore it from a backup.")
    return content
