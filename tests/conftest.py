"""What holds for every test: random cases are the same in each run, and CI leaves nothing out unseen."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from omsorgstall.engine import Engine
from tests.engines import NO_SPARK
from tests.postgresql import NO_POSTGRESQL, server

ALL_TESTS = os.environ.get("OMSORGSTALL_ALL_TESTS") == "1"
NEEDS_A_MACHINE_WITH = ("spark", "browser", "postgresql")

# OMSORGSTALL_HYPOTHESIS=explore looks for new cases; the default repeats the same ones.
settings.register_profile("repeat", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("OMSORGSTALL_HYPOTHESIS", "repeat"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where Java, Chromium and PostgreSQL are promised, a test skipped for lack of them has failed."""
    report = yield
    promised = ALL_TESTS and any(item.get_closest_marker(name) for name in NEEDS_A_MACHINE_WITH)
    if promised and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, though this machine should run it: {report.longrepr}"
    return report


@pytest.fixture
def golden():
    """Compare what was made with the file that others depend on; ``dev.py update-golden`` writes the file instead."""

    def compare(path: Path, made: str | bytes) -> None:
        content = made.encode() if isinstance(made, str) else made
        if os.environ.get("OMSORGSTALL_UPDATE_GOLDEN") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        there = path.read_bytes() if path.exists() else b""
        if isinstance(made, str):
            assert made == there.decode(), f"{path.name} is stale: python3 dev.py update-golden"
        else:
            assert content == there, f"{path.name} is stale: python3 dev.py update-golden"

    return compare


_SPARK = pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.skipif(bool(NO_SPARK), reason=NO_SPARK)])


@pytest.fixture(scope="session")
def duckdb_engine():
    with Engine.local() as engine:
        yield engine


FOR_SMALL_TABLES = " ".join(
    (
        "--conf spark.sql.codegen.wholeStage=false",
        "--conf spark.sql.codegen.factoryMode=NO_CODEGEN",
        "--conf spark.sql.adaptive.enabled=false",
        "--driver-java-options -XX:TieredStopAtLevel=1",
        "pyspark-shell",
    )
)
"""Spark compiles each query and each part of it, which for a few rows takes most of the time. The answers are the same;
``PYSPARK_SUBMIT_ARGS=pyspark-shell`` runs the tests as Spark runs by itself."""


@pytest.fixture(scope="session")
def spark_engine():
    """One session for all tests: starting it takes seconds."""
    if NO_SPARK:
        pytest.skip(NO_SPARK)
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", FOR_SMALL_TABLES)
    with Engine.spark() as engine:
        yield engine


@pytest.fixture(params=["duckdb", _SPARK])
def engine(request):
    """Every engine in turn."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture(scope="session")
def postgresql():
    """One server for all tests; each test has a database of its own."""
    if NO_POSTGRESQL:
        pytest.skip(NO_POSTGRESQL)
    with server() as running:
        yield running


_POSTGRESQL = pytest.param(
    "postgresql", marks=[pytest.mark.postgresql, pytest.mark.skipif(bool(NO_POSTGRESQL), reason=NO_POSTGRESQL)]
)


@pytest.fixture(params=["sqlite", _POSTGRESQL])
def catalogue_url(request):
    """The address of every catalogue in turn: None for SQLite in the store, a new database in PostgreSQL."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgresql").new_database()
