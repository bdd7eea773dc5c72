"""What a reader may read of a vintage. Handed out by the register, opened only by the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from omsorgstall.register.keys import Keyring
from omsorgstall.register.schemas import snapshot_schema


@dataclass(frozen=True, slots=True)
class FilePart:
    """Files of one table that are alike.

    Attributes:
        data_year: of all their rows.
        lacks: columns of the table that came after these files were written; they read as empty.
        paths: at least one.
    """

    data_year: int
    lacks: frozenset[str]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopedSource:
    """Files of a vintage and the rows of them that lie within a scope.

    Attributes:
        vintage: name of the vintage.
        files: Parquet files by table name; a table nobody delivered has none.
        municipalities: the mandatory predicate: only rows of these municipalities may be read. None is the whole country.
        years: the data years the files hold.
        key_ids: by path of an encrypted file, which key of the keyring opens it.
        keyring: gives the engine the keys; locked until then.
        snapshots: when each annual submission was taken out, as ``snapshot_schema()``; the engine opens it as ``snapshot``.
    """

    vintage: str
    files: Mapping[str, tuple[FilePart, ...]]
    municipalities: frozenset[str] | None
    years: tuple[int, ...]
    snapshots: pa.Table = field(default_factory=lambda: snapshot_schema().empty_table(), repr=False)
    key_ids: Mapping[str, str] = field(default_factory=dict, repr=False)
    keyring: Keyring = field(default_factory=lambda: Keyring(None, {}), repr=False)
