"""Writing the content of a submission anew beside the old: other pseudonyms, fewer rows or another key, otherwise the same."""

import secrets
import shutil
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from omsorgstall.register.content import decrypting, encrypting, finish
from omsorgstall.register.delivery import StoredFile, Submission
from omsorgstall.register.keys import LockedKey
from omsorgstall.register.staging import flush

Change = Callable[[str, pa.Table], pa.Table]
"""Rows anew: the name of their table (empty for findings) and some of its rows in, what shall stand instead out."""

LOCAL_IDS = ("local_person_id", "service_id", "pause_id", "record")
"""Columns with the sender's own ids: of the register's tables, and of findings."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """Everybody gets another pseudonym.

    Attributes:
        pseudonyms: other pseudonyms for pseudonyms, one for one.
        local_ids: the sender's own ids with what was made with the key made anew.
    """

    pseudonyms: Callable[[pa.Array], pa.Array]
    local_ids: Callable[[pa.Array], pa.Array] = lambda ids: ids

    def rows(self, _name: str, rows: pa.Table) -> pa.Table:
        """Rows with the new pseudonyms, otherwise the same."""
        for place, name in enumerate(rows.column_names):
            changed = self.pseudonyms if name == "pseudonym" else self.local_ids if name in LOCAL_IDS else None
            if changed is not None:
                column = pa.chunked_array([changed(chunk) for chunk in rows.column(place).chunks], pa.string())
                rows = rows.set_column(place, rows.schema.field(place), column)
        return rows

    def texts(self, pseudonyms: list[str]) -> list[str]:
        """The new pseudonyms of some."""
        found: list[str] = self.pseudonyms(pa.array(pseudonyms, pa.string())).to_pylist()
        return found


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
    submission: Submission, folders: Path, change: Change, old_key: bytes | None, new: tuple[bytes | None, LockedKey | None]
) -> Rewritten:
    """Write a submission's files into a new folder and flush them to disk; the old ones stay.

    Args:
        folders: where the folders of submissions are.
        change: what becomes of the rows; a table that keeps none keeps its file.
        new: the key of the new files, and the same locked.
    """
    name = f"{submission.id}.{secrets.token_hex(4)}"
    source, target = folders / submission.folder, folders / name
    target.mkdir(mode=0o700)
    rows = {}
    for file in submission.files:
        if file.name.endswith(".parquet"):
            rows[file.name] = _copy(source / file.name, target / file.name, partial(change, file.table), old_key, new[0])
        else:
            shutil.copyfile(source / file.name, target / file.name)
    files = tuple(finish(target / f.name, f.table, rows.get(f.name, f.rows)) for f in submission.files)
    flush(target)
    return Rewritten(submission.id, name, files, new[1])


def _copy(
    source: Path, target: Path, change: Callable[[pa.Table], pa.Table], old_key: bytes | None, new_key: bytes | None
) -> int:
    """One part of the file at a time, so that memory does not grow with it; returns the rows written."""
    written = 0
    with (
        pq.ParquetFile(source, **decrypting(old_key)) as reader,
        pq.ParquetWriter(target, reader.schema_arrow, compression="zstd", **encrypting(new_key)) as writer,
    ):
        for group in range(reader.num_row_groups):
            table = change(reader.read_row_group(group))
            writer.write_table(table)
            written += table.num_rows
    return written


def clear(folders: Path, valid: Container[str]) -> None:
    """Delete content that is not valid: the old after a success, the new after a fault."""
    for folder in folders.iterdir():
        if folder.name not in valid:
            shutil.rmtree(folder, ignore_errors=True)
    flush(folders)
