"""Killing a process that accepts, at any moment, leaves every acknowledged submission and no half one.

Ten moments by default; ``OMSORGSTALL_CRASHES=50`` for the full run. The moments are drawn from a fixed seed.
"""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from omsorgstall.register import Store

CRASHES = int(os.environ.get("OMSORGSTALL_CRASHES", "10"))
LONGEST_SECONDS = 0.6


def killed_while_accepting(path, name, seconds):
    """Start a writer, kill it some time after it is ready; returns the ids it acknowledged."""
    command = [sys.executable, "-m", "tests.functional.register.accepting", str(path), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "ready\n"
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        return [line.strip() for line in writer.stdout if line.endswith("\n")]


def state(store):
    """Names in the two folders of the store."""
    return [sorted(p.name for p in (store.path / folder).iterdir()) for folder in ("submissions", "staging")]


@pytest.mark.slow
def test_a_killed_process_loses_nothing_accepted_and_shows_nothing_half(tmp_path):
    draw = random.Random(20240115)
    path, acknowledged = tmp_path / "register", set()
    Store.open(path, create=True).close()
    for crash in range(CRASHES):
        acknowledged.update(killed_while_accepting(path, f"crash {crash}", draw.uniform(0, LONGEST_SECONDS)))
        with Store.open(path) as store:
            there = {s.id for s in store.submissions()}
            assert acknowledged <= there
            assert len(there - acknowledged) <= crash + 1  # at most the one whose word did not get out before the kill
            assert store.check() == ()
            assert state(store) == [sorted(there), []]
    assert acknowledged


def test_two_killed_writers_leave_a_third_in_peace(tmp_path):
    path = tmp_path / "register"
    Store.open(path, create=True).close()
    command = [sys.executable, "-m", "tests.functional.register.accepting", str(path)]
    with subprocess.Popen([*command, "lasting"], stdout=subprocess.PIPE, text=True) as lasting:
        lasting.stdout.readline()
        lost = [name for n in range(2) for name in killed_while_accepting(path, f"killed {n}", 0.3)]
        kept = [lasting.stdout.readline().strip() for _ in range(2)]
        lasting.send_signal(signal.SIGKILL)
        kept += [line.strip() for line in lasting.stdout if line.endswith("\n")]
    with Store.open(path) as store:
        assert {*lost, *kept} <= {s.id for s in store.submissions()}
        assert store.check() == ()
