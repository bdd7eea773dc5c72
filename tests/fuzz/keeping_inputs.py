"""The kept inputs of a reader: which of many are worth keeping, and which lines and branches of the reader they reach.

Readers are imported where they are needed, so that ``run.py`` can import them under instrumentation.
"""

import hashlib
import importlib
import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

Arc = tuple[str, int, int]
Step = tuple[Arc, int]
MONTHS = 12
MOST_KEPT = 120
"""Inputs kept of one reader, beside those with a name of their own."""


def keep(name: str, folder: Path) -> str:
    """Copy those inputs of a folder that reach something new in the reader's modules to the kept ones; the smallest first.

    An input with an identity number that could be a person's is left out.
    """
    known = importlib.import_module("tests.fuzz.readers")
    reader = known.readers()[name]
    target = known.CORPUS / name
    target.mkdir(parents=True, exist_ok=True)
    files = _files(reader.modules)
    reached = {arc for content in (*reader.seeds().values(), *_contents(target)) for arc in arcs(reader.read, content, files)}
    kept = 0
    for content in sorted(_contents(folder), key=lambda c: (len(c), c)):
        new = arcs(reader.read, content, files) - reached
        if new and kept < MOST_KEPT and not real_numbers(content):
            reached |= new
            kept += 1
            (target / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
    return f"{name}: {kept} inputs kept, {len(reached)} steps reached\n"


def _contents(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file():
            yield path.read_bytes()


def _files(modules: Iterable[str]) -> frozenset[str]:
    return frozenset(spec.origin for m in modules if (spec := find_spec(m)) and spec.origin)


def arcs(read: Any, content: bytes, files: frozenset[str]) -> set[Step]:
    """The steps from line to line that reading an input takes within some files, and about how often: a power of two."""
    found: Counter[Arc] = Counter()
    with _traced(found, files):
        read(content)
    return {(arc, count.bit_length()) for arc, count in found.items()}


@contextmanager
def _traced(found: Counter[Arc], files: frozenset[str]) -> Iterator[None]:
    def enter(frame: FrameType, _event: str, _argument: object) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        last = -frame.f_code.co_firstlineno

        def step(inner: FrameType, event: str, _argument: object) -> Any:
            nonlocal last
            if event == "line":
                found[inner.f_code.co_filename, last, inner.f_lineno] += 1
                last = inner.f_lineno
            return step

        return step

    before = sys.gettrace()
    sys.settrace(enter)
    threading.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(before)  # type: ignore[arg-type]


def real_numbers(content: bytes) -> list[str]:
    """Identity numbers in an input that are not made for tests: these have 80, 65 or 40 added to the month."""
    check_digits = importlib.import_module("tests.builders.submissions").check_digits
    joined = re.sub(rb"(?<=\d)[ -](?=\d)", b"", content)
    runs = {n.decode() for text in (content, joined) for n in re.findall(rb"(?=(\d{11}))", text)}
    return sorted(n for n in runs if 1 <= int(n[2:4]) <= MONTHS and check_digits(n[:9]) == n)


def coverage_table(names: Iterable[str]) -> str:
    """What seeds and kept inputs reach: statements and branches of each reader's modules, as a table."""
    coverage = importlib.import_module("coverage")  # only the lock for fuzzing has it
    measured = coverage.Coverage(branch=True, source_pkgs=["omsorgstall"], data_file=None)
    measured.start()
    known = importlib.import_module("tests.fuzz.readers")
    readers = {n: r for n, r in known.readers().items() if n in set(names) or not set(names)}
    for name, reader in readers.items():
        for content in (*reader.seeds().values(), *_contents(known.CORPUS / name)):
            reader.read(content)
    measured.stop()
    with TemporaryDirectory() as folder:
        measured.json_report(outfile=str(Path(folder) / "reached.json"))
        reached = json.loads((Path(folder) / "reached.json").read_bytes())["files"]
    found = {str(Path(name).resolve()): told for name, told in reached.items()}
    lines = ["| Module | Statements reached | Branches reached | Lines not reached |", "|---|---:|---:|---|"]
    for module in sorted({m for r in readers.values() for m in r.modules}):
        (origin,) = _files([module])
        lines.append(f"| `{module}` | {_row(found[origin])} |")
    return "\n".join(lines) + "\n"


def _row(told: dict[str, Any]) -> str:
    summary = told["summary"]
    lines = f"{summary['covered_lines']} of {summary['num_statements']}"
    branches = f"{summary['covered_branches']} of {summary['num_branches']}"
    return f"{lines} | {branches} | {', '.join(map(str, told['missing_lines'])) or '–'}"
