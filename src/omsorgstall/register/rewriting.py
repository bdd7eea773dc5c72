"""Writing the content of a submission anew beside the old: other pseudonyms or another key, otherwise the same rows."""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from omsorgstall.register.content import decrypting, encrypting, finish
from omsorgstall.register.delivery import StoredFile, Submission
from omsorgstall.register.keys import LockedKey
from omsorgstall.register.staging import flush

Renaming = Callable[[pa.Array], pa.Array]
"""Other pseudonyms for pseudonyms, one for one."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """New content of a submission, on disk but not yet valid.

    Attributes:
        folder: name of the folder beside the old one.
        key: locked key of its files; None when they are not encrypted.
    """

    submission: str
    folder: str
    files: tuple[StoredFile, ...]
    key: LockedKey | None


def write_anew(
    submission: Submission, folders: Path, renamed: Renaming, old_key: bytes | None, new: tuple[bytes | None, LockedKey | None]
) -> Rewritten:
    """Write a submission's files into a new folder and flush them to disk; the old ones stay.

    Args:
        folders: where the folders of submissions are.
        new: the key of the new files, and the same locked.
    """
    name = f"{submission.id}.{secrets.token_hex(4)}"
    source, target = folders / submission.folder, folders / name
    target.mkdir(mode=0o700)
    for file in submission.files:
        if file.name.endswith(".parquet"):
            _copy(source / file.name, target / file.name, renamed, old_key, new[0])
        else:
            shutil.copyfile(source / file.name, target / file.name)
    files = tuple(finish(target / f.name, f.table, f.rows) for f in submission.files)
    flush(target)
    return Rewritten(submission.id, name, files, new[1])


def _copy(source: Path, target: Path, renamed: Renaming, old_key: bytes | None, new_key: bytes | None) -> None:
    """One part of the file at a time, so that memory does not grow with it."""
    with (
        pq.ParquetFile(source, **decrypting(old_key)) as reader,
        pq.ParquetWriter(target, reader.schema_arrow, compression="zstd", **encrypting(new_key)) as writer,
    ):
        for group in range(reader.num_row_groups):
            writer.write_table(_renamed(reader.read_row_group(group), renamed))


def _renamed(table: pa.Table, renamed: Renaming) -> pa.Table:
    place = table.schema.get_field_index("pseudonym")
    if place < 0:
        return table
    column = pa.chunked_array([renamed(chunk) for chunk in table.column(place).chunks], pa.string())
    return table.set_column(place, table.schema.field(place), column)
