"""What is written is read again, whatever it holds; the kind of file, the order of rows and the size of chunks do not matter."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from omsorgstall.formats.batch import file_tables, open_batch, write_csv, write_xml
from omsorgstall.intake import PseudonymKey, check_batch
from omsorgstall.register.schemas import identified_schema, table_schemas
from tests.architecture.source import ROOT
from tests.builders.submissions import HEADER, made_up_number

KEY = PseudonymKey(bytes(32))
FEW = {"suppress_health_check": list(HealthCheck), "phases": (Phase.explicit, Phase.generate)}
"""Examples are large: one that fails is looked at as it is, as making it smaller takes minutes."""
TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
DAYS = st.dates(date(1950, 1, 1), date(2030, 12, 31))
SMALL = st.integers(0, 99)


def values(type_: pa.DataType):
    if pa.types.is_date(type_):
        return DAYS
    if pa.types.is_boolean(type_):
        return st.booleans()
    if pa.types.is_floating(type_):
        return st.integers(0, 60 * 200).map(lambda minutes: minutes / 60)
    return SMALL if pa.types.is_integer(type_) else TEXT


def record(table: str, fixed: dict):
    own = [c for c in table_schemas()[table].columns if c.name not in fixed]
    columns = {c.name: values(c.type) if c.required else st.none() | values(c.type) for c in own}
    return st.fixed_dictionaries(columns).map(lambda row: row | fixed)


@st.composite
def batches(draw) -> dict[str, pa.Table]:
    """Tables of a few persons with any values in any column, as the writers take them."""
    rows: dict[str, list] = {name: [] for name in file_tables()}
    for n in range(draw(st.integers(0, 4))):
        identity = {"identity_number": made_up_number(n), "identity_type": 1}
        rows["person"].append(draw(record("person", identity | {"local_person_id": f"b{n}"})))
        for name, table in file_tables().items():
            if table.parent == "person":
                for k in range(draw(st.integers(0, 2))):
                    fixed = identity | ({"service_id": f"t{n}-{k}"} if name == "service" else {})
                    rows[name].append(draw(record(name, fixed)))
        for service in [r for r in rows["service"] if r["identity_number"] == identity["identity_number"]]:
            for name in ("pause", "stay"):
                if draw(st.booleans()):
                    rows[name].append(draw(record(name, identity | {"service_id": service["service_id"]})))
    return {n: pa.Table.from_pylist(r, identified_schema(table_schemas()[n])) for n, r in rows.items()}


def read_back(path: Path, persons: int = 20_000) -> dict[str, pa.Table]:
    chunks = list(open_batch(path).chunks(persons))
    return {name: pa.concat_tables([c[name] for c in chunks]) for name in file_tables()} if chunks else {}


def as_rows(table: pa.Table) -> list[dict]:
    plain = table.drop_columns([c for c in ("line", "person") if c in table.column_names])
    return sorted(plain.to_pylist(), key=repr)


@settings(max_examples=25, **FEW)
@given(batches())
def test_xml_and_csv_say_the_same_and_hold_what_was_written(tables):
    with TemporaryDirectory() as folder:
        xml, files, packed = Path(folder) / "a.xml", Path(folder) / "csv", Path(folder) / "a.zip"
        write_xml(xml, HEADER, [tables])
        for path in (files, packed):
            write_csv(path, HEADER, [tables])
        batch = open_batch(xml)
        assert (batch.header, open_batch(files).header) == (HEADER, HEADER)
        raw = read_back(xml) or {n: t.raw().empty_table() for n, t in file_tables().items()}
        for name, written in tables.items():
            assert raw[name].num_rows == written.num_rows
            assert as_rows(raw[name]) == as_rows(read_back(files)[name]) == as_rows(read_back(packed)[name])
            _same_values(raw[name], written)
        etree.XMLSchema(etree.parse(ROOT / "docs" / "reference" / "annual-batch.xsd")).assertValid(etree.parse(xml))


def _same_values(raw: pa.Table, written: pa.Table) -> None:
    for field in written.schema:
        found = raw[field.name]
        if field.name == "weekly_hours":
            minutes = pc.add(pc.multiply(found.cast(pa.int64()), 60), raw["weekly_minutes"].cast(pa.int64()))
            wanted = [None if v is None else round(v * 60) for v in written[field.name].to_pylist()]
            assert sorted(minutes.to_pylist(), key=repr) == sorted(wanted, key=repr)
        else:
            typed = found if pa.types.is_string(field.type) else found.cast(field.type)
            assert sorted(typed.to_pylist(), key=repr) == sorted(written[field.name].to_pylist(), key=repr)


def checked(path: Path, engine, persons: int = 20_000):
    return check_batch(open_batch(path), KEY, engine, test_persons=True, persons_a_chunk=persons)


def accepted(result) -> dict[str, list]:
    names = table_schemas()
    return {n: sorted((r for c in result.chunks for r in _no_line(c[n])), key=repr) for n in names}


def _no_line(table: pa.Table) -> list[dict]:
    return table.drop_columns(["line"]).to_pylist()


@settings(max_examples=12, **FEW)
@given(tables=batches(), persons=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_the_check_does_not_depend_on_kind_of_file_order_of_rows_or_size_of_chunks(duckdb_engine, tables, persons, seed):
    rng = np.random.default_rng(seed)
    shuffled = {n: t.take(pa.array(rng.permutation(t.num_rows))) for n, t in tables.items()}
    with TemporaryDirectory() as folder:
        xml, again, files = Path(folder) / "a.xml", Path(folder) / "b.xml", Path(folder) / "csv"
        write_xml(xml, HEADER, [tables])
        write_xml(again, HEADER, [shuffled])
        write_csv(files, HEADER, [shuffled])
        first = checked(xml, duckdb_engine)
        for path, size in ((xml, persons), (again, 20_000), (files, persons)):
            other = checked(path, duckdb_engine, size)
            assert accepted(other) == accepted(first)
            assert other.counts == first.counts
