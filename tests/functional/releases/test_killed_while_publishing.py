"""The process is killed at random moments: the store shows whole editions only, and every one that was confirmed."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from omsorgstall.releases import ReleaseStore

ROOT = Path(__file__).parents[3]
MOMENTS = int(os.environ.get("OMSORGSTALL_CRASHES", "2"))
"""Moments to kill at: few in each run, ``OMSORGSTALL_CRASHES=25`` for the store's half of the fifty."""


def test_a_killed_publisher_leaves_whole_editions_only(tmp_path):
    wait = random.Random(2022)
    confirmed = 0
    for _ in range(MOMENTS):
        confirmed = max(confirmed, publish_and_kill(tmp_path, wait.uniform(0.0, 0.4)))
        store = ReleaseStore(tmp_path)
        editions = store.editions()
        assert len(editions) >= confirmed
        assert editions == tuple(f"e{n}" for n in range(len(editions)))
        for number, edition in enumerate(editions[-3:], start=max(len(editions) - 3, 0)):
            assert (store.load("11642", edition).values["Brukere"] == number).all()
            assert store.reports(edition) == {"number": number}
        assert not editions or store.current_edition("11642") == editions[-1]
    assert confirmed > 0


def publish_and_kill(path: Path, seconds: float) -> int:
    """Wait for a first edition, then kill after some more time; the number of editions confirmed."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    command = [sys.executable, "-m", "tests.functional.releases.publish_until_killed", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        lines = [first, *process.stdout.read().splitlines()]
    return 1 + int([line for line in lines if line.strip().isdigit()][-1])
