"""What every engine promises."""

from datetime import UTC, date, datetime

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from omsorgstall.engine import EngineError
from omsorgstall.register import FilePart, ScopedSource, register_schemas
from tests.engines import rows_of

TYPES = pa.schema(
    [
        ("text", pa.string()),
        ("small", pa.int8()),
        ("year", pa.int16()),
        ("day", pa.date32()),
        ("codes", pa.list_(pa.string())),
        ("hours", pa.float64()),
        ("open", pa.bool_()),
        ("at", pa.timestamp("us")),
    ]
)
FULL = (
    "a",
    1,
    2023,
    date(2023, 12, 31),
    ["03", "15"],
    2.5,
    True,
    datetime(2023, 1, 2, 3, 4, 5, 6, tzinfo=UTC).replace(tzinfo=None),
)
ALL = pa.Table.from_pylist([dict(zip(TYPES.names, FULL, strict=True)), dict.fromkeys(TYPES.names)], TYPES)


def secret(engine):
    return engine.from_arrow({"t": pa.table({"number": ["12", "secret"]})})["t"]


def test_every_type_of_the_register_comes_back_as_it_went_in(engine):
    result = engine.run(engine.from_arrow({"t": ALL})["t"], "types")
    assert result.schema.remove_metadata().equals(ibis.Schema.from_pyarrow(TYPES).to_pyarrow())
    assert rows_of(engine, engine.from_arrow({"t": ALL})["t"]) == sorted(ALL.to_pylist(), key=lambda r: r["text"] is not None)


def test_every_type_of_the_register_is_kept_in_a_materialised_table(engine):
    table = engine.from_arrow({"t": ALL})["t"]
    kept = engine.materialise(table, "types kept")
    assert rows_of(engine, kept) == rows_of(engine, table)


def test_a_date_plus_days_is_a_date_also_when_materialised(engine):
    table = engine.from_arrow({"t": ALL})["t"]
    later = table.select(later=table.day + ibis.interval(days=1))
    kept = engine.materialise(later, "later")
    assert rows_of(engine, kept.filter(kept.later == ibis.date("2024-01-01"))) == [{"later": date(2024, 1, 1)}]


def test_a_step_that_fails_names_itself_and_its_sql_but_never_a_value(engine):
    table = secret(engine)
    with pytest.raises(EngineError) as caught:
        engine.run(table.select(n=table.number.cast("int32")), "make numbers")
    error = caught.value
    assert "make numbers" in str(error)
    assert "CAST" in error.sql
    assert "secret" not in f"{error} {error.__notes__}"
    assert (error.__cause__, error.__context__) == (None, None)


def test_steps_keep_name_rows_and_sql(engine):
    engine.run(engine.from_arrow({"t": ALL})["t"].limit(1), "first row")
    step = engine.steps[-1]
    assert (step.name, step.rows) == ("first row", 1)
    assert "SELECT" in step.sql


def test_a_prepared_expression_runs_over_many_tables_and_a_missing_one_is_empty(engine):
    builds = {
        "sum": lambda t: t["a"].agg(n=t["a"].small.sum(), b=t["b"].count().as_scalar()),
        "rows": lambda t: t["a"].agg(n=t["a"].count()),
    }
    prepared = engine.prepare(builds, {"a": TYPES, "b": TYPES})
    whole = {step: rows.to_pylist() for step, rows in prepared({"a": ALL, "b": ALL}).items()}
    assert whole == {"sum": [{"n": 1, "b": 2}], "rows": [{"n": 2}]}
    assert prepared({"a": ALL.slice(1)}, ["sum"])["sum"].to_pylist() == [{"n": None, "b": 0}]


def test_a_prepared_expression_gives_what_running_it_gives_however_many_rows_come_after_few(engine):
    numbers = pa.schema([("key", pa.int32()), ("value", pa.int16())])
    prepared = engine.prepare({"by key": _by_key}, {"t": numbers})
    for count in (0, 1, 5_000, 3):
        rows = pa.table({"key": np.arange(count) % 701 - 350, "value": np.arange(count) % 97}).cast(numbers)
        expected = engine.run(_by_key(engine.from_arrow({"t": rows})), "by key")
        assert prepared({"t": rows})["by key"].sort_by("key") == expected.sort_by("key")


def _by_key(tables):
    rows = tables["t"].filter(tables["t"].key.between(-300, 300))
    return rows.group_by("key").agg(n=rows.count(), most=rows.value.max())


def test_a_lookup_table_in_memory_can_be_joined_again_and_again(engine):
    table = engine.from_arrow({"t": ALL})["t"]
    lookup = ibis.memtable(pa.table({"small": pa.array([1], pa.int8()), "name": ["one"]}))
    joined = table.join(lookup, "small").select("name")
    assert rows_of(engine, joined) == rows_of(engine, joined) == [{"name": "one"}]


def test_a_forgotten_table_can_no_longer_be_read(engine):
    table = engine.from_arrow({"t": ALL})["t"]
    engine.forget(table)
    with pytest.raises(EngineError):
        engine.run(table, "forgotten")


@pytest.fixture
def source(tmp_path):
    """One file with rows of two municipalities: a scope must cut within files."""
    schema = register_schemas()["service"].arrow()
    records = [{"municipality": m, "data_year": 2023, "service_id": m} for m in ("0301", "4204")]
    pq.write_table(pa.Table.from_pylist(records, schema), tmp_path / "service.parquet")
    files = {"service": (FilePart(2023, frozenset(), (str(tmp_path / "service.parquet"),)),), "pause": ()}
    return lambda inside: ScopedSource("v", files, inside, (2023,))


def test_a_scoped_source_shows_only_rows_of_its_municipalities(engine, source):
    service = engine.open(source(frozenset({"4204"})))["service"]
    assert rows_of(engine, service.select("service_id")) == [{"service_id": "4204"}]


def test_a_national_source_shows_every_row(engine, source):
    assert len(rows_of(engine, engine.open(source(None))["service"])) == 2


def test_a_source_of_no_municipality_shows_nothing(engine, source):
    assert rows_of(engine, engine.open(source(frozenset()))["service"]) == []


@pytest.fixture
def two_years(engine, tmp_path):
    """Services of 2022, of which one file cannot be read, and of 2023."""
    schema = register_schemas()["service"].arrow()
    for year in (2022, 2023):
        rows = [{"municipality": "4204", "data_year": year, "service_id": f"in {year}"}]
        pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / f"{year}.parquet")
    (tmp_path / "damaged.parquet").write_bytes(b"no Parquet")
    names = {2022: ("2022", "damaged"), 2023: ("2023",)}
    parts = tuple(FilePart(y, frozenset(), tuple(str(tmp_path / f"{n}.parquet") for n in names[y])) for y in names)
    return engine.open(ScopedSource("v", {"service": parts}, None, (2022, 2023)))["service"]


def test_a_question_about_one_year_opens_no_file_of_another(engine, two_years):
    found = two_years.filter(two_years.data_year.isin([2023])).select("data_year", "service_id")
    assert rows_of(engine, found) == [{"data_year": 2023, "service_id": "in 2023"}]


def test_a_question_about_all_years_opens_every_file(engine, two_years):
    with pytest.raises(EngineError):
        engine.run(two_years.select("service_id"), "all years")


def test_a_column_that_came_after_a_file_was_written_is_empty_in_its_rows(engine, tmp_path):
    schema = register_schemas()["service"].arrow()
    row = {"municipality": "4204", "service_id": "early", "weekly_hours": 3.0, "added": True}
    early = pa.Table.from_pylist([row | {"data_year": 2022}], schema).drop_columns(["added", "weekly_hours"])
    late = pa.Table.from_pylist([row | {"data_year": 2022, "service_id": "late"}], schema)
    for name, table in (("early", early), ("late", late)):
        pq.write_table(table, tmp_path / f"{name}.parquet")
    lacks = {"early": frozenset({"added", "weekly_hours"}), "late": frozenset()}
    parts = tuple(FilePart(2022, lacks[n], (str(tmp_path / f"{n}.parquet"),)) for n in lacks)
    service = engine.open(ScopedSource("v", {"service": parts}, None, (2022,)))["service"]
    assert rows_of(engine, service.select("service_id", "weekly_hours", "added")) == [
        {"service_id": "early", "weekly_hours": None, "added": None},
        {"service_id": "late", "weekly_hours": 3.0, "added": True},
    ]


def test_a_table_nobody_delivered_is_empty_with_all_its_columns(engine, source):
    pause = engine.open(source(None))["pause"]
    assert rows_of(engine, pause) == []
    assert pause.columns == tuple(register_schemas()["pause"].arrow().names)
