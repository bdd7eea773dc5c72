"""DuckDB in process: the default engine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.backends.duckdb  # loaded with this module, not in the middle of the first step
import ibis.expr.datatypes as dt
import pyarrow as pa
import sqlglot.expressions as sge

from omsorgstall.engine.backend import YEAR
from omsorgstall.engine.encrypted import dataset
from omsorgstall.engine.spill import SpillFolder
from omsorgstall.engine.statements import DuckStatements
from omsorgstall.register import FilePart

# These say which part of the query is wrong and are raised before any row is read, so their class is enough to act on.
_WORDS = {
    duckdb.ConversionException: "a value could not be converted to its type",
    duckdb.OutOfRangeException: "a value is outside the range of its type",
    duckdb.OutOfMemoryException: "the memory limit was reached",
    duckdb.IOException: "a file could not be read or written",
    duckdb.BinderException: "the query does not fit the tables",
    duckdb.CatalogException: "a table or function does not exist",
    duckdb.InvalidInputException: "an input is not valid",
}


class DuckBackend:
    """One in-memory DuckDB database with a private spill folder, or with none: then nothing is ever written."""

    name = "duckdb"

    def __init__(self, threads: int, memory_limit: str | None, spill: Path | None, *, spills: bool = True) -> None:
        self._spill = SpillFolder(spill) if spills else None
        settings: dict[str, Any] = {
            "threads": threads,
            "temp_directory": str(self._spill.path) if self._spill else "",
            "preserve_insertion_order": False,  # results are sets of rows; keeping order costs memory
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_file_cache": False,  # person-level pages are not kept longer than the query
        }
        if memory_limit:
            settings["memory_limit"] = memory_limit
        self._settings = settings
        self._statements: list[DuckStatements] = []
        self.ibis = ibis.duckdb.connect(**settings)
        self._raw: duckdb.DuckDBPyConnection = self.ibis.con
        self._raw.execute("SET enable_progress_bar = false")  # DuckDB takes a process without a script for a prompt
        self._kinds: dict[str, str] = {}
        self._parts: dict[str, list[str]] = {}

    def scan(self, name: str, parts: Sequence[FilePart], schema: pa.Schema, keys: Mapping[str, bytes]) -> None:
        """A view over the files; files of a part were written alike, so the first one's schema holds.

        The year is stated and not read: a filter on it then leaves whole years out before any of their files is opened.
        Encrypted files are read through Arrow: DuckDB 1.5 fails on long columns of text, and wants each key in SQL text.
        """
        selects = []
        for number, part in enumerate(parts):
            plain, locked = [f for f in part.paths if f not in keys], [f for f in part.paths if f in keys]
            if plain:
                literals = sge.Array(expressions=[sge.Literal.string(f) for f in plain])
                selects.append(self._part(part, sge.func("read_parquet", literals), schema))
            if locked:
                inner = f"{name}_part_{number}"
                self._raw.register(inner, dataset(locked, schema, keys))
                self._parts.setdefault(name, []).append(inner)
                selects.append(self._part(part, sge.to_table(inner, quoted=True), schema))
        self._create("VIEW", name, " UNION ALL ".join(selects))

    def _part(self, part: FilePart, rows: sge.Func | sge.Table, schema: pa.Schema) -> str:
        stated = {YEAR: sge.Literal.number(part.data_year), **{c: sge.null() for c in part.lacks}}
        types = ibis.Schema.from_pyarrow(schema)
        columns = [self._stated(c, t, stated[c]) if c in stated else sge.column(c, quoted=True) for c, t in types.items()]
        return sge.select(*columns).from_(rows).sql("duckdb")

    def _stated(self, column: str, kind: dt.DataType, value: sge.Expr) -> sge.Expr:
        """A value that is the same in all rows."""
        return sge.alias_(sge.Cast(this=value, to=self.ibis.compiler.type_mapper.from_ibis(kind)), column, quoted=True)

    def register(self, name: str, table: pa.Table) -> None:
        """Arrow is read in place, without a copy."""
        self._raw.register(name, table)
        self._kinds[name] = "ARROW"

    def fetch(self, sql: str) -> pa.Table:
        """Run a query into Arrow."""
        return self._raw.execute(sql).to_arrow_table()

    def prepare(
        self, schemas: Mapping[str, pa.Schema], fixed: Mapping[str, pa.Table], queries: Mapping[str, str]
    ) -> DuckStatements:
        """Plan queries once, in a database of their own."""
        spill = SpillFolder(self._spill.path.parent) if self._spill else None
        made = DuckStatements(schemas, fixed, queries, self._settings, spill)
        self._statements.append(made)
        return made

    def create(self, name: str, sql: str, schema: pa.Schema) -> int:
        """A temporary table. Every column is cast: DuckDB makes a timestamp of date plus interval, Ibis promises a date."""
        types = ibis.Schema.from_pyarrow(schema)
        columns = [
            sge.alias_(sge.Cast(this=sge.column(c, quoted=True), to=self.ibis.compiler.type_mapper.from_ibis(t)), c, quoted=True)
            for c, t in types.items()
        ]
        # The query is text already; reading it back into a tree took longer than running it over a county.
        return self._create("TABLE", name, f"{sge.select(*columns).sql('duckdb')} FROM ({sql}) AS result")

    def _create(self, kind: str, name: str, query: str) -> int:
        made = self._raw.execute(f"CREATE TEMPORARY {kind} {_quoted(name)} AS {query}")
        self._kinds[name] = kind
        return int(made.fetchall()[0][0]) if kind == "TABLE" else 0

    def drop(self, name: str) -> None:
        """Forget a table."""
        kind = self._kinds.pop(name)
        if kind == "ARROW":
            self._raw.unregister(name)
        else:
            self._raw.execute(f"DROP {kind} {_quoted(name)}")
        for part in self._parts.pop(name, ()):
            self._raw.unregister(part)

    def cause(self, error: Exception) -> str | None:
        """Words for the class of the error; the message itself may quote a value."""
        if not isinstance(error, duckdb.Error | pa.ArrowException):
            return None
        words = next((text for kind, text in _WORDS.items() if isinstance(error, kind)), "the database gave an error")
        return f"{words} ({type(error).__name__})"

    def close(self) -> None:
        """Close the database and delete the spill folder."""
        for statements in self._statements:
            statements.close()
        self._raw.close()
        if self._spill:
            self._spill.close()


def _quoted(name: str) -> str:
    return sge.to_identifier(name, quoted=True).sql("duckdb")
