"""What a reader may read of a vintage. Handed out by the register, opened only by the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from omsorgstall.register.schemas import snapshot_schema


@dataclass(frozen=True, slots=True)
class ScopedSource:
    """Files of a vintage and the rows of them that lie within a scope.

    Attributes:
        vintage: name of the vintage.
        files: paths of Parquet files by table name and by the one data year that all their rows have; a table nobody
            delivered has none.
        municipalities: the mandatory predicate: only rows of these municipalities may be read. None is the whole country.
        years: the data years the files hold.
        snapshots: when each annual submission was taken out, as ``snapshot_schema()``; the engine opens it as ``snapshot``.
    """

    vintage: str
    files: Mapping[str, Mapping[int, tuple[str, ...]]]
    municipalities: frozenset[str] | None
    years: tuple[int, ...]
    snapshots: pa.Table = field(default_factory=lambda: snapshot_schema().empty_table(), repr=False)
