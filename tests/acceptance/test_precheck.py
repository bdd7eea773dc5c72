"""The check before sending says what intake would say, and leaves nothing behind."""

import json
import shutil

import pytest

from tests.acceptance.conftest import omsorgstall
from tests.acceptance.files import identity_numbers

REJECTED = 3


@pytest.fixture
def file(chain, tmp_path):
    """A file in a folder of its own."""
    return shutil.copy(next(chain.files.rglob("2022/4218.xml")), tmp_path)


def prechecked(tmp_path, file, *arguments, check=True):
    return omsorgstall("precheck", str(file), "--test-persons", *arguments, store=tmp_path / "no store", check=check)


def test_it_says_what_the_receipt_of_intake_says(chain, file, tmp_path):
    said = json.loads(prechecked(tmp_path, file, "--json").stdout)
    receipt = next(p for p in (chain.store / "receipts" / "4218").glob("annual-4218-2022-*.json"))
    assert said == json.loads(receipt.read_text("utf-8")) | {"submission": ""}


def test_it_writes_nothing(file, tmp_path):
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    prechecked(tmp_path, file)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_findings_fail_a_script_only_from_the_severity_it_asks_for(file, tmp_path):
    assert prechecked(tmp_path, file).returncode == 0
    assert prechecked(tmp_path, file, "--fail-on", "warn", check=False).returncode == REJECTED
    assert prechecked(tmp_path, file, "--fail-on", "reject_submission").returncode == 0


def test_a_file_that_cannot_be_read_fails_with_its_fault(file, tmp_path):
    cut = tmp_path / "cut.xml"
    cut.write_bytes(cut.with_name("4218.xml").read_bytes()[:-5000])
    done = prechecked(tmp_path, cut, check=False)
    assert done.returncode == REJECTED
    assert "Ville blitt avvist" in done.stdout


def test_it_shows_no_identity_number(chain, file, tmp_path):
    shown = prechecked(tmp_path, file).stdout + prechecked(tmp_path, file, "--json").stdout
    assert not [n for n in identity_numbers(chain.files) if n in shown]
