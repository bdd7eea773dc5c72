"""The program is killed at any moment of intake and release: nothing accepted is lost, nothing half is visible, and the same
command again brings what the undisturbed run brought.

A few moments in each run; ``OMSORGSTALL_CRASHES=50`` for the full number. The moments are drawn from a fixed seed.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.acceptance.conftest import free_port, omsorgstall
from tests.acceptance.killing import Moment, Pace, Run, hashes, killed, moments, submissions

CRASHES = int(os.environ.get("OMSORGSTALL_CRASHES", "2"))
MUNICIPALITIES = ("4218", "4222")
BEFORE, AFTER = "2021", "2022"
"""The year that is accepted and released before the kills, and the year of the command that is killed."""


@dataclass(frozen=True)
class Undisturbed:
    """A store before a command, the same after it, and how long the command took."""

    before: Path
    after: Path
    pace: Pace

    def killed(self, folder: Path, arguments: tuple[str, ...], staging: str, moment: Moment) -> Path:
        """A copy of the store before the command, on which the command was killed."""
        return killed(lambda: copied(self.before, folder / "store"), arguments, staging, moment, self.pace)


def copied(store: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(store, to)
    shutil.copy(store.with_name(f"{store.name}.pseudonym-key"), to.with_name(f"{to.name}.pseudonym-key"))
    return to


def undisturbed(before: Path, arguments: tuple[str, ...], staging: str) -> Undisturbed:
    after = copied(before, before.with_name(f"after-{arguments[0]}"))
    run = Run(*arguments, store=after)
    first = run.until_writing(after / staging)
    whole = run.to_the_end()
    return Undisturbed(before, after, Pace(whole, whole - first))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A folder with files of two years and a store with the first of them accepted and released."""
    folder = tmp_path_factory.mktemp("killed")
    chosen = [part for number in MUNICIPALITIES for part in ("--municipality", number)]
    omsorgstall("generate", str(folder), *chosen, "--years", f"{BEFORE}-{AFTER}", store=folder / "store")
    for arguments in (
        ("intake", str(folder / BEFORE), "--new-key", "--test-persons"),
        ("vintage", "freeze", "first"),
        ("release", "first", "--vintage", "first"),
    ):
        omsorgstall(*arguments, store=folder / "store")
    return folder


def intake(base):
    return ("intake", str(base / AFTER), "--test-persons")


RELEASE = ("release", "second", "--vintage", "second")
PLACE_OF_INTAKE, PLACE_OF_RELEASE = "register/staging", "releases/staging"


@pytest.fixture(scope="module")
def taken_in(base):
    """Intake of the second year."""
    return undisturbed(base / "store", intake(base), PLACE_OF_INTAKE)


@pytest.fixture(scope="module")
def released(taken_in):
    """A second edition, of both years."""
    ready = copied(taken_in.after, taken_in.after.with_name("ready"))
    omsorgstall("vintage", "freeze", "second", store=ready)
    return undisturbed(ready, RELEASE, PLACE_OF_RELEASE)


def test_a_killed_intake_loses_nothing_and_shows_nothing_half(base, taken_in, tmp_path):
    wanted, content = submissions(taken_in.after), hashes(taken_in.after / "register" / "submissions")
    earlier = hashes(taken_in.before / "register" / "submissions")
    for moment in moments(CRASHES, 20240115):
        store = taken_in.killed(tmp_path, intake(base), PLACE_OF_INTAKE, moment)
        omsorgstall("check", store=store)
        there, found = submissions(store), hashes(store / "register" / "submissions")
        assert there.items() <= wanted.items(), moment
        assert found == {n: h for n, h in content.items() if n.split("/")[0] in there}, moment
        assert earlier.items() <= found.items(), moment
        assert "first" in omsorgstall("vintage", "list", store=store).stdout
        again = omsorgstall(*intake(base), store=store, check=False)
        late = len(there) - len(MUNICIPALITIES)
        assert again.returncode == (3 if late else 0), moment
        assert (again.stdout + again.stderr).count("accepted before") == late, moment
        assert submissions(store) == wanted, moment
        assert hashes(store / "register" / "submissions") == content, moment
        assert hashes(store / "releases") == hashes(taken_in.before / "releases"), moment
        assert receipts(store) == receipts(taken_in.after), moment


def receipts(store: Path) -> dict[str, str]:
    """The receipts of accepted submissions."""
    return {name: content for name, content in hashes(store / "receipts").items() if "unknown" not in name}


@contextmanager
def served(store: Path):
    """The address of the pages over a store."""
    port = free_port()
    command = [sys.executable, "-m", "omsorgstall", "serve", "--store", str(store), "--port", str(port), "--calls", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/api/v2"
    for _ in range(600):
        try:
            httpx.get(f"{address}/config", timeout=1)
            break
        except httpx.TransportError:
            time.sleep(0.05)
    try:
        yield address
    finally:
        process.kill()
        process.wait(timeout=10)


def figures(address: str) -> dict[str, str]:
    """Every figure and status of every table, as a reader gets them."""
    found = {}
    for table in httpx.get(f"{address}/tables?pageSize=100").json()["tables"]:
        metadata = httpx.get(f"{address}/tables/{table['id']}/metadata").json()
        query = "&".join(f"valuecodes[{v}]=*" for v in metadata["id"])
        data = httpx.get(f"{address}/tables/{table['id']}/data?{query}", timeout=60).json()
        found[table["id"]] = json.dumps([data["id"], data["size"], data["value"], data.get("status")])
    return found


def test_a_killed_release_shows_the_old_edition_or_the_new_one_and_never_a_mix(released, tmp_path):
    with served(released.before) as address:
        old = figures(address)
    with served(released.after) as address:
        new = figures(address)
    assert old.keys() == new.keys()
    assert not {t for t in old if old[t] == new[t]}, "every table tells the editions apart"
    register = hashes(released.before / "register" / "submissions")
    for moment in moments(CRASHES, 20240116):
        store = released.killed(tmp_path, RELEASE, PLACE_OF_RELEASE, moment)
        omsorgstall("check", store=store)
        with served(store) as address:
            shown = figures(address)
            assert shown in (old, new), moment
            again = omsorgstall(*RELEASE, store=store, check=False)
            assert again.returncode == (0 if shown == old else 5), moment
            assert figures(address) == new, moment
        assert hashes(store / "register" / "submissions") == register, moment
        assert not any((store / PLACE_OF_RELEASE).iterdir()), moment
    omsorgstall("check", store=store)
    omsorgstall("explain", "11642", "--edition", "first", "--cell", "Region=4222", store=store)
