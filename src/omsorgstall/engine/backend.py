"""What the engine asks of a database. One implementation per database; they decide nothing about figures."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from omsorgstall.register import FilePart

YEAR = "data_year"
"""The column that tells the files of a scan apart."""


class Statements(Protocol):
    """Queries that are planned once and run over many sets of tables."""

    def bind(self, tables: Mapping[str, pa.Table]) -> None:
        """Put rows into the tables, of which one not given is empty; ``release`` follows, whatever happens."""

    def fetch(self, query: str) -> pa.Table:
        """Run one of the queries over what is bound."""

    def release(self) -> None:
        """Forget the rows."""


class Backend(Protocol):
    """A database that reads Parquet and Arrow under names and runs SQL made by Ibis.

    Attributes:
        name: of the database, for step records.
        ibis: the Ibis backend that compiles expressions for it.
    """

    name: str
    ibis: Any

    def scan(self, name: str, parts: Sequence[FilePart], schema: pa.Schema, keys: Mapping[str, bytes]) -> None:
        """Make Parquet files readable as one table with the columns of the schema.

        A query about some years opens the files of those years only: opening all of them for each year in turn would make
        the time of many years grow with their square.

        Args:
            parts: at least one.
            keys: of the encrypted files among them, by path. A key never stands in SQL text.
        """

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable; an earlier one of that name is replaced."""

    def fetch(self, sql: str) -> pa.Table:
        """Run a query."""

    def prepare(self, schemas: Mapping[str, pa.Schema], fixed: Mapping[str, pa.Table], queries: Mapping[str, str]) -> Statements:
        """Plan queries for many runs.

        Args:
            schemas: the tables whose rows change from run to run, by name.
            fixed: tables that stay.
            queries: SQL by name.
        """

    def create(self, name: str, sql: str, schema: pa.Schema) -> int:
        """Keep the result of a query as a temporary table with exactly these types; returns its number of rows."""

    def drop(self, name: str) -> None:
        """Forget a table that was scanned, registered or created."""

    def cause(self, error: Exception) -> str | None:
        """The kind of a database error in words that hold no value of a row; None when it is not the database's."""

    def close(self) -> None:
        """Free everything."""
