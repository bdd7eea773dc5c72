"""What is handed in to the register and what it hands back: deliveries, submissions and vintages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa


class SubmissionKind(StrEnum):
    """An annual batch is a snapshot of a whole year; events move a snapshot on; edits change fields of it, last of all."""

    ANNUAL = "annual"
    EVENTS = "events"
    EDITS = "edits"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Checked content on its way into the register.

    Attributes:
        kind: ``annual``, ``events`` or ``edits``.
        municipality: the number as reported, valid in that year.
        data_year: the calendar year it describes; for events the year of the message.
        content_hash: SHA-256 (hex) of the files as sent; the same content is accepted once.
        header: what the sender said of the file; ``extracted_at`` (datetime or ISO text) is required for an annual one.
        tables: chunks of tables by name, with the columns of ``register_schemas()``; read once, in order.
        who: the person or process that takes it in, kept in the audit log.
        why: kept in the audit log.
        pseudonym_key: id of the key of its pseudonyms; refused when the store belongs to another by then.
        findings: what intake found, or a function that tells it once the tables are read.
        left_out: pseudonyms of persons that intake left out because the register may not hold them.
    """

    kind: str
    municipality: str
    data_year: int
    content_hash: str
    header: Mapping[str, Any]
    tables: Iterable[Mapping[str, pa.Table]]
    findings: pa.Table | Callable[[], pa.Table]
    who: str = "intake"
    why: str = "a submission received"
    pseudonym_key: str = ""
    left_out: frozenset[str] = frozenset()

    @property
    def submission_id(self) -> str:
        """Readable and the same for the same content, so that lineage can be compared between stores."""
        return f"{SubmissionKind(self.kind)}-{self.municipality}-{self.data_year}-{self.content_hash[:16]}"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a submission as it was accepted.

    Attributes:
        name: file name within the submission's folder.
        table: table of the register, or empty for ``findings.parquet`` and ``header.json``.
        sha256: of its bytes, hex.
    """

    name: str
    table: str
    rows: int
    bytes: int
    sha256: str

    @property
    def version(self) -> int:
        """Version of the table when it was written: ``person.2.parquet``; the first version has no number."""
        parts = self.name.split(".")
        return int(parts[1]) if len(parts) > 2 else 1


@dataclass(frozen=True, slots=True)
class Submission:
    """An accepted submission. Nothing of what was accepted ever changes.

    Attributes:
        number: order of acceptance in this register.
        extracted_at: when the sender took it out of the record system, UTC.
        registered_until: the newest registration time of its events, UTC; None for an annual one.
        municipalities: today's municipalities its rows lie in.
        folder: name of the folder its files stand in; another than at first when they were written anew.
    """

    id: str
    number: int
    kind: SubmissionKind
    municipality: str
    data_year: int
    content_hash: str
    accepted_at: datetime
    extracted_at: datetime | None
    registered_until: datetime | None
    municipalities: frozenset[str]
    files: tuple[StoredFile, ...] = field(repr=False)
    folder: str = field(repr=False, default="")

    @property
    def rows(self) -> int:
        """Rows of all tables of the register in it."""
        return sum(f.rows for f in self.files if f.table)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the store that is not as it was accepted."""

    submission: str
    file: str
    what: str
