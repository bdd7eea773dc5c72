"""Files that cannot be used: a clear receipt, a documented exit code, and nothing of what was accepted before is touched."""

import hashlib
import json
import shutil

import pytest

from tests.acceptance.conftest import Chain
from tests.acceptance.measuring import measured

REJECTED = 3
MOST_MEMORY = 500  # MiB


@pytest.fixture
def country(chain, tmp_path):
    """A copy of the finished chain that a test may spoil."""
    store = tmp_path / "store"
    shutil.copytree(chain.store, store)
    shutil.copy(chain.store.with_name("store.pseudonym-key"), tmp_path / "store.pseudonym-key")
    return Chain(chain.files, store, "")


def accepted_files(country):
    """Every stored file of the accepted submissions, by its content."""
    folder = country.store / "register" / "submissions"
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def good_file(country):
    return next(country.files.rglob("4218.xml"))


def truncated(country):
    return good_file(country).read_bytes()[:-5000]


def other_encoding(country):
    return good_file(country).read_bytes().replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"', 1)


def entity_bomb(country):
    """A file of half a kilobyte that would be ten gigabytes when its entities are written out."""
    ten, layers = "0123456789", 9
    assert len(ten) * 10**layers == 10_000_000_000
    written = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, layers + 1))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "{ten}">{written}]><innsending>&e{layers};</innsending>'.encode()


def another_kind(country):
    return b"%PDF-1.7 this is no submission"


@pytest.mark.parametrize("spoil", [truncated, other_encoding, entity_bomb, another_kind], ids=lambda f: f.__name__)
def test_a_file_that_cannot_be_read_gets_a_receipt_and_changes_nothing(country, tmp_path, spoil):
    before = accepted_files(country)
    file = tmp_path / "sent.xml"
    file.write_bytes(spoil(country))
    done = measured("intake", str(file), "--test-persons", store=country.store)
    assert done.code == REJECTED
    assert done.peak_mib < MOST_MEMORY
    receipt = json.loads((country.store / "receipts" / "unknown-sender" / "sent.json").read_text(encoding="utf-8"))
    assert receipt["verdict"] == "rejected"
    assert receipt["fault"]["what"]
    assert receipt["fault"]["todo"]
    assert accepted_files(country) == before


def test_a_file_of_another_year_is_rejected_by_rule_and_changes_nothing(country, tmp_path):
    before = accepted_files(country)
    file = tmp_path / "sent.xml"
    file.write_bytes(good_file(country).read_bytes() + b"\n")  # not what was accepted before
    done = country.run("intake", str(file), "--test-persons", "--year", "2019", check=False)
    assert done.returncode == REJECTED
    receipt = json.loads((country.store / "receipts" / "4218" / "sent.json").read_text(encoding="utf-8"))
    assert "A11" in {rule["rule"] for rule in receipt["findings"]}
    assert accepted_files(country) == before


def test_a_file_sent_twice_is_refused_with_the_name_of_the_first(country):
    before = accepted_files(country)
    done = country.run("intake", str(good_file(country)), "--test-persons", check=False)
    assert done.returncode == REJECTED
    assert "annual-4218-" in done.stdout + done.stderr
    assert accepted_files(country) == before
