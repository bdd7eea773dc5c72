"""A person is erased from every submission, and nothing else changes but what must: spec, faults on the way, random registers."""

import hashlib
from dataclasses import replace
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.access import AuditAction, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.register import Store, store_keys
from omsorgstall.register.keys import MasterKey
from omsorgstall.register.rewriting import Renaming
from omsorgstall.register.store_persons import Decision
from tests.deliveries import annual, rows

NATIONAL = Scope.national("national statistics", "test")
KEY = MasterKey(bytes(range(32)))
DECISION = Decision("2026/118", "registered without basis in law", "kari")
FINDINGS = pa.schema([(n, pa.string()) for n in ("rule_id", "table", "record", "field")] + [("line", pa.int32())])


def findings(*found):
    names = ("rule_id", "table", "record", "line")
    return pa.Table.from_pylist([dict(zip(names, f, strict=True)) for f in found], FINDINGS)


def delivery(content, people, year=2023, municipality="4204", found=()):
    """A submission in which each person has a person row on one line and a service on the next."""
    persons = [{"pseudonym": p, "local_person_id": f"b-{p}", "line": 2 * n} for n, p in enumerate(people, 1)]
    services = [{"pseudonym": p, "service_id": f"t-{p}", "line": 2 * n + 1} for n, p in enumerate(people, 1)]
    place = {"municipality": municipality, "year": year}
    tables = [{"person": rows("person", persons, **place), "service": rows("service", services, **place)}]
    return replace(annual(content, tables=tables, **place), findings=findings(*found))


@pytest.fixture(params=[None, KEY], ids=["plain", "encrypted"])
def filled(open_store, request):
    """Anna in two years of one municipality and in another; Berit beside her, alone in a later year; all but 2024 frozen."""
    with open_store(create=True, keys=request.param) as store:
        store.accept(
            delivery("a", ["anna", "berit"], 2022, found=[("A04", "person", "b-anna", 2), ("C11", "service", "t-berit", 5)])
        )
        store.accept(delivery("b", ["berit", "anna"], 2023))
        store.accept(delivery("c", ["anna"], 2023, "0301"))
        store.freeze("v", "final", [2022, 2023])
        store.accept(delivery("d", ["berit"], 2024, found=[("N10", "person", "b-anna", 9), ("N10", "person", "b-berit", 2)]))
        yield store


def people(store, engine, vintage="v"):
    tables = engine.open(store.source(vintage, NATIONAL))
    query = [tables[t].select("data_year", "municipality", "pseudonym", "line") for t in ("person", "service")]
    return sorted(tuple(r.values()) for q in query for r in engine.run(q, "test").to_pylist())


def files(store):
    found = (p for p in (store.path / "submissions").rglob("*") if p.is_file())
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def names(store):
    return sorted(p.name for p in (store.path / "submissions").iterdir())


def test_a_person_is_found_in_every_submission_that_holds_her(filled):
    found = filled.persons.find(["anna"])
    assert [(h.submission.id[:16], h.rows, h.vintages) for h in found] == [
        ("annual-4204-2022", {"person": 1, "service": 1}, ("v",)),
        ("annual-4204-2023", {"person": 1, "service": 1}, ("v",)),
        ("annual-0301-2023", {"person": 1, "service": 1}, ("v",)),
    ]
    assert filled.persons.find(["nobody"]) == ()


def test_erasure_takes_her_rows_and_leaves_everybody_elses(filled, duckdb_engine):
    before, ids = people(filled, duckdb_engine), [s.id for s in filled.submissions()]
    erased = filled.persons.erase(["anna"], DECISION)
    assert sorted(erased.submissions.values()) == [2, 2, 2]
    assert (erased.findings, erased.vintages) == (1, ("v",))
    assert people(filled, duckdb_engine) == [r for r in before if r[2] != "anna"]
    assert [s.id for s in filled.submissions()] == ids
    assert [s.rows for s in filled.submissions()] == [2, 2, 0, 2]
    assert (filled.check(), filled.persons.find(["anna"])) == ((), ())


def test_findings_that_name_her_local_ids_go_also_where_she_has_no_row(filled):
    filled.persons.erase(["anna"], DECISION)
    left = [[f["record"] for f in filled.findings(s.id, NATIONAL).to_pylist()] for s in filled.submissions()]
    assert left == [["t-berit"], [], [], ["b-berit"]]


def test_a_finding_without_a_local_id_goes_when_it_is_on_a_line_of_hers(open_store):
    with open_store(create=True) as store:
        found = [("A06", "service", None, 3), ("A06", "service", None, 5), ("A13", "", None, 0)]
        submission = store.accept(delivery("a", ["anna", "berit"], found=found))
        store.persons.erase(["anna"], DECISION)
        assert [f["line"] for f in store.findings(submission.id, NATIONAL).to_pylist()] == [5, 0]


def test_old_files_are_gone_and_nothing_is_left_in_staging(filled):
    old, untouched = files(filled), filled.submissions()[3].id
    filled.persons.erase(["berit"], DECISION)
    assert not {f for f in old if "submissions/annual-0301" not in f} & set(files(filled))
    assert names(filled) == sorted(s.folder for s in filled.submissions())
    assert not [p for p in filled.path.rglob("*") if p.name.startswith(untouched) and p.name not in names(filled)]


def test_encrypted_content_gets_a_new_key_so_that_the_old_key_is_gone_from_the_catalogue(open_store):
    with open_store(create=True, keys=KEY) as store:
        submission = store.accept(delivery("a", ["anna", "berit"]))
        old = store.keys.ring([submission.id]).reveal(submission.id)
        store.persons.erase(["anna"], DECISION)
        assert store.keys.ring([submission.id]).reveal(submission.id) != old


def test_a_vintage_that_held_her_says_how_many_rows_it_lost_and_a_later_one_is_whole(filled):
    assert filled.persons.lost_rows() == {}
    filled.persons.erase(["anna"], DECISION)
    filled.freeze("after", "corrected", [2022, 2023, 2024])
    assert filled.persons.lost_rows() == {"v": 6}
    filled.persons.erase(["berit"], DECISION)
    assert filled.persons.lost_rows() == {"v": 10, "after": 6}


def test_tombstones_and_audit_log_tell_the_case_and_nothing_of_her(filled):
    filled.persons.erase(["anna"], DECISION)
    stones = filled.persons.tombstones()
    assert sorted(t.rows for t in stones) == [0, 2, 2, 2]
    assert {(t.erasure, t.case) for t in stones} == {(1, "2026/118")}
    (event,) = [e for e in filled.audit() if e.action is AuditAction.ERASE]
    assert (event.what, event.who, event.why) == ("case 2026/118", "kari", "registered without basis in law")
    assert event.municipalities == {"4204", "0301"}
    with filled._catalogue._engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        assert not [
            t for t in tables if "anna" in str(connection.execute(sa.select(sa.text("*")).select_from(sa.table(t))).all())
        ]


def test_the_same_file_is_refused_and_a_new_extraction_brings_her_back(filled, duckdb_engine):
    filled.persons.erase(["anna"], DECISION)
    with pytest.raises(OmsorgstallError) as caught:
        filled.accept(delivery("b", ["berit", "anna"], 2023))
    assert caught.value.code == "duplicate-submission"
    filled.accept(delivery("new", ["anna"], 2023))
    filled.freeze("w", "corrected", [2023])
    assert {p for _, _, p, _ in people(filled, duckdb_engine, "w")} == {"anna"}


def test_a_blocked_person_is_kept_out_until_she_is_unblocked(filled):
    filled.persons.erase(["anna"], DECISION, block=True)
    assert filled.persons.blocked() == {"anna"}
    with pytest.raises(OmsorgstallError) as caught:
        filled.accept(delivery("begun before she was blocked", ["anna"], 2024))
    assert caught.value.code == "blocked-meanwhile"
    filled.accept(replace(delivery("without her", ["carla"], 2024), left_out=frozenset({"anna"})))
    assert (filled.persons.unblock(["anna"], DECISION), filled.persons.unblock(["anna"], DECISION)) == (1, 0)
    filled.accept(delivery("with her again", ["anna"], 2024))


def test_somebody_can_be_blocked_before_she_is_ever_taken_in(filled):
    before = files(filled)
    assert filled.persons.erase(["carla"], DECISION, block=True).submissions == {}
    assert (filled.persons.blocked(), files(filled)) == ({"carla"}, before)


def test_a_blocked_pseudonym_follows_when_everybody_gets_another(filled):
    filled.keys.belong_to_pseudonyms("old")
    filled.persons.erase(["anna"], DECISION, block=True)
    renamed = Renaming(lambda found: pa.array([f"new-{p}" for p in found.to_pylist()], pa.string()))
    filled.keys.repseudonymise(renamed, "old", "new", "kari")
    assert filled.persons.blocked() == {"new-anna"}


@pytest.mark.parametrize("fault", ["while writing", "in the transaction", "before anything is erased"])
def test_a_fault_on_the_way_changes_nothing(filled, monkeypatch, duckdb_engine, fault):
    before, known, stones = files(filled), people(filled, duckdb_engine), filled.persons.tombstones()
    real, left = store_keys.write_anew, iter([True, False])

    def fail(*_, **__):
        raise RuntimeError("on the way")

    with monkeypatch.context() as patched:
        if fault == "while writing":
            patched.setattr(store_keys, "write_anew", lambda *given: real(*given) if next(left) else fail())
        elif fault == "in the transaction":
            patched.setattr("omsorgstall.register.erasures.block", fail)
        with pytest.raises(RuntimeError):
            filled.persons.erase(["anna"], DECISION, block=True, before=fail if fault.startswith("before") else dict)
    assert (files(filled), people(filled, duckdb_engine), filled.persons.tombstones()) == (before, known, stones)
    assert (filled.check(), filled.persons.blocked()) == ((), frozenset())


def test_without_the_encryption_key_nobody_is_found_or_erased(open_store):
    with open_store(create=True, keys=KEY) as store:
        store.accept(delivery("a", ["anna"]))
    with open_store() as store:
        before = files(store)
        for ask in (store.persons.find, lambda who: store.persons.erase(who, DECISION)):
            with pytest.raises(OmsorgstallError) as caught:
                ask(["anna"])
            assert caught.value.code == "no-encryption-key"
        assert files(store) == before


PEOPLE = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True)


@settings(max_examples=15)
@given(st.lists(PEOPLE, min_size=1, max_size=4), st.sampled_from("abcdef"))
def test_what_is_left_of_any_register_is_what_a_register_without_her_would_hold(duckdb_engine, submissions, gone):
    with TemporaryDirectory() as folder, Store.open(f"{folder}/register", create=True) as store:
        for year, present in enumerate(submissions, 2015):
            store.accept(delivery(str(year), present, year))
        store.freeze("v", "final", range(2015, 2020))
        expected = [r for r in people(store, duckdb_engine) if r[2] != gone]
        erased = store.persons.erase([gone], DECISION)
        assert people(store, duckdb_engine) == expected
        assert sum(erased.submissions.values()) == 2 * sum(gone in present for present in submissions)
        assert store.persons.lost_rows().get("v", 0) == sum(erased.submissions.values())
        assert store.check() == ()
