"""A store with each kind of catalogue."""

from functools import partial

import pytest

from omsorgstall.register import Store


@pytest.fixture
def open_store(tmp_path, catalogue_url):
    """Opens the test's store, again and again."""
    return partial(Store.open, tmp_path / "register", catalogue_url=catalogue_url)


@pytest.fixture
def store(open_store):
    with open_store(create=True) as opened:
        yield opened
