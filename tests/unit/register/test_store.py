"""What the register promises about submissions."""

import errno
import hashlib
import multiprocessing
import os
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from omsorgstall.access import Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.register import Store, catalogue, staging
from tests.deliveries import annual, events, rows


def code(call, *arguments, **named):
    """The code of the error that the call raises."""
    with pytest.raises(OmsorgstallError) as caught:
        call(*arguments, **named)
    return caught.value.code


def everything(store):
    """Every file of the store's submissions with its hash: what must not change."""
    files = (p for p in (store.path / "submissions").rglob("*") if p.is_file())
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_an_accepted_submission_is_there_when_the_store_is_opened_again(store, open_store):
    accepted = store.accept(annual("first"))
    with open_store() as again:
        assert again.submissions() == (accepted,)
        assert again.check() == ()


def test_a_submission_keeps_rows_sizes_and_hashes_of_its_files(store):
    files = {f.name: f for f in store.accept(annual("first")).files}
    assert (files["service.2.parquet"].table, files["service.2.parquet"].rows) == ("service", 1)
    assert files["findings.parquet"].rows == 1
    assert all(f.bytes > 0 and len(f.sha256) == 64 for f in files.values())


def test_findings_and_header_come_back_as_they_were(store):
    accepted = store.accept(annual("first"))
    assert store.findings(accepted.id, Scope.national("test", "test")).to_pylist() == [{"rule_id": "C11", "line": 3}]
    assert store.header(accepted.id)["vendor"] == "Test"


def test_chunks_of_a_table_become_one_file(store):
    chunks = [{"service": rows("service", [{"service_id": s}])} for s in "abc"]
    assert store.accept(annual("chunks", tables=chunks)).rows == 3


def test_the_same_content_is_refused_and_the_earlier_submission_named(store):
    accepted = store.accept(annual("first"))
    with pytest.raises(OmsorgstallError, match=accepted.id):
        store.accept(annual("first"))


def test_a_later_submission_changes_nothing_of_an_earlier_one(store):
    store.accept(annual("first"))
    before = everything(store)
    store.accept(annual("second"))
    assert before.items() <= everything(store).items()


def test_accepted_files_cannot_be_written_to(store):
    accepted = store.accept(annual("first"))
    modes = {(store.path / "submissions" / accepted.id / f.name).stat().st_mode & 0o777 for f in accepted.files}
    assert modes == {0o400}


def test_nobody_else_can_enter_the_store(store):
    assert store.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param([{"service": pa.table({"municipality": ["4204"]})}], id="other columns"),
        pytest.param([{"service": rows("service", [{}], municipality="0301")}], id="another sender"),
        pytest.param([{"service": rows("service", [{}], year=2022)}], id="another year"),
        pytest.param([{"service": rows("service", [{"pseudonym": None}])}], id="a row of nobody"),
        pytest.param([{"nurse": pa.table({"x": [1]})}], id="an unknown table"),
    ],
)
def test_tables_that_would_break_every_later_reading_are_refused(store, tables):
    assert code(store.accept, annual("bad", tables=tables)) == "delivery-refused"
    assert (store.submissions(), everything(store)) == ((), {})


def test_an_annual_delivery_must_say_when_it_was_extracted(store):
    with pytest.raises(ValueError, match="extracted_at"):
        store.accept(replace(annual("first"), header={}))


def test_a_fault_half_way_through_the_rows_leaves_nothing(store):
    def failing():
        yield {"service": rows("service", [{"service_id": "a"}])}
        raise RuntimeError("reader failed")

    with pytest.raises(RuntimeError):
        store.accept(annual("half", tables=failing()))
    assert (everything(store), list((store.path / "staging").iterdir())) == ({}, [])


@pytest.mark.parametrize("call", range(1, 7))
def test_a_full_disk_at_any_flush_leaves_the_old_state(store, monkeypatch, call):
    store.accept(annual("first"))
    before, calls, real = everything(store), iter(range(1, 99)), os.fsync

    def full(handle):
        if next(calls) == call:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    with monkeypatch.context() as patched:
        patched.setattr(staging.os, "fsync", full)
        outcome = attempt(store)
    assert outcome in {"disk-full", "accepted"}
    assert len(store.submissions()) == (2 if outcome == "accepted" else 1)
    assert outcome == "accepted" or everything(store) == before


def attempt(store):
    try:
        store.accept(annual("second"))
    except OmsorgstallError as error:
        return error.code
    return "accepted"


def test_a_catalogue_that_is_full_leaves_the_old_state(store, monkeypatch):
    store.accept(annual("first"))
    before = everything(store)
    monkeypatch.setattr(catalogue.Catalogue, "add", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    assert code(store.accept, annual("second")) == "disk-full"
    assert everything(store) == before


def test_a_folder_moved_into_place_but_never_accepted_is_cleared_away(store, open_store):
    (store.path / "submissions" / "annual-4204-2023-0").mkdir()
    open_store().close()
    assert everything(store) == {}
    assert list((store.path / "submissions").iterdir()) == []


def test_a_staging_folder_in_use_is_left_alone_and_an_abandoned_one_is_not(store, open_store):
    lock = store.path / "store.lock"
    with staging.private_folder(store.path / "staging", lock) as content:
        (store.path / "staging" / "abandoned").mkdir()
        open_store().close()
        assert [p.name for p in (store.path / "staging").iterdir()] == [content.parent.name]


def test_a_store_refuses_a_catalogue_that_is_not_its_own(store, tmp_path):
    store.accept(annual("first"))
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    assert code(Store.open, store.path, catalogue_url=other) == "wrong-catalogue"
    assert store.check() == ()


def test_a_store_whose_catalogue_was_lost_is_not_emptied(tmp_path):
    with Store.open(tmp_path / "register", create=True) as store:
        accepted = store.accept(annual("first"))
    for path in store.path.glob("catalogue.sqlite*"):
        path.unlink()
    assert code(Store.open, store.path) == "wrong-catalogue"
    assert (store.path / "submissions" / accepted.id / "service.2.parquet").exists()
    assert not (store.path / "catalogue.sqlite").exists()


def test_a_catalogue_that_a_store_has_taken_is_refused_to_another(store, tmp_path, catalogue_url):
    url = catalogue_url or f"sqlite:///{store.path / 'catalogue.sqlite'}"
    assert code(Store.open, tmp_path / "other", create=True, catalogue_url=url) == "wrong-catalogue"
    assert store.accept(annual("first")) == store.submissions()[0]


@pytest.mark.parametrize("step", ["upgrade", "belong_to", "bind"])
def test_a_store_whose_making_was_cut_short_can_be_made_again(open_store, monkeypatch, step):
    class CutError(BaseException):
        """The process ends here."""

    def cut(*_):
        raise CutError

    def done_and_cut(self, name, _real=catalogue.Catalogue.belong_to):
        _real(self, name)
        raise CutError

    step, fault = ("belong_to", done_and_cut) if step == "bind" else (step, cut)
    with monkeypatch.context() as patched:
        patched.setattr(catalogue.Catalogue, step, fault)
        with pytest.raises(CutError):
            open_store(create=True)
    with open_store(create=True) as store:
        store.accept(annual("first"))
    with open_store() as store:
        assert len(store.submissions()) == 1


def test_a_store_that_is_not_there_is_not_made_by_opening(tmp_path):
    assert code(Store.open, tmp_path / "none") == "no-store"
    assert not (tmp_path / "none").exists()


def test_a_store_of_a_newer_program_is_left_alone(store, open_store):
    mark = store.path / "store.json"
    mark.write_text(mark.read_text("utf-8").replace('"format": 1', '"format": 2'), encoding="utf-8")
    assert code(open_store) == "store-too-new"


def test_a_changed_and_a_missing_file_are_found(store):
    accepted = store.accept(annual("first"))
    folder = store.path / "submissions" / accepted.id
    (folder / "service.2.parquet").chmod(0o600)
    (folder / "service.2.parquet").write_bytes(b"x")
    (folder / "header.json").unlink()
    assert {(f.file, f.what) for f in store.check()} == {("service.2.parquet", "changed"), ("header.json", "missing")}


def accept_many(path, catalogue_url, name):
    """What one of several writers does."""
    with Store.open(path, catalogue_url=catalogue_url) as store:
        for n in range(4):
            try:
                store.accept(annual(f"{name} {n}" if n else "the same"))
            except OmsorgstallError as error:
                if error.code != "duplicate-submission":
                    raise


def test_writers_at_once_lose_nothing_and_accept_the_same_content_once(store, catalogue_url):
    spawned = multiprocessing.get_context("spawn")
    writers = [spawned.Process(target=accept_many, args=(store.path, catalogue_url, name)) for name in ("one", "two", "three")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert [w.exitcode for w in writers] == [0, 0, 0]
    assert len(store.submissions()) == 3 * 3 + 1
    assert store.check() == ()


def test_submissions_are_listed_by_sender_year_and_kind(store):
    store.accept(annual("a"))
    store.accept(annual("b", municipality="0301"))
    store.accept(annual("c", year=2022))
    store.accept(events("d", datetime(2024, 3, 1, tzinfo=UTC)))
    assert len(store.submissions(municipality="4204")) == 3
    assert len(store.submissions(municipality="4204", data_year=2023)) == 1
    assert [s.kind for s in store.submissions(kind="events")] == ["events"]


def test_the_catalogue_knows_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(catalogue._MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [catalogue.HEAD]


def test_the_migrations_make_exactly_the_tables_the_program_uses(store):
    with store._catalogue._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), catalogue.metadata) == []
