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
from tests.functional.register.accepting import accept_for_ever

CRASHES = int(os.environ.get("OMSORGSTALL_CRASHES", "10"))

# Each writer begins from a process that has loaded everything, so that the kill hits work and not imports.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.functional.register.accepting"])


@contextmanager
def writer(path, name):
    """A process that accepts, killed at the end; gives the connection it tells its ids on."""
    heard, said = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=accept_for_ever, args=(path, name, said), daemon=True)
    process.start()
    said.close()
    assert heard.recv() == "ready"
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


def killed_while_accepting(path, name, moment):
    """Kill a writer during its second submission, at a moment told as a share of the time of its first."""
    with writer(path, name) as heard:
        started = time.perf_counter()
        first = heard.recv()
        time.sleep(moment * (time.perf_counter() - started))
    return [first, *rest(heard)]


def names(folder):
    return sorted(p.name for p in folder.glob("*"))


@pytest.fixture
def path(tmp_path):
    Store.open(tmp_path / "register", create=True).close()
    return tmp_path / "register"


def test_a_killed_process_loses_nothing_accepted_and_shows_nothing_half(path):
    draw, acknowledged = random.Random(20240115), set()
    for crash in range(CRASHES):
        acknowledged.update(killed_while_accepting(path, f"crash {crash}", draw.random()))
        with Store.open(path) as store:
            there = {s.id for s in store.submissions()}
            assert acknowledged <= there
            assert len(there) <= len(acknowledged) + crash + 1  # one whose word did not get out before the kill
            assert store.check() == ()
        assert (names(path / "submissions"), names(path / "staging")) == (sorted(there), [])


def test_a_killed_writer_leaves_another_in_peace(path):
    with writer(path, "lasting") as heard:
        lost = killed_while_accepting(path, "killed", 0.5)
        kept = [heard.recv(), heard.recv()]
    kept += rest(heard)
    with Store.open(path) as store:
        assert {*lost, *kept} <= {s.id for s in store.submissions()}
        assert store.check() == ()
