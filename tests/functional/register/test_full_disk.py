"""A disk that fills: a limit on the size of files at any byte of one, and a small disk that is really full at any page."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import replace

import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.register import Store
from tests.builders.submissions import HEADER, SERVICE, submission
from tests.deliveries import annual
from tests.functional.register.accepting import tables


def accept_within(path, limit):
    """Accept in a process that may write no file longer than the limit; returns how it ended."""
    script = "import sys; from tests.functional.register.test_full_disk import main; main(sys.argv[1], int(sys.argv[2]))"
    ran = subprocess.run([sys.executable, "-c", script, str(path), str(limit)], capture_output=True, text=True, check=False)
    return ran.stdout.strip() or ran.stderr


def main(path, limit):
    """Accept one submission under a limit, and say how it went."""
    with Store.open(path) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            store.accept(annual("second", tables=tables("second")))
        except OmsorgstallError as error:
            sys.stdout.write(error.code)
        else:
            sys.stdout.write("accepted")


@pytest.mark.parametrize("limit", [0, 1_000, 10_000, 30_000])
def test_a_disk_that_fills_leaves_the_old_state(tmp_path, limit):
    path = tmp_path / "register"
    with Store.open(path, create=True) as store:
        first = store.accept(annual("first"))
    assert accept_within(path, limit) == "disk-full"
    with Store.open(path) as store:
        assert store.submissions() == (first,)
        assert store.check() == ()
        assert [p.name for p in (path / "submissions").iterdir()] == [first.id]
        assert store.accept(annual("second", tables=tables("second"))).number > first.number


def _unshared(*command, **options):
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", *command], capture_output=True, text=True, **options
    )


NO_DISK = (
    "" if _unshared("mount", "-t", "tmpfs", "tmpfs", "/mnt", check=False).returncode == 0 else "no disk of our own can be mounted"
)


@pytest.mark.skipif(bool(NO_DISK), reason=NO_DISK)
def test_a_disk_that_is_full_at_any_page_loses_nothing_and_the_same_command_then_succeeds(tmp_path):
    first = submission(tmp_path / "first.xml", service=[SERVICE])
    header = replace(HEADER, message_id="melding-2")
    second = submission(tmp_path / "second.xml", header, service=[SERVICE | {"service_id": f"t{n}"} for n in range(300)])
    (tmp_path / "disk").mkdir()
    places = [str(tmp_path / "disk"), str(first), str(second)]
    done = _unshared(sys.executable, "-m", "tests.functional.register.filling", *places, env=os.environ)
    assert done.returncode == 0, done.stderr
    *full, last = json.loads(done.stdout)
    assert len(full) > 20
    assert {(t["said"], t["faults"], t["kept"], t["folders"] - t["there"], t["staging"]) for t in full} == {
        ("disk-full", 0, True, 0, 0)
    }
    before, after = [t for t in full if t["there"] == 1], [t for t in full if t["there"] == 2]
    assert len(before) > len(after) > 0  # after its acceptance there may be no room for the receipt
    assert {t["again"] for t in before} == {"accepted"}
    assert {t["again"] for t in after} == {"This content was accepted before"}
    assert all(t["as undisturbed"] for t in (*full, last))
