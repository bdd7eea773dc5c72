"""What it costs to read an encrypted register: the same submissions with and without a key, in the same run."""

from dataclasses import replace
from pathlib import Path

import ibis
import pyarrow.parquet as pq

from bench.data import LAST_YEAR, VINTAGE, Extent
from bench.harness import Row, Section, measure, spaced
from bench.tables import all_tables
from omsorgstall.access import Scope
from omsorgstall.engine import Engine
from omsorgstall.register import Delivery, ScopedSource, Store, Submission
from omsorgstall.register.keys import MasterKey

KEY = bytes(range(32))
SCOPE = Scope.national("benchmark", "bench")
TIMES = 3
AIM = "at most 1.25"


def opened(folder: Path, key: bytes | None) -> Store:
    """The register in a folder."""
    return Store.open(folder, keys=MasterKey(key) if key else None)


def encrypted(plain: Store, folder: Path) -> None:
    """The same submissions in another register, encrypted."""
    with Store.open(folder, create=True, keys=MasterKey(KEY)) as store:
        if not store.vintages():
            for submission in plain.submissions()[len(store.submissions()) :]:
                store.accept(_again(plain, submission))
            store.freeze(VINTAGE, "preliminary", [LAST_YEAR])


def _again(store: Store, s: Submission) -> Delivery:
    place = store.path / "submissions" / s.folder
    tables = ({f.table: pq.read_table(place / f.name)} for f in s.files if f.table)
    findings = pq.read_table(place / "findings.parquet")
    return Delivery(s.kind, s.municipality, s.data_year, s.content_hash, store.header(s.id), tables, findings)


def source_of(folder: Path, key: bytes | None) -> ScopedSource:
    """Its files, and what opens them."""
    with opened(folder, key) as store:
        return store.source(VINTAGE, SCOPE)


def read(folder: Path, key: bytes | None) -> int:
    """Open a vintage and read every column of every table; the number of values that are there."""
    source = source_of(folder, key)
    with Engine.local(threads=2) as engine:
        tables = [t for name, t in engine.open(source).items() if source.files.get(name)]
        counts = [engine.run(t.agg(**{c: _values(t[c]) for c in t.columns}), "read").to_pylist()[0] for t in tables]
    return sum(sum(found.values()) for found in counts)


def _values(column: ibis.Column) -> ibis.Column:
    """Counts distinct texts too, so that they are read and not only their number."""
    return column.nunique() if column.type().is_string() else column.count()


def draft(folder: Path, key: bytes | None) -> int:
    """Draft all tables; the number of cells."""
    source = source_of(folder, key)
    with opened(folder, key) as store:
        return all_tables(source, dict(store.delivered(VINTAGE)))


def benchmark(extent: Extent) -> Section:
    """Measure on one year of the register."""
    places = extent.places()
    locked = places.store.with_suffix(".encrypted") / "register"
    with extent.register() as plain:
        encrypted(plain, locked)
        number = len(plain.submissions())
    rows = []
    for what, work, unit, aim in (("Read every column", read, "values", ""), ("Draft all tables", draft, "cells", AIM)):
        without, with_key = measure(work, places.register, None, times=TIMES), measure(work, locked, KEY, times=TIMES)
        if without.result != with_key.result:
            raise RuntimeError(f"{what}: the encrypted register gives something else.")
        rate, ratio = f"{spaced(without.result)} {unit}", with_key.seconds / without.seconds
        rows.append(Row.of(f"{what}, not encrypted", without, rate))
        rows.append(replace(Row.of(f"{what}, encrypted", with_key, rate), peer="not encrypted", ratio=ratio, aim=aim))
    return Section(
        extent.titled("Encryption"),
        f"One year of {extent.name} in two registers, {number} submissions each, one encrypted with a key for each submission; "
        "both give the same.",
        tuple(rows),
    )
