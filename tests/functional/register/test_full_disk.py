"""A disk that fills at any byte, with the operating system's own limit on file size standing in for it."""

import resource
import subprocess
import sys

import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.register import Store
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
