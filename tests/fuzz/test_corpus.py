"""Every kept input of every reader again, and what else was ever found: no crash, no lost row, nobody's number shown."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.builders.submissions import check_digits, made_up_number
from tests.fuzz.keeping_inputs import real_numbers
from tests.fuzz.readers import CORPUS, readers

LARGEST_CORPUS = 2_500_000


def kept(reader: str) -> list[Path]:
    return sorted((CORPUS / reader).iterdir())


@pytest.mark.parametrize("name", sorted(p.name for p in CORPUS.iterdir()))
def test_every_kept_input_is_read_or_refused(name):
    assert kept(name)
    for path in kept(name):
        try:
            readers()[name].read(path.read_bytes())
        except Exception as error:
            raise AssertionError(f"{path.relative_to(ROOT)} is a fault") from error


@pytest.mark.parametrize("name", readers())
def test_every_seed_is_read_or_refused(name):
    for seed, content in readers()[name].seeds().items():
        try:
            readers()[name].read(content)
        except Exception as error:
            raise AssertionError(f"seed {seed} of {name} is a fault") from error


def test_the_corpus_is_small_and_names_no_reader_that_is_not_there():
    folders = [p for p in CORPUS.iterdir() if p.is_dir()]
    assert {p.name for p in folders} <= set(readers())
    assert sum(f.stat().st_size for p in folders for f in p.iterdir()) < LARGEST_CORPUS


def test_no_identity_number_of_a_real_person_can_stand_in_the_corpus():
    found = [p.name for p in CORPUS.rglob("*") if p.is_file() and real_numbers(p.read_bytes())]
    assert found == []


def test_a_number_of_a_real_person_would_be_seen_in_the_corpus():
    made_up = made_up_number(0, date(1940, 5, 17))
    real = next(n for k in range(500) if (n := check_digits(f"170540{k:03}")))
    assert real_numbers(f"a{real}b".encode()) == real_numbers(f"{real[:6]} {real[6:]}".encode()) == [real]
    assert real_numbers(made_up.encode()) == []


def test_a_reader_of_bytes_is_fuzzed_or_has_a_reason_not_to_be():
    """Whoever adds a call that turns bytes into data sees it here."""
    known = set(_listed())
    found = set(_modules_that_read())
    assert found == known


def _listed() -> list[str]:
    text = (ROOT / "docs" / "reference" / "fuzzing.md").read_text("utf-8")
    return re.findall(r"`(src/omsorgstall/[\w/]+\.py)`", text)


READS = {
    "reader",
    "read_text",
    "read_bytes",
    "loads",
    "ParserCreate",
    "read_csv",
    "read_table",
    "fromhex",
    "ZipFile",
    "MultipartError",
}


def _modules_that_read() -> list[str]:
    found = []
    for path in (ROOT / "src").rglob("*.py"):
        calls = (n.func for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
        names = {c.attr if isinstance(c, ast.Attribute) else getattr(c, "id", "") for c in calls}
        if names & READS:
            found.append(path.relative_to(ROOT).as_posix())
    return found
