"""Expressions that are built and compiled once and run over many sets of tables."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Prepared:
    """Compiled expressions waiting for their tables. Made by ``Engine.prepare``.

    Attributes:
        schemas: the tables they read.
        sql: what runs, by step.
    """

    schemas: Mapping[str, pa.Schema]
    sql: Mapping[str, str]
    _call: Callable[[Mapping[str, pa.Table], Collection[str]], dict[str, pa.Table]]

    def __call__(self, tables: Mapping[str, pa.Table], steps: Collection[str] | None = None) -> dict[str, pa.Table]:
        """Run them over these tables; one that is missing counts as empty.

        Args:
            steps: only these; all when None.

        Returns:
            Results by step.

        Raises:
            EngineError: when the database fails.
        """
        return self._call(tables, self.sql if steps is None else steps)
