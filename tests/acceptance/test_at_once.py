"""Two processes of the program take in files of the same municipality and year at once; one may be killed.

Each is halted while it writes, before it asks for acceptance; then both go on together.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.acceptance.conftest import omsorgstall
from tests.acceptance.killing import LONGEST_WAIT, LOOK_EVERY, hashes, submissions
from tests.builders.submissions import edited

MUNICIPALITY, YEAR = "4218", "2022"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A file, and another extraction of the same municipality and year."""
    folder = tmp_path_factory.mktemp("at-once")
    omsorgstall("generate", str(folder), "--municipality", MUNICIPALITY, "--years", YEAR, store=folder / "store")
    (one,) = folder.rglob("*.xml")
    other = one.with_name("other.xml")
    other.write_bytes(one.read_bytes())
    return one, edited(other, 'meldingID="', 'meldingID="x')


@pytest.fixture
def new_store(tmp_path, catalogue_url, monkeypatch):
    """Makes a store with nothing in it, with each kind of catalogue."""
    if catalogue_url:
        monkeypatch.setenv("OMSORGSTALL_CATALOGUE", catalogue_url)
    return tmp_path / "store"


class Intake:
    """A process of the program that takes in one file."""

    def __init__(self, store, file):
        command = [sys.executable, "-m", "omsorgstall", "intake", str(file), "--test-persons", "--processes", "1"]
        environment = os.environ | {"OMSORGSTALL_STORE": str(store)}
        self._staging = store / "register" / "staging"
        self._others = set(self._written())
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)

    def _written(self):
        """Folders in which a process writes a submission; it holds no lock of the store while it does."""
        return list(self._staging.glob("*/content"))

    def halt_while_writing(self):
        """Whether it could be halted between its first writing and its asking for acceptance."""
        while self._process.poll() is None and not set(self._written()) - self._others:
            time.sleep(LOOK_EVERY)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGSTOP)
        return bool(set(self._written()) - self._others)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def kill(self):
        self._process.kill()
        self._process.communicate(timeout=LONGEST_WAIT)

    def end(self):
        """Its exit code and what it said."""
        said, _ = self._process.communicate(timeout=LONGEST_WAIT)
        return self._process.returncode, said


@contextmanager
def halted_together(store, *files):
    """Two processes that both write and have not asked for acceptance."""
    processes = []
    for file in files:
        processes.append(Intake(store, file))
        assert processes[-1].halt_while_writing(), "it was too quick"
    yield processes
    for process in processes:
        process.go_on()


def begun(store):
    """An empty store with its key."""
    omsorgstall("intake", "no-such-file.xml", "--new-key", store=store, check=False)
    return store


def read_back(store, name="v"):
    omsorgstall("check", store=store)
    omsorgstall("vintage", "freeze", name, store=store)
    return omsorgstall("vintage", "show", name, store=store).stdout.split()


def content(store):
    return hashes(store / "register" / "submissions")


def test_the_same_file_sent_twice_at_once_is_accepted_once(new_store, files, tmp_path):
    store = begun(new_store)
    with halted_together(store, files[0], files[0]) as processes:
        pass
    ended = [p.end() for p in processes]
    assert sorted(code for code, _ in ended) == [0, 3]
    assert [said.count("accepted before") for code, said in ended if code == 3] == [1]
    assert len(submissions(store)) == 1
    assert read_back(store) == list(submissions(store))
    assert {n.split("/")[0] for n in content(store)} == set(submissions(store))


def test_two_extractions_sent_at_once_are_both_accepted_and_the_later_counts(new_store, files):
    store = begun(new_store)
    with halted_together(store, *files) as processes:
        pass
    assert [p.end()[0] for p in processes] == [0, 0]
    accepted = list(submissions(store))
    assert len(accepted) == 2
    assert read_back(store) == accepted[-1:]
    rows = [{n.split("/")[1]: h for n, h in content(store).items() if n.startswith(s) and "header" not in n} for s in accepted]
    assert rows[0] == rows[1]
    assert len(list((store / "receipts" / MUNICIPALITY).glob("*.html"))) == 2


def test_of_two_at_once_one_is_killed_and_the_other_is_accepted(new_store, files):
    store = begun(new_store)
    with halted_together(store, *files) as processes:
        processes[0].kill()
    assert processes[1].end()[0] == 0
    (kept,) = submissions(store)
    omsorgstall("check", store=store)
    before = content(store)
    assert not any((store / "register" / "staging").iterdir())
    omsorgstall("intake", str(files[0]), "--test-persons", store=store)
    assert len(submissions(store)) == 2
    assert before.items() < content(store).items()
    assert kept in submissions(store)
