"""Writing the content of one submission: Parquet per table, findings and header, with what the catalogue must know."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import create_decryption_properties, create_encryption_properties

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register.delivery import Delivery, StoredFile
from omsorgstall.register.schemas import register_schemas
from omsorgstall.register.service_tables import EVENT
from omsorgstall.register.staging import flush, sha256

_READ_ONLY = 0o400


class ContentWriter:
    """Writes the files of one delivery into a folder.

    Args:
        key: encrypts the Parquet files when given; the header holds nothing about a person and stays readable.

    Attributes:
        municipalities: today's municipalities seen in the rows.
        registered_until: newest registration time of events.
    """

    def __init__(self, folder: Path, delivery: Delivery, key: bytes | None = None) -> None:
        self._folder = folder
        self._delivery = delivery
        self._options = {"compression": "zstd", **encrypting(key)}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._rows: dict[str, int] = {}
        self.municipalities: set[str] = set()
        self.registered_until: datetime | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give up what is open after a fault; the owner of the folder deletes the files."""
        for writer in self._writers.values():
            with suppress(OSError, pa.ArrowException):
                writer.close()

    def write(self) -> tuple[StoredFile, ...]:
        """Write everything and flush it to disk.

        Raises:
            OmsorgstallError: when a table does not have the register's columns or holds rows of another sender or year.
        """
        for chunk in self._delivery.tables:
            for name, table in chunk.items():
                self._append(name, table)
        while self._writers:
            self._writers.popitem()[1].close()
        given = self._delivery.findings
        findings = given() if callable(given) else given
        pq.write_table(findings, self._folder / "findings.parquet", **self._options)
        self._write_header()
        names = sorted(self._rows)
        others = [("findings.parquet", findings.num_rows), ("header.json", 0)]
        files = [(_file_name(n), n, self._rows[n]) for n in names] + [(n, "", r) for n, r in others]
        return tuple(finish(self._folder / name, table, rows) for name, table, rows in files)

    def _append(self, name: str, table: pa.Table) -> None:
        if table.num_rows == 0:
            return
        self._check(name, table)
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._folder / _file_name(name), table.schema, **self._options)
        self._writers[name].write_table(table)
        self._rows[name] = self._rows.get(name, 0) + table.num_rows
        self.municipalities.update(pc.unique(table["municipality"]).to_pylist())
        if name == EVENT.name:
            self._note_registration(table)

    def _note_registration(self, table: pa.Table) -> None:
        newest = pc.max(table["registered_at"]).as_py()
        if newest is not None:
            newest = newest.replace(tzinfo=UTC)
            self.registered_until = max(self.registered_until or newest, newest)

    def _check(self, name: str, table: pa.Table) -> None:
        """The rules every later reader relies on; intake keeps them, so a breach is a fault of the program."""
        schema = register_schemas().get(name)
        if schema is None or not table.schema.equals(schema.arrow()):
            raise _refused(self._delivery, f"the table {name} does not have the columns of the register")
        if table["municipality"].null_count or table["pseudonym"].null_count:
            raise _refused(self._delivery, f"the table {name} has rows without municipality or pseudonym")
        if pc.unique(table["reported_municipality"]).to_pylist() != [self._delivery.municipality]:
            raise _refused(self._delivery, f"the table {name} holds rows of another sender")
        if pc.unique(table["data_year"]).to_pylist() != [self._delivery.data_year]:
            raise _refused(self._delivery, f"the table {name} holds rows of another year")

    def _write_header(self) -> None:
        text = json.dumps(dict(self._delivery.header), ensure_ascii=False, indent=1, sort_keys=True, default=_as_text)
        (self._folder / "header.json").write_text(text, encoding="utf-8")


def finish(path: Path, table: str, rows: int) -> StoredFile:
    """Flush a written file to disk and close it for writing; returns what the catalogue must know of it."""
    flush(path)
    path.chmod(_READ_ONLY)
    return StoredFile(path.name, table, rows, path.stat().st_size, sha256(path))


def encrypting(key: bytes | None) -> dict[str, Any]:
    """Options of PyArrow to write a file with a key: AES-GCM, footer and all columns alike."""
    return {} if key is None else {"encryption_properties": create_encryption_properties(key)}


def decrypting(key: bytes | None) -> dict[str, Any]:
    """Options of PyArrow to read a file that was written with a key."""
    return {} if key is None else {"decryption_properties": create_decryption_properties(key)}


def _file_name(table: str) -> str:
    """What ``StoredFile.version`` reads."""
    version = register_schemas()[table].version
    return f"{table}.parquet" if version == 1 else f"{table}.{version}.parquet"


def extraction_time(header: Mapping[str, Any]) -> datetime | None:
    """The header's ``extracted_at`` in UTC; a time without a zone counts as UTC."""
    value = header.get("extracted_at")
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _refused(delivery: Delivery, what: str) -> OmsorgstallError:
    return OmsorgstallError(
        ErrorFamily.STORE,
        "delivery-refused",
        f"The delivery of municipality {delivery.municipality} for {delivery.data_year} was not stored: {what}.",
        todo="Report it as a fault of the program: intake should have stopped it.",
    )
