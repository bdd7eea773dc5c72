"""Queries that DuckDB plans once and runs over many small sets of tables: planning a long query costs more than running it."""

from collections.abc import Mapping
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import sqlglot.expressions as sge

from omsorgstall.engine.spill import SpillFolder

_DEPENDING_ON_ROWS = ("statistics_propagation", "compressed_materialization", "join_filter_pushdown")
"""Optimizers that look at the rows present when a query is planned, or leave in its plan what they learn when it runs (the range
of a join's keys, by which DuckDB 1.5 leaves out rows of the next run): a plan of theirs is wrong, not only slow, for others."""
_DEAR_FOR_FEW_ROWS = ("in_clause",)
"""Optimizers whose plans cost more on few rows than they spare on many: a join for each list of values, here and there nine."""


class DuckStatements:
    """A database of its own with empty tables and prepared queries.

    Rows are put in within a transaction that is rolled back, so the tables are empty again at once and nothing is kept.

    Args:
        schemas: the tables that change from run to run.
        fixed: tables that stay.
        queries: by name.
        settings: of the database; its spill folder is its own.
        spill: that folder, closed with the database; None when nothing may ever be written.
    """

    def __init__(
        self,
        schemas: Mapping[str, pa.Schema],
        fixed: Mapping[str, pa.Table],
        queries: Mapping[str, str],
        settings: Mapping[str, Any],
        spill: SpillFolder | None,
    ) -> None:
        self._spill = spill
        self._raw = duckdb.connect(config={**settings, "temp_directory": str(spill.path) if spill else ""})
        self._raw.execute("SET enable_progress_bar = false")
        self._raw.execute(f"SET disabled_optimizers = '{','.join(_DEPENDING_ON_ROWS + _DEAR_FOR_FEW_ROWS)}'")
        for name, table in fixed.items():
            self._raw.register(name, table)
        for name, schema in schemas.items():
            plain = ibis.Schema.from_pyarrow(schema).to_pyarrow()  # a dictionary would become a closed list of values
            self._raw.from_arrow(plain.empty_table()).create(name)
        self._queries = {query: f"query_{number}" for number, query in enumerate(queries)}
        for query, name in self._queries.items():
            self._raw.execute(f"PREPARE {name} AS {queries[query]}")

    def bind(self, tables: Mapping[str, pa.Table]) -> None:
        """Put rows in; ``release`` afterwards."""
        self._raw.begin()
        for name, table in tables.items():
            if table.num_rows:
                self._raw.from_arrow(table).insert_into(_quoted(name))

    def fetch(self, query: str) -> pa.Table:
        """Run one of the queries over what is bound."""
        return self._raw.execute(f"EXECUTE {self._queries[query]}").to_arrow_table()

    def release(self) -> None:
        """Take the rows out again."""
        self._raw.rollback()

    def close(self) -> None:
        """Free everything."""
        self._raw.close()
        if self._spill:
            self._spill.close()


def _quoted(name: str) -> str:
    return sge.to_identifier(name, quoted=True).sql("duckdb")
