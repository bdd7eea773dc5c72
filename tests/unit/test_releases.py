"""Editions of released tables."""

import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.disclosure import preset, protect
from omsorgstall.releases import ReleaseStore
from tests.builders.made_up_draft import small_country


@pytest.fixture
def tables():
    return protect(small_country(), preset("small-count-5")).tables


def test_a_released_table_is_read_back_as_it_was(tmp_path, tables):
    store = ReleaseStore(tmp_path)
    store.publish("2023-1", tables, {"loss": {"cells": 3}})
    for table in tables:
        again = store.current(table.model.id)
        assert again.model == table.model
        assert (again.edition, again.preset, again.lineage) == (table.edition, table.preset, table.lineage)
        for content, status in table.statuses.items():
            assert (again.statuses[content] == status).all()
            assert again.values[content].tobytes() == table.values[content].tobytes()
    assert store.reports("2023-1") == {"loss": {"cells": 3}}


def test_an_edition_cannot_be_released_twice(tmp_path, tables):
    store = ReleaseStore(tmp_path)
    store.publish("2023-1", tables)
    with pytest.raises(OmsorgstallError, match="cannot change"):
        store.publish("2023-1", tables[:1])


def test_an_edition_of_a_later_version_is_refused_with_what_to_do(tmp_path, tables, monkeypatch):
    store = ReleaseStore(tmp_path)
    store.publish("2023-1", tables)
    monkeypatch.setattr("omsorgstall.tables.serialise.FORMAT", 0)
    with pytest.raises(OmsorgstallError, match="Install the version that wrote it"):
        store.current(tables[0].model.id)


def test_a_changed_file_is_refused(tmp_path, tables):
    store = ReleaseStore(tmp_path)
    store.publish("2023-1", tables)
    file = tmp_path / "editions" / "2023-1" / f"{tables[0].model.id}.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(OmsorgstallError, match="changed since"):
        store.current(tables[0].model.id)


def test_a_seal_rewritten_with_the_file_is_refused_too(tmp_path, tables):
    store = ReleaseStore(tmp_path)
    store.publish("2023-1", tables)
    file = tmp_path / "editions" / "2023-1" / "seal.json"
    file.write_text(file.read_text().replace("a", "b"))
    with pytest.raises(OmsorgstallError, match="changed since"):
        store.current(tables[0].model.id)


def test_the_newest_edition_is_current_and_the_older_stays(tmp_path, tables):
    store = ReleaseStore(tmp_path)
    store.publish("2023-1", tables)
    store.publish("2023-2", tables[:1])
    assert store.current_edition(tables[0].model.id) == "2023-2"
    assert store.current_edition(tables[1].model.id) == "2023-1"
    assert store.editions() == ("2023-1", "2023-2")
    assert store.load(tables[0].model.id, "2023-1").model == tables[0].model


@pytest.mark.parametrize("name", ["../up", "", ".hidden", "a/b"])
def test_a_name_cannot_leave_the_folder(tmp_path, tables, name):
    with pytest.raises(OmsorgstallError, match="cannot be the name"):
        ReleaseStore(tmp_path).publish(name, tables)


def test_an_edition_left_by_a_dead_process_was_never_visible_and_can_be_released(tmp_path, tables):
    store = ReleaseStore(tmp_path)
    (tmp_path / "editions" / "2023-1").mkdir(parents=True)
    assert store.editions() == ()
    store.publish("2023-1", tables)
    assert store.current(tables[0].model.id).edition == tables[0].edition
