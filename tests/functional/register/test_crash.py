"""Killing a process that accepts, at any moment, leaves every acknowledged submission and no half one.

Ten moments by default; ``OMSORGSTALL_CRASHES=50`` for the full run. The moments are drawn from a fixed seed.
"""

import multiprocessing
import os
import random
import time
from contextlib import contextmanager

import pytest

from omsorgstall.register import Store
from tests.deliveries import annual
from tests.functional.register.accepting import accept_for_ever, stop_before_commit, tables

CRASHES = int(os.environ.get("OMSORGSTALL_CRASHES", "10"))

# Each writer begins from a process that has loaded everything, so that the kill hits work and not imports.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.functional.register.accepting"])


@contextmanager
def writer(place, name, work=accept_for_ever):
    """A process that accepts in the store of the place, killed at the end; gives the connection it tells its ids on."""
    heard, said = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(*place, name, said), daemon=True)
    process.start()
    said.close()
    assert heard.recv() in {"ready", "everything is written, nothing is committed"}
    yield heard
    process.kill()
    process.join()


def rest(heard):
    """What was said before the kill; a message cut short was not said."""
    ids = []
    try:
        while True:
            ids.append(heard.recv())
    except EOFError:
        return ids


def killed_while_accepting(place, name, moment):
    """Kill a writer during its second submission, at a moment told as a share of the time of its first."""
    with writer(place, name) as heard:
        started = time.perf_counter()
        first = heard.recv()
        time.sleep(moment * (time.perf_counter() - started))
    return [first, *rest(heard)]


def names(folder):
    return sorted(p.name for p in folder.glob("*"))


def opened(place):
    path, catalogue_url = place
    return Store.open(path, catalogue_url=catalogue_url)


@pytest.fixture
def place(tmp_path, catalogue_url):
    """A store and the address of its catalogue."""
    Store.open(tmp_path / "register", create=True, catalogue_url=catalogue_url).close()
    return tmp_path / "register", catalogue_url


def test_a_killed_process_loses_nothing_accepted_and_shows_nothing_half(place):
    draw, acknowledged, path = random.Random(20240115), set(), place[0]
    for crash in range(CRASHES):
        acknowledged.update(killed_while_accepting(place, f"crash {crash}", draw.random()))
        with opened(place) as store:
            there = {s.id for s in store.submissions()}
            assert acknowledged <= there
            assert len(there) <= len(acknowledged) + crash + 1  # one whose word did not get out before the kill
            assert store.check() == ()
        assert (names(path / "submissions"), names(path / "staging")) == (sorted(there), [])


def test_a_killed_writer_leaves_another_in_peace(place):
    with writer(place, "lasting") as heard:
        lost = killed_while_accepting(place, "killed", 0.5)
        kept = [heard.recv(), heard.recv()]
    kept += rest(heard)
    with opened(place) as store:
        assert {*lost, *kept} <= {s.id for s in store.submissions()}
        assert store.check() == ()


def test_a_process_killed_within_the_transaction_has_accepted_nothing_and_can_send_again(place):
    with opened(place) as store:
        first = store.accept(annual("first"))
    with writer(place, "second", stop_before_commit):
        pass
    with opened(place) as store:
        assert store.submissions() == (first,)
        assert names(place[0] / "submissions") == [first.id]
        second = store.accept(annual("second", tables=tables("second")))
        assert store.submissions() == (first, second)
