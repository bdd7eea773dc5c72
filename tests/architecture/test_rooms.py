"""Which room may do what, beyond what imports can say."""

import re

import pytest

from tests.architecture.source import exceptions, inside, modules, outside

SQL = re.compile(
    r"^\s*(SELECT\s+\S|WITH\s+\w+\s+AS\b|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|MERGE\s+INTO\s"
    r"|(CREATE|DROP|ALTER)\s+(TABLE|VIEW|INDEX|TEMP|MACRO|OR\s)|COPY\s+\(|ATTACH\s|PRAGMA\s|EXPLAIN\s+(SELECT|ANALYZE))",
    re.IGNORECASE,
)
REPEATABLE = ("core", "codes", "tables", "measures", "statistics", "disclosure", "publish")
CLOCKS = re.compile(r"(^|\.)(now|utcnow|today|time|monotonic|perf_counter|time_ns)$")
CLOCK_OWNERS = ("datetime", "date", "time", "dt")
GLOBAL_RANDOMNESS = re.compile(
    r"^(random|np\.random|numpy\.random)\.(?!default_rng|Generator|SeedSequence|PCG64|Philox|Random$)\w+"
)


@pytest.mark.parametrize("engine", ["duckdb", "pyspark", "sqlglot"])
def test_only_the_engine_room_knows_an_engine(engine):
    found = [f"{m.name}:{line}" for m in outside("engine") for name, line in m.imports() if name.split(".")[0] == engine]
    assert found == []


def test_sql_text_stands_only_in_the_engine_room():
    found = {m.name for m in outside("engine") for text, _ in m.strings() if SQL.search(text)}
    assert found == set(exceptions("sql_text"))


def test_the_search_for_sql_finds_what_it_should():
    texts = ["select a from b", "WITH x AS (SELECT 1)", "CREATE TABLE t", "INSERT INTO t VALUES (1)", "PRAGMA journal_mode"]
    assert all(SQL.search(t) for t in texts)
    assert not any(SQL.search(t) for t in ["Select", "With whom", "Update", "create", "selected", "Drop the file"])


@pytest.mark.parametrize(
    ("kind", "makers"),
    [
        ("ReleasedTable", {"disclosure", "releases"}),
        ("OwnerTable", {"statistics"}),
        ("PeerTable", {"statistics"}),
        ("DraftRelease", {"statistics"}),
    ],
)
def test_only_its_room_makes_a_kind_of_table(kind, makers):
    # releases makes released tables again from what it stored, with their seal checked.
    made = {m.room for m in modules() for name, _ in m.calls() if name.split(".")[-1] == kind}
    assert made <= makers


def test_no_random_number_comes_from_a_global_generator():
    found = [f"{m.name}:{line} {name}" for m in modules() for name, line in m.calls() if GLOBAL_RANDOMNESS.search(name)]
    assert found == []


def test_a_figure_never_depends_on_the_clock():
    found = {
        m.name for m in inside(*REPEATABLE) for name, _ in m.calls() if CLOCKS.search(name) and name.split(".")[0] in CLOCK_OWNERS
    }
    assert found == set(exceptions("clock"))


def test_checks_raise_and_never_assert():
    found = [m.name for m in modules() if re.search(r"^\s*assert\b", m.text, re.MULTILINE)]
    assert found == []


def test_person_level_rooms_import_the_expression_library_and_no_other():
    allowed = ("engine", "intake", "measures", "statistics", "planning", "editing", "quality", "kostra")
    found = [f"{m.name}:{line}" for m in outside(*allowed) for name, line in m.imports() if name.split(".")[0] == "ibis"]
    assert found == []


def test_the_program_opens_a_register_in_one_place_that_knows_catalogue_and_keys():
    found = {m.name for m in inside("app") for name, _ in m.calls() if name == "Store.open"}
    assert found == {"app/opening.py"}


def test_a_key_is_revealed_only_where_files_are_written_and_opened():
    found = {m.room for m in modules() for name, _ in m.calls() if name.split(".")[-1] == "reveal"}
    assert found == {"engine", "register"}
