"""What a reader may read of a vintage. Handed out by the register, opened only by the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from omsorgstall.register.keys import Keyring
from omsorgstall.register.pseudonym_map import SAME_PERSON
from omsorgstall.register.schemas import snapshot_schema


@dataclass(frozen=True, slots=True)
class FilePart:
    """Files of one table that are alike.

    Attributes:
        data_year: of all their rows; another than they were sent for when they stand in for a later year.
        lacks: columns of the table that came after these files were written; they read as empty.
        paths: at least one.
        years_later: how many years their dates are moved, so that an earlier year comes again.
    """

    data_year: int
    lacks: frozenset[str]
    paths: tuple[str, ...]
    years_later: int = 0


@dataclass(frozen=True, slots=True)
class ScopedSource:
    """Files of a vintage and the rows of them that lie within a scope.

    Attributes:
        vintage: name of the vintage.
        files: Parquet files by table name; a table nobody delivered has none.
        municipalities: the mandatory predicate: only rows of these municipalities may be read. None is the whole country.
        years: the data years the files hold.
        key_ids: by path of an encrypted file, which key of the keyring opens it.
        edits: the files of edit sets in the order they are applied; the engine opens them as rounds.
        reference_date: the day a year that still runs is counted to; None for whole years.
        same_person: pseudonyms that are of one person, as ``SAME_PERSON``; empty for none.
        keyring: gives the engine the keys; locked until then.
        snapshots: when each annual submission was taken out, as ``snapshot_schema()``; the engine opens it as ``snapshot``.
    """

    vintage: str
    files: Mapping[str, tuple[FilePart, ...]]
    municipalities: frozenset[str] | None
    years: tuple[int, ...]
    snapshots: pa.Table = field(default_factory=lambda: snapshot_schema().empty_table(), repr=False)
    edits: tuple[FilePart, ...] = ()
    reference_date: date | None = None
    key_ids: Mapping[str, str] = field(default_factory=dict, repr=False)
    same_person: pa.Table = field(default_factory=SAME_PERSON.empty_table, repr=False)
    keyring: Keyring = field(default_factory=lambda: Keyring(None, {}), repr=False)
