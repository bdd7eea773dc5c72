"""An expression that is built and compiled once and run over many sets of tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled expression waiting for its tables. Made by ``Engine.prepare``.

    Attributes:
        name: the step.
        schemas: the tables it reads.
        sql: what runs.
    """

    name: str
    schemas: Mapping[str, pa.Schema]
    sql: str
    _call: Callable[[Mapping[str, pa.Table]], pa.Table]

    def __call__(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """Run it over these tables; one that is missing counts as empty.

        Raises:
            EngineError: when the database fails.
        """
        return self._call(tables)
