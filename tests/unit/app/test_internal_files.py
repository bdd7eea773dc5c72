"""What is unprotected is written for its owner alone, and never into the store that pages are served from."""

import stat

import pytest

from omsorgstall.app.cli.internal_files import write_internal
from omsorgstall.app.settings import Places
from omsorgstall.core import OmsorgstallError


def test_a_file_can_be_read_by_its_owner_alone_also_when_it_was_there(tmp_path):
    places = Places(tmp_path / "store", catalogue=None)
    there, new = tmp_path / "there.json", tmp_path / "a" / "new.json"
    there.write_text("old")
    there.chmod(0o644)
    for path in (there, new):
        write_internal(places, path, b"new")
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o600)


@pytest.mark.parametrize(
    "where", ["store/releases/moved.json", "store/moved.json", "link/moved.json", "other/../store/releases/x"]
)
def test_nothing_unprotected_is_written_into_the_store_also_by_way_of_a_link(tmp_path, where):
    (tmp_path / "store" / "releases").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "store" / "releases")
    with pytest.raises(OmsorgstallError) as caught:
        write_internal(Places(tmp_path / "store", catalogue=None), tmp_path / where, b"{}")
    assert caught.value.code == "internal-in-store"
    assert [p for p in (tmp_path / "store").rglob("*") if p.is_file()] == []
