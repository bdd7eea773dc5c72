"""Spark, for what no longer fits one machine. It reads the same Parquet files and gives the same rows as DuckDB."""

import re
import shutil
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import ibis
import pyarrow as pa

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.engine.backend import YEAR
from omsorgstall.engine.encrypted import staged
from omsorgstall.engine.spill import SpillFolder
from omsorgstall.register import FilePart

Session = Any
SparkType = Any
"""A ``SparkSession`` and a ``StructType``: PySpark is an extra, so its types are not known here."""
_CONDITION = re.compile(r"[A-Z][A-Z0-9_.]*")


class SparkBackend:
    """A Spark session, by default local with two threads and a private folder.

    Args:
        session: a running ``SparkSession``; one of our own when None, which is stopped at the end.
    """

    name = "spark"

    def __init__(self, session: Session | None) -> None:
        self._spill = SpillFolder()
        self._own = session is None
        self._session = session if session is not None else _local_session(self._spill)
        self.ibis = ibis.pyspark.connect(self._session)

    def scan(self, name: str, parts: Sequence[FilePart], schema: pa.Schema, keys: Mapping[str, bytes]) -> None:
        """A view over the files; the schema is stated so that none is guessed, and columns a file lacks are empty.

        Spark takes keys from a key management service in Java only: encrypted files are copied without encryption into the
        private folder first, where every executor must be able to read them, and deleted with it.
        """
        from pyspark.sql.functions import lit  # noqa: PLC0415 — an extra

        stated = _spark_schema(schema)
        readable = [(p.data_year, staged(p.paths, keys, self._spill.path / "staged")) for p in parts]
        rows = [
            self._session.read.schema(stated).parquet(*paths).withColumn(YEAR, lit(year).cast(stated[YEAR].dataType))
            for year, paths in readable
        ]
        reduce(lambda some, more: some.unionAll(more), rows).createOrReplaceTempView(name)

    def register(self, name: str, table: pa.Table) -> None:
        """Arrow is sent to the session; types Spark lacks (dictionaries, large strings) become plain ones."""
        schema = ibis.Schema.from_pyarrow(table.schema)
        plain = table.cast(schema.to_pyarrow())
        frame = self._session.createDataFrame(plain, schema=_spark_schema(plain.schema))
        frame.createOrReplaceTempView(name)

    def fetch(self, sql: str) -> pa.Table:
        """Run a query into Arrow."""
        result: pa.Table = self._session.sql(sql).toArrow()
        return result

    def prepare(
        self, schemas: Mapping[str, pa.Schema], fixed: Mapping[str, pa.Table], queries: Mapping[str, str]
    ) -> "_SparkStatements":
        """Queries over views; Spark plans them each time."""
        for name, table in fixed.items():
            self.register(name, table)
        return _SparkStatements(self, schemas, queries)

    def create(self, name: str, sql: str, schema: pa.Schema) -> int:
        """A checkpoint on the executors: it is computed once and forgets how it came to be."""
        frame = self._session.sql(sql).to(_spark_schema(schema)).localCheckpoint(eager=True)
        frame.createOrReplaceTempView(name)
        return int(frame.count())

    def drop(self, name: str) -> None:
        """Forget a view."""
        self._session.catalog.dropTempView(name)

    def cause(self, error: Exception) -> str | None:
        """The error's condition, such as CAST_INVALID_INPUT; the message itself may quote a value."""
        kind = type(error)
        if not kind.__module__.startswith(("pyspark.", "py4j.")) and not isinstance(error, pa.ArrowException):
            return None
        condition = getattr(error, "getCondition", lambda: None)()
        known = condition if condition and _CONDITION.fullmatch(condition) else "no condition given"
        return f"{known} ({kind.__name__})"

    def close(self) -> None:
        """Stop our own session and delete its folder."""
        if self._own:
            self._session.stop()
        self._spill.close()


class _SparkStatements:
    """Queries that are run over tables registered for the time of a run."""

    def __init__(self, backend: SparkBackend, schemas: Mapping[str, pa.Schema], queries: Mapping[str, str]) -> None:
        self._backend = backend
        self._schemas = schemas
        self._queries = queries
        self._bound: list[str] = []

    def bind(self, tables: Mapping[str, pa.Table]) -> None:
        """Make them readable; a table not given is empty."""
        for name, schema in self._schemas.items():
            self._backend.register(name, tables[name] if name in tables else schema.empty_table())
            self._bound.append(name)

    def fetch(self, query: str) -> pa.Table:
        """Run one of the queries."""
        return self._backend.fetch(self._queries[query])

    def release(self) -> None:
        """Forget the tables."""
        while self._bound:
            self._backend.drop(self._bound.pop())


def _local_session(spill: SpillFolder) -> Session:
    """A session in this process. Dates and times are UTC, faults are errors (ANSI), nothing listens on the network."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 — an extra: most installations run on DuckDB
    except ImportError:
        raise OmsorgstallError(
            ErrorFamily.ENVIRONMENT, "no-pyspark", "PySpark is not installed.", todo="Install the extra: omsorgstall[spark]."
        ) from None
    if shutil.which("java") is None:
        raise OmsorgstallError(
            ErrorFamily.ENVIRONMENT, "no-java", "Spark needs Java, which is not installed.", todo="Install Java 17 or newer."
        )
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.io.encryption.enabled": "true",  # what is spilled and shuffled, with a key of the session
        "spark.local.dir": str(spill.path),
        "spark.sql.warehouse.dir": str(spill.path / "warehouse"),
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[2]").appName("omsorgstall")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _spark_schema(schema: pa.Schema) -> SparkType:
    """Spark's types for Arrow's; a time without zone stays one (Spark's own conversion would give it a zone)."""
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 — an extra

    return from_arrow_schema(schema, prefer_timestamp_ntz=True)
