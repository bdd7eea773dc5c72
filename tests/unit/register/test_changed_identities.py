"""The pseudonym map in a store: versions that vintages keep, re-pseudonymisation, erasure and blocking follow it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from omsorgstall.access import AuditAction, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.register.map_book import MapVersion
from omsorgstall.register.pseudonym_map import ChangeFault, NumberChange
from omsorgstall.register.rewriting import Renaming
from omsorgstall.register.store_persons import Decision
from tests.deliveries import FINDINGS, annual, rows

NATIONAL = Scope.national("test", "test")
DECISION = Decision("2026/118", "registered without basis in law", "kari")
DAY = date(2023, 3, 1)
SAID = {"who": "kari", "pseudonym_key": "key"}


def change(old, new):
    return NumberChange(old, new, DAY)


def delivery(content, people, year):
    persons = [{"pseudonym": p, "local_person_id": f"b-{p}", "line": n} for n, p in enumerate(people)]
    services = [{"pseudonym": p, "service_id": f"t-{p}", "line": n} for n, p in enumerate(people)]
    tables = [{"person": rows("person", persons, year=year), "service": rows("service", services, year=year)}]
    return replace(annual(content, tables=tables, year=year), findings=FINDINGS.empty_table())


@pytest.fixture
def filled(store):
    """Anna under her D-number in 2022, under her birth number in 2023, with Berit; frozen before any change is known."""
    store.keys.belong_to_pseudonyms("key")
    store.accept(delivery("a", ["anna-d", "berit"], 2022))
    store.accept(delivery("b", ["anna", "berit"], 2023))
    store.freeze("before", "final", [2022, 2023])
    return store


def people(store, vintage):
    with Engine.local() as engine:
        table = engine.open(store.source(vintage, NATIONAL))["person"]
        return sorted((r["data_year"], r["pseudonym"]) for r in engine.run(table, "test").to_pylist())


APART = [(2022, "anna-d"), (2022, "berit"), (2023, "anna"), (2023, "berit")]
TOGETHER = [(2022, "anna"), (2022, "berit"), (2023, "anna"), (2023, "berit")]


def test_vintages_keep_the_version_of_the_map_they_were_frozen_with(filled):
    assert filled.identities.add([change("anna-d", "anna")], "registry", **SAID).kept == (change("anna-d", "anna"),)
    filled.freeze("mapped", "final", [2022, 2023])
    filled.identities.withdraw([change("anna-d", "anna")], "registry", **SAID)
    filled.freeze("after", "final", [2022, 2023])
    assert [filled.vintage(v).map_version for v in ("before", "mapped", "after")] == [0, 1, 2]
    assert [people(filled, v) for v in ("before", "mapped", "after")] == [APART, TOGETHER, APART]


def test_without_changes_tables_are_read_as_they_stand(filled):
    with Engine.local() as engine:
        opened = engine.open(filled.source("before", NATIONAL))
        assert {type(table.op()).__name__ for table in opened.values()} == {"UnboundTable"}


def test_a_vintage_until_a_time_knows_no_later_change(filled):
    between = datetime.now(UTC)
    filled.identities.add([change("anna-d", "anna")], "registry", **SAID)
    assert filled.freeze("early", "final", [2023], between).map_version == 0
    assert filled.freeze("late", "final", [2023]).map_version == 1


def test_what_was_added_is_told_by_version_and_logged_without_pseudonyms(filled):
    filled.identities.add([change("anna-d", "anna"), change("x", "x")], "registry", **SAID)
    filled.identities.withdraw([change("anna-d", "anna")], "a mistake", **SAID)
    told = filled.identities.versions()
    assert told == tuple(
        MapVersion(n, source, "kari", v.entered_at, added, withdrawn)
        for v, (n, source, added, withdrawn) in zip(told, [(1, "registry", 1, 0), (2, "a mistake", 0, 1)], strict=True)
    )
    logged = [(e.what, e.who, e.why) for e in filled.audit() if e.action is AuditAction.CHANGE_IDENTITIES]
    assert logged == [("1 changes added", "kari", "registry"), ("1 changes withdrawn", "kari", "a mistake")]
    assert "anna" not in repr(change("anna-d", "anna"))


def test_the_same_file_again_adds_nothing_and_a_change_back_is_told(filled):
    filled.identities.add([change("anna-d", "anna")], "registry", **SAID)
    again = filled.identities.add([change("anna-d", "anna"), change("anna", "anna-d"), change("anna-d", "z")], "again", **SAID)
    assert (again.kept, again.known) == ((), 1)
    assert again.faults == {1: ChangeFault.CYCLE, 2: ChangeFault.TWO_NUMBERS}
    assert len(filled.identities.versions()) == 1


@pytest.mark.parametrize(("source", "key", "code"), [(" ", "key", "no-source"), ("registry", "other", "wrong-pseudonym-key")])
def test_nothing_changes_without_a_source_or_with_another_key(filled, source, key, code):
    with pytest.raises(OmsorgstallError) as caught:
        filled.identities.add([change("anna-d", "anna")], source, who="kari", pseudonym_key=key)
    assert (caught.value.code, filled.identities.versions()) == (code, ())


def test_a_check_keeps_nothing(filled):
    assert len(filled.identities.add([change("anna-d", "anna")], "check", **SAID, keep=False).kept) == 1
    assert filled.identities.versions() == ()


def test_new_pseudonyms_are_new_in_the_map_too(filled):
    filled.identities.add([change("anna-d", "anna")], "registry", **SAID)
    filled.freeze("mapped", "final", [2022, 2023])
    renamed = Renaming(lambda found: pa.array([f"new-{p}" for p in found.to_pylist()], pa.string()))
    filled.keys.repseudonymise(renamed, "key", "new key", "kari")
    assert people(filled, "mapped") == [(year, f"new-{name}") for year, name in TOGETHER]
    assert people(filled, "before") == sorted((year, f"new-{name}") for year, name in APART)


@pytest.mark.parametrize("asked", ["anna-d", "anna"])
def test_a_person_is_found_and_erased_under_all_her_numbers(filled, asked):
    filled.identities.add([change("anna-d", "anna"), change("c", "b")], "registry", **SAID)
    filled.freeze("mapped", "final", [2022, 2023])
    assert [h.submission.data_year for h in filled.persons.find([asked])] == [2022, 2023]
    filled.persons.erase([asked], DECISION)
    assert people(filled, "mapped") == people(filled, "before") == [(2022, "berit"), (2023, "berit")]
    assert filled.persons.find(["anna-d", "anna"]) == ()
    assert filled.persons.all_of(["anna-d"]) == {"anna-d"}
    assert filled.persons.all_of(["c"]) == {"c", "b"}
    assert filled.persons.lost_rows() == {"before": 4, "mapped": 4}


def test_an_erasure_of_someone_who_is_in_the_map_alone_takes_her_out_of_it(filled):
    filled.identities.add([change("x", "y")], "registry", **SAID)
    filled.persons.erase(["x"], DECISION)
    assert [v.added for v in filled.identities.versions()] == [0]
    assert filled.audit()[-1].action is AuditAction.ERASE


def test_who_is_blocked_is_left_out_under_numbers_she_gets_later(filled):
    filled.persons.erase(["anna"], DECISION, block=True)
    filled.identities.add([change("anna", "anna-new")], "registry", **SAID)
    assert filled.persons.blocked() == {"anna", "anna-new"}
    with pytest.raises(OmsorgstallError, match="may not hold"):
        filled.accept(replace(delivery("c", ["berit"], 2024), left_out=frozenset({"anna"})))
    assert filled.persons.unblock(["anna-new"], DECISION) == 1
    assert filled.persons.blocked() == frozenset()


def test_persons_who_stand_twice_in_a_submission_are_told_with_the_senders_own_ids(filled):
    both = filled.accept(delivery("c", ["anna", "berit", "anna-d"], 2024))
    filled.identities.add([change("anna-d", "anna")], "registry", **SAID)
    (found,) = filled.identities.doubled(filled.submissions(kind="annual"), NATIONAL)
    assert (found.submission, found.local_ids) == (both, ("b-anna-d", "b-anna"))
    other = Scope.owner("0301", "test", "test")
    assert list(filled.identities.doubled(filled.submissions(kind="annual"), other)) == []
