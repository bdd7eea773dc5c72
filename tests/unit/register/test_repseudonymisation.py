"""Everybody gets another pseudonym: nothing else changes, links between years hold, and a fault on the way changes nothing."""

import hashlib
from dataclasses import replace

import pyarrow as pa
import pytest

from omsorgstall.access import Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.register import store_keys
from omsorgstall.register.keys import MasterKey
from omsorgstall.register.rewriting import Renaming
from tests.deliveries import annual, rows
from tests.engines import rows_of

NATIONAL = Scope.national("national statistics", "test")
KEY = MasterKey(bytes(range(32)))


RENAMED = Renaming(lambda pseudonyms: pa.array([f"new-{p}" for p in pseudonyms.to_pylist()], pa.string()))


def care(pseudonym, year):
    return [{"service": rows("service", [{"service_id": f"{pseudonym} {year}", "pseudonym": pseudonym}], year=year)}]


@pytest.fixture(params=[None, KEY], ids=["plain", "encrypted"])
def filled(open_store, request):
    """A store with one person in two years and another in one."""
    with open_store(create=True, keys=request.param) as store:
        store.keys.belong_to_pseudonyms("old")
        store.accept(annual("a", year=2022, tables=care("one", 2022)))
        store.accept(annual("b", year=2023, tables=care("one", 2023)))
        store.accept(
            annual(
                "c",
                year=2023,
                municipality="0301",
                tables=[{"service": rows("service", [{"service_id": "two 2023", "pseudonym": "two"}], municipality="0301")}],
            )
        )
        store.freeze("v", "final", [2022, 2023])
        yield store


def people(store, engine):
    service = engine.open(store.source("v", NATIONAL))["service"]
    return [(r["service_id"], r["pseudonym"]) for r in rows_of(engine, service.select("service_id", "pseudonym"))]


def files(store):
    found = (p for p in (store.path / "submissions").rglob("*") if p.is_file())
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def test_every_pseudonym_is_another_and_nothing_else(filled, duckdb_engine):
    vintage, header = filled.vintage("v"), filled.header(filled.submissions()[0].id)
    before = [(s.id, s.content_hash, s.accepted_at, s.rows) for s in filled.submissions()]
    assert filled.keys.repseudonymise(RENAMED, "old", "new", "kari") == 3
    assert people(filled, duckdb_engine) == [("one 2022", "new-one"), ("one 2023", "new-one"), ("two 2023", "new-two")]
    assert [(s.id, s.content_hash, s.accepted_at, s.rows) for s in filled.submissions()] == before
    assert (filled.vintage("v"), filled.header(before[0][0]), filled.check()) == (vintage, header, ())
    assert filled.findings(before[0][0], NATIONAL).to_pylist() == [{"rule_id": "C11", "line": 3}]


def test_old_pseudonyms_are_gone_and_the_store_opens_again(filled, open_store, duckdb_engine, request):
    old = set(files(filled))
    filled.keys.repseudonymise(RENAMED, "old", "new", "kari")
    assert not old & set(files(filled))
    with open_store(keys=filled.keys._service) as again:
        assert len(people(again, duckdb_engine)) == 3
        assert again.keys.repseudonymise(RENAMED, "new", "newer", "kari") == 3
        assert people(again, duckdb_engine)[0] == ("one 2022", "new-new-one")


def test_the_store_belongs_to_the_new_key_and_an_intake_begun_with_the_old_one_is_refused(filled):
    filled.keys.repseudonymise(RENAMED, "old", "new", "kari")
    with pytest.raises(OmsorgstallError) as caught:
        filled.accept(replace(annual("late"), pseudonym_key="old"))
    assert caught.value.code == "wrong-pseudonym-key"
    filled.accept(replace(annual("late"), pseudonym_key="new"))
    assert [(e.action, e.who) for e in filled.audit()][-2] == ("repseudonymise", "kari")


@pytest.mark.parametrize("fault", ["while writing", "in the transaction"])
def test_a_fault_on_the_way_changes_nothing(filled, monkeypatch, duckdb_engine, fault):
    before, known = files(filled), people(filled, duckdb_engine)

    def fail(*_, **__):
        raise RuntimeError("on the way")

    real, left = store_keys.write_anew, iter([True, False])
    with monkeypatch.context() as patched:
        if fault == "while writing":
            patched.setattr(store_keys, "write_anew", lambda *given: real(*given) if next(left) else fail())
        else:
            patched.setattr(store_keys, "set_key_id", fail)
        with pytest.raises(RuntimeError):
            filled.keys.repseudonymise(RENAMED, "old", "new", "kari")
    assert (files(filled), people(filled, duckdb_engine), filled.check()) == (before, known, ())
    assert filled.keys.belongs_to_pseudonyms("old")


def test_another_pseudonym_key_than_the_stores_is_refused(filled):
    before = files(filled)
    with pytest.raises(OmsorgstallError) as caught:
        filled.keys.repseudonymise(RENAMED, "somebody else's", "new", "kari")
    assert (caught.value.code, files(filled)) == ("wrong-pseudonym-key", before)
