"""The engine: tables in, expressions run as named steps, Arrow out."""

import itertools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from omsorgstall.engine.again import moved_years
from omsorgstall.engine.backend import Backend, Statements
from omsorgstall.engine.duck import DuckBackend
from omsorgstall.engine.prepared import Prepared
from omsorgstall.engine.same_person import one_person_each
from omsorgstall.engine.spark import SparkBackend
from omsorgstall.engine.steps import EngineError, Step
from omsorgstall.engine.totals import Hierarchy, code_bits, distinct_persons, leaf_bits, membership
from omsorgstall.register import FilePart, ScopedSource, register_schemas
from omsorgstall.register.edits import EDIT_ROUND, Edit, later, rounds

# Merging selections is half of the time Ibis takes to compile, and both databases merge them themselves.
ibis.options.sql.fuse_selects = False
_COMPILED_KEPT = 512
_Result = TypeVar("_Result")


class Engine:
    """Runs Ibis expressions. Use ``Engine.local()`` or ``Engine.spark()``, as a context manager.

    The tables it hands out are not bound to a database: they can be combined freely, but only ``run`` and ``materialise``
    make rows of them. Rows come in no particular order unless the expression says so.

    Args:
        backend: the database.
        debug: run every part of an expression one by one, so that ``steps`` shows the rows of each and a fault is found.
    """

    def __init__(self, backend: Backend, *, debug: bool = False) -> None:
        self._backend = backend
        self._debug = debug
        self._compiled: OrderedDict[object, str] = OrderedDict()
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self.steps: list[Step] = []

    @classmethod
    def local(
        cls,
        *,
        threads: int = 2,
        memory_limit: str | None = None,
        spill: Path | None = None,
        spills: bool = True,
        debug: bool = False,
    ) -> Self:
        """DuckDB in this process.

        Args:
            threads: how many to use.
            memory_limit: such as ``"4GB"``; when None DuckDB's own, 80 % of the machine.
            spill: where the private folder for what does not fit in memory is made; the system's temporary folder when None.
            spills: whether there is such a folder; without, nothing is written, and what does not fit in memory fails.
            debug: see the class.
        """
        return cls(DuckBackend(threads, memory_limit, spill, spills=spills), debug=debug)

    @classmethod
    def spark(cls, session: object | None = None, *, debug: bool = False) -> Self:
        """Spark: the given session, or one in this process with two threads.

        Raises:
            OmsorgstallError: (ENVIRONMENT, ``no-pyspark`` or ``no-java``) when PySpark or Java is missing.
        """
        return cls(SparkBackend(session), debug=debug)

    def from_arrow(self, tables: Mapping[str, pa.Table]) -> dict[str, ibis.Table]:
        """Arrow tables as expressions under the same names. They stay readable until ``forget`` or the engine's end."""
        return {name: self._arrow(name, table) for name, table in tables.items()}

    def open(self, source: ScopedSource) -> dict[str, ibis.Table]:
        """The tables of a vintage within a scope, ``snapshot``, and the rounds of edits: ``edit_1_service`` and so on.

        A person whose identity number was changed has one pseudonym in them. The only place where rows outside the scope are cut
        away. Edits are read at once: people make them, so they are few.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``no-encryption-key`` or ``wrong-encryption-key``, when files are encrypted.
        """
        keys = _keys_of(source)
        tables = {name: self._scoped(source, name, parts, keys) for name, parts in source.files.items()}
        if source.same_person.num_rows:
            tables = one_person_each(tables, self._arrow("same_person", source.same_person))
        made = enumerate(rounds(self.edits(source)), start=1)
        found = {f"{EDIT_ROUND}{n}_{r.table}": self._arrow("edits", r.rows) for n, r in made}
        return {**tables, "snapshot": self._arrow("snapshot", source.snapshots), **found}

    def edits(self, source: ScopedSource) -> list[Edit]:
        """The edits of a vintage within a scope, set by set in the order they are applied.

        Raises:
            OmsorgstallError: as ``open``.
        """
        keys = _keys_of(source)
        named = dict(zip(*(source.same_person[c].to_pylist() for c in ("pseudonym", "representative")), strict=True))
        return [row for part in source.edits for row in self._edits(source, part, keys, named)]

    def _edits(self, source: ScopedSource, part: FilePart, keys: Mapping[str, bytes], named: Mapping[str, str]) -> list[Edit]:
        """The rows of one edit set within the scope, of persons as they are named and for the year they are read for."""
        table = self._scoped(source, "edit", [part], keys)
        rows = self.run(table, step="edits").to_pylist()
        self.forget(table)
        hers = ({**row, "pseudonym": named.get(row["pseudonym"], row["pseudonym"])} for row in rows)
        return [later(row, part.years_later) for row in sorted(hers, key=lambda r: r["line"])]

    def _scoped(self, source: ScopedSource, name: str, parts: Sequence[FilePart], keys: Mapping[str, bytes]) -> ibis.Table:
        schema = register_schemas()[name].arrow()
        now, again = [p for p in parts if not p.years_later], [p for p in parts if p.years_later]
        table = self._scan(name, now, schema, keys) if now else self._arrow(name, schema.empty_table())
        for part in again:
            table = table.union(moved_years(self._scan(name, [part], schema, keys), part.years_later))
        if source.municipalities is None:
            return table
        return table.filter(table.municipality.isin(sorted(source.municipalities)))

    def _scan(self, name: str, parts: Sequence[FilePart], schema: pa.Schema, keys: Mapping[str, bytes]) -> ibis.Table:
        unique = f"{name}_{next(self._numbers)}"
        with self._lock:
            self._backend.scan(unique, parts, schema, keys)
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=unique)

    def _arrow(self, name: str, table: pa.Table) -> ibis.Table:
        unique = f"{name}_{next(self._numbers)}"
        with self._lock:
            self._backend.register(unique, table)
        return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=unique)

    def run(self, expr: ibis.Expr, step: str) -> pa.Table:
        """Run an expression as a named step; the result has exactly the types the expression promises.

        Raises:
            EngineError: when the database fails, without any value of a row.
        """
        table = expr.as_table()
        sql = self._compile(table)
        if self._debug:
            self._run_parts(table, step)
        with self._lock:
            result = self._timed(step, sql, lambda: self._backend.fetch(sql), len)
        return result.cast(table.schema().to_pyarrow())

    def materialise(self, expr: ibis.Expr, step: str) -> ibis.Table:
        """Run an expression once and keep its rows in the database, as a table to build further expressions on.

        Raises:
            EngineError: when the database fails.
        """
        table = expr.as_table()
        sql = self._compile(table)
        if self._debug:
            self._run_parts(table, step)
        name = f"{_identifier(step)}_{next(self._numbers)}"
        schema = table.schema()
        with self._lock:
            self._timed(step, sql, lambda: self._backend.create(name, sql, schema.to_pyarrow()), int)
        return ibis.table(schema, name=name)

    def totals(
        self,
        table: ibis.Table,
        hierarchies: Mapping[str, Hierarchy],
        *,
        person: str = "pseudonym",
        by: Sequence[str] = ("data_year",),
        several: str | None = None,
    ) -> ibis.Table:
        """Distinct persons over hierarchies: exact, and the same on every engine.

        Args:
            table: rows of persons with a column of leaves per hierarchy; a null leaf counts nowhere, give it a code first.
            hierarchies: by column, leaf value to the codes it counts in.
            person: column that tells persons apart.
            by: columns within whose values persons are counted apart.
            several: the hierarchy in which many persons have more than one leaf, such as services; decides the speed only.

        Returns:
            One row per ``by`` and combination of codes somebody counts in; the hierarchy columns hold codes, ``persons`` counts.
        """
        types = table.schema().to_pyarrow()
        chosen = several or next(iter(hierarchies))
        others = {name: membership(h, types.field(name).type) for name, h in hierarchies.items() if name != chosen}
        bits = {"leaf": leaf_bits(hierarchies[chosen], types.field(chosen).type), "code": code_bits(hierarchies[chosen])}
        known = self.from_arrow(bits)
        return distinct_persons(table, person, by, self.from_arrow(others), (chosen, known["leaf"], known["code"]))

    def forget(self, *tables: ibis.Table) -> None:
        """Free tables of ``from_arrow``, ``open`` or ``materialise``; expressions built on them can no longer run."""
        with self._lock:
            for table in tables:
                for leaf in table.op().find(ops.UnboundTable):
                    self._backend.drop(leaf.name)

    def prepare(
        self, builds: Mapping[str, Callable[[dict[str, ibis.Table]], ibis.Expr]], schemas: Mapping[str, pa.Schema]
    ) -> Prepared:
        """Build and compile expressions once, to run them over many sets of Arrow tables.

        Args:
            builds: by the name of the step; each makes its expression from tables with the given schemas.
            schemas: the tables by name.
        """
        number = next(self._numbers)
        names = {name: f"{name}_{number}" for name in schemas}
        tables = {name: ibis.table(ibis.Schema.from_pyarrow(schema), name=names[name]) for name, schema in schemas.items()}
        exprs = {step: build(tables).as_table() for step, build in builds.items()}
        sql = {step: self._compile(expr) for step, expr in exprs.items()}
        promised = {step: expr.schema().to_pyarrow() for step, expr in exprs.items()}
        reads = {leaf.name for expr in exprs.values() for leaf in expr.op().find(ops.UnboundTable)}
        read = {name: schema for name, schema in schemas.items() if names[name] in reads}
        memory = {m.name: _in_memory(m) for expr in exprs.values() for m in expr.op().find(ops.InMemoryTable)}
        with self._lock:
            statements = self._backend.prepare({names[n]: s for n, s in read.items()}, memory, sql)

        def call(given: Mapping[str, pa.Table], steps: Collection[str]) -> dict[str, pa.Table]:
            bound = {names[n]: given.get(n, s.empty_table()) for n, s in read.items()}
            return self._run_bound(statements, bound, {step: sql[step] for step in steps}, promised)

        return Prepared(read, sql, call)

    def _run_bound(
        self, statements: Statements, tables: Mapping[str, pa.Table], sql: Mapping[str, str], promised: Mapping[str, pa.Schema]
    ) -> dict[str, pa.Table]:
        """Bind tables for the time of some queries."""
        found = {}
        with self._lock:
            try:
                first = next(iter(sql), "")
                self._guarded(first, sql.get(first, ""), partial(statements.bind, tables))
                for step, text in sql.items():
                    found[step] = self._timed(step, text, partial(statements.fetch, step), len)
            finally:
                statements.release()
        return {step: result.cast(promised[step]) for step, result in found.items()}

    def _compile(self, table: ibis.Table) -> str:
        """SQL of an expression; an equal expression over equal tables is compiled once."""
        key = table.op()
        with self._lock:
            if key not in self._compiled:
                for memory in key.find(ops.InMemoryTable):
                    self._backend.register(memory.name, _in_memory(memory))
                self._compiled[key] = self._backend.ibis.compile(table)
            self._compiled.move_to_end(key)
            if len(self._compiled) > _COMPILED_KEPT:
                self._compiled.popitem(last=False)
            return self._compiled[key]

    def _run_parts(self, table: ibis.Table, step: str) -> None:
        """Count the rows of every part of an expression, leaves first."""
        parts = [node for node in table.op().find(ops.Relation) if node is not table.op()]
        for number, part in enumerate(reversed(parts), start=1):
            sql = self._compile(part.to_expr().count().as_table())
            name = f"{step}/{number} {type(part).__name__}"
            with self._lock:
                self._timed(name, sql, partial(self._backend.fetch, sql), _only_number)

    def _timed(self, step: str, sql: str, work: Callable[[], _Result], rows: Callable[[_Result], int]) -> _Result:
        """Run, and record the step."""
        started = time.perf_counter()
        result = self._guarded(step, sql, work)
        self.steps.append(Step(step, time.perf_counter() - started, rows(result), sql))
        return result

    def _guarded(self, step: str, sql: str, work: Callable[[], _Result]) -> _Result:
        """Run, and turn a fault of the database into an error without values."""
        try:
            return work()
        except Exception as error:
            cause = self._backend.cause(error)
            if cause is None:
                raise
        raise EngineError(step, sql, cause)  # outside the handler: the database's error is not chained, it may quote a value

    def close(self) -> None:
        """Free the database and delete its private folder."""
        with self._lock:
            self._backend.close()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _keys_of(source: ScopedSource) -> dict[str, bytes]:
    """The keys of encrypted files by path."""
    opened = {key_id: source.keyring.reveal(key_id) for key_id in set(source.key_ids.values())}
    return {path: opened[key_id] for path, key_id in source.key_ids.items()}


def _identifier(step: str) -> str:
    """A step's name as a table name."""
    return "".join(c if c.isalnum() else "_" for c in step.lower())


def _in_memory(table: ops.InMemoryTable) -> pa.Table:
    """The rows of a table that is part of an expression."""
    rows: pa.Table = table.data.to_pyarrow(table.schema)
    return rows


def _only_number(table: pa.Table) -> int:
    """The number in a table of one cell."""
    return int(table.column(0)[0].as_py())
