"""Opening a submission file whatever kind it is, and the hash that tells the same submission from another."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.formats.batch.csv_reader import MOST_BYTES, CsvBatch, known_files
from omsorgstall.formats.batch.header import BatchHeader
from omsorgstall.formats.batch.unknown import UnknownNames
from omsorgstall.formats.batch.xml_reader import XmlBatch
from omsorgstall.formats.held import SentFile
from omsorgstall.formats.zipsource import is_packed


class RawBatch(Protocol):
    """An annual batch as sent, before any check.

    Attributes:
        header: who sends it, for which year.
        unknown: names outside the layout, filled while chunks are read.
    """

    path: SentFile
    header: BatchHeader
    unknown: UnknownNames

    def chunks(self, persons: int = 20_000) -> Iterator[dict[str, pa.Table]]:
        """Raw tables (``FileTable.raw``) of whole persons; every table present in every chunk."""


def open_batch(path: SentFile, most_bytes: int = MOST_BYTES) -> RawBatch:
    """Open an annual batch: an XML file, a folder of CSV files or a zip file of them; a single file may be held in memory.

    Args:
        most_bytes: how large the files of a CSV set may be together, unpacked.

    Raises:
        OmsorgstallError: NOT_FOUND when there is no such file; INPUT_REJECTED with a gate fault.
    """
    if not path.exists():
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-file", f"There is no file {path.name}.", todo="Check the path.")
    return CsvBatch(path, most_bytes) if not path.is_file() or is_packed(path) else XmlBatch(path)


def content_hash(path: Path) -> str:
    """SHA-256 of a submission, in hexadecimal: of the file, or of the names and contents of a folder's files that are read."""
    digest = hashlib.sha256()
    for file in sorted(f for f in path.iterdir() if f.name in known_files()) if path.is_dir() else [path]:
        if path.is_dir():
            digest.update(file.name.encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
