"""Running the program until it is killed, together with every process it started, and looking at what a store holds."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.conftest import omsorgstall

LONGEST_WAIT = 300.0
LOOK_EVERY = 0.002


@dataclass(frozen=True)
class Moment:
    """When to kill.

    Attributes:
        share: of the whole run, or of the time from the first writing to the end when ``writing``.
    """

    share: float
    writing: bool


@dataclass
class Pace:
    """How long the command takes, and how long it still runs after its first writing; a run that was faster corrects it."""

    seconds: float
    writing: float


def moments(number: int, seed: int) -> Iterator[Moment]:
    """Random moments, a third each: of the whole run, of its last third, and of the time from the first writing to the end."""
    draw = random.Random(seed)
    for n in range(number):
        yield Moment(draw.uniform(2 / 3 if n % 3 == 1 else 0, 1), writing=n % 3 == 2)


def killed(fresh: Callable[[], Path], arguments: tuple[str, ...], staging: str, moment: Moment, pace: Pace) -> Path:
    """A fresh store on which the command was killed while it ran; one that ended before is run again on another."""
    while True:
        store = fresh()
        run = Run(*arguments, store=store)
        if run.kill_at(moment, store / staging, pace):
            return store
        pace.seconds, pace.writing = pace.seconds * 0.9, pace.writing * 0.9


class Run:
    """A command in a process group of its own."""

    def __init__(self, *arguments: str, store: Path) -> None:
        environment = os.environ | {"OMSORGSTALL_STORE": str(store)}
        command = [sys.executable, "-m", "omsorgstall", *arguments]
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
        )

    def until_writing(self, staging: Path) -> float:
        """Wait until something stands in the folder, or the command ends; gives the time since the start."""
        while self._process.poll() is None and not (staging.is_dir() and any(staging.iterdir())):
            time.sleep(LOOK_EVERY)
        return time.perf_counter() - self.started

    def to_the_end(self) -> float:
        """Wait for the end; gives the time since the start."""
        assert self._process.wait(LONGEST_WAIT) == 0
        return time.perf_counter() - self.started

    def kill_at(self, moment: Moment, staging: Path, pace: Pace) -> bool:
        """Kill the whole group at the moment; whether the command was still running."""
        if moment.writing:
            self.until_writing(staging)
            time.sleep(moment.share * pace.writing)
        else:
            time.sleep(moment.share * pace.seconds)
        running = self._process.poll() is None
        if running:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(LONGEST_WAIT)
        return running and self._process.returncode == -signal.SIGKILL


def hashes(folder: Path) -> dict[str, str]:
    """Every file under a folder by the hash of its bytes."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def submissions(store: Path) -> dict[str, int]:
    """The rows of every accepted submission, as the program lists them."""
    lines = omsorgstall("submissions", store=store).stdout.splitlines()
    return {line.split("\t")[0]: int(line.split("\t")[4]) for line in lines}
