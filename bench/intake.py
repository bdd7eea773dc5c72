"""Intake beside a bare walk through the same file: what reading, typing, checking and pseudonyms cost."""

from pathlib import Path

from lxml import etree

from bench.data import KEY, Extent
from bench.harness import Measured, Row, Section, measure, spaced
from omsorgstall.core import uncollected
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import open_batch
from omsorgstall.intake import check_batch

AIM = 4.0


def walk(path: Path) -> int:
    """The floor: lxml visits every element of the file and does nothing with it."""
    visited = 0
    for _, element in etree.iterparse(str(path), events=("end",), no_network=True, resolve_entities=False):
        visited += 1
        element.clear()
    return visited


def read(path: Path) -> int:
    """Our reader: raw tables out of the file, nothing checked."""
    return sum(table.num_rows for chunk in open_batch(path).chunks() for table in chunk.values())


def check(path: Path) -> int:
    """The whole of intake: read, typed, checked by every rule, pseudonyms in place of identity numbers."""
    with uncollected(), Engine.local(threads=1) as engine:
        checked = check_batch(open_batch(path), KEY, engine, test_persons=True)
        return sum(table.num_rows for chunk in checked.chunks for table in chunk.values())


def line(what: str, ours: Measured, rows: int, floor: Measured | None = None, aim: str = "") -> Row:
    """A line of the report; rows a second, and how many times the floor."""
    ratio = ours.seconds / floor.seconds if floor else None
    peer = "bare lxml walk" if floor else ""
    return Row.of(what, ours, f"{spaced(rows / ours.seconds)} rows/s", peer, ratio, aim)


def benchmark(extent: Extent) -> Section:
    """Measure on the largest file of the extent."""
    path = extent.largest_file()
    floor, reading, checking = (measure(work, path, times=3) for work in (walk, read, check))
    size = path.stat().st_size / 2**20
    about = (
        f"The annual batch of the largest municipality of {extent.name}: {size:.0f} MiB of XML, {spaced(reading.result)} rows."
    )
    rows = (
        line("Bare walk with lxml", floor, reading.result),
        line("Reading into raw tables", reading, reading.result, floor),
        line("Whole intake", checking, reading.result, floor, f"at most {AIM:.0f}"),
    )
    return Section(extent.titled("Intake"), about, rows)
