"""Reading zip files from strangers: what they say of their content is checked before and while it is unpacked.

A zip file states the size of everything in it, and may lie. Only packing that can be undone piece by piece is read, and no more
than the stated size of each file is ever unpacked; a directory of millions of entries is refused before it is read.
"""

import struct
import zipfile
import zlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from omsorgstall.formats.faults import rejected
from omsorgstall.formats.held import SentFile

MOST_ENTRIES = 1_000
"""Entries of a zip file; a set has a dozen, and packers put folders and notes of their own beside them."""
_ENTRY = b"PK\x01\x02"
_BLOCK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError)
"""What Python's reader of zip files raises on files that are none, or none any more."""
_PIECEWISE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of a set: its name within the zip file, and the size it says it has unpacked."""

    place: str
    size: int


def is_packed(file: SentFile) -> bool:
    """Whether it is a zip file."""
    with file.open("rb") as stream:
        try:
            return zipfile.is_zipfile(stream)
        except _DAMAGED:
            return True  # in parts, or damaged: reading its directory tells


def packed_files(file: SentFile, known: AbstractSet[str]) -> dict[str, Packed]:
    """The known files in a zip file by name; they may stand in a folder, as they do when the folder was packed.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it is damaged, has too many entries, or holds a file twice.
    """
    with file.open("rb") as stream:
        if _signatures(stream) > MOST_ENTRIES:
            raise rejected("too-large", "The zip file holds more files than a submission has.", file.name)
        try:
            with zipfile.ZipFile(stream) as archive:
                entries = [i for i in archive.infolist() if PurePosixPath(i.filename).name in known]
        except _DAMAGED:
            raise rejected("truncated", "The zip file is damaged or ends too early.", file.name) from None
        except RuntimeError:
            raise rejected("not-csv", "The zip file is of a later version than we read.", file.name) from None
    found = {PurePosixPath(i.filename).name: Packed(i.filename, i.file_size) for i in entries}
    if len(found) < len(entries):
        raise rejected("not-csv", "The zip file holds several files of the same name.", file.name)
    return found


def unpacked(file: SentFile, packed: Packed, name: str) -> bytes:
    """The content of one file, never longer than it says it is.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it is damaged, encrypted, or packed in a way that is not read.
    """
    try:
        with file.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            entry = archive.getinfo(packed.place)
            if entry.header_offset < 0:
                raise zipfile.BadZipFile("begins before the file")
            if entry.compress_type not in _PIECEWISE:
                raise RuntimeError("packed by a method that cannot be undone piece by piece")  # noqa: TRY301
            with archive.open(entry) as inside:
                return b"".join(iter(lambda: inside.read(_BLOCK), b""))
    except _DAMAGED:
        raise rejected("truncated", "The zip file is damaged or ends too early.", name) from None
    except RuntimeError:
        raise rejected("not-csv", "The zip file is encrypted, or packed in a way we do not read.", name) from None


def _signatures(stream: BinaryIO) -> int:
    """How often the mark of a directory's entry stands in the file: no directory has more entries than that."""
    found, rest = 0, b""
    while block := stream.read(_BLOCK):
        text = rest + block
        found += text.count(_ENTRY)
        rest = text[-len(_ENTRY) + 1 :]
    return found
