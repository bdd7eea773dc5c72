"""A process with a small disk of its own, on which a file is taken in again and again while less and less of it is free.

It runs in a namespace of its own (``unshare``), where it may mount a file system in memory: that one is really full.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places
from omsorgstall.core import OmsorgstallError
from omsorgstall.intake import PseudonymKey
from tests.acceptance.killing import hashes

SIZE = 16 << 20
PAGE = 4096


def main(folder, first, second):
    """Take in the second file with 0, 1, 2 … free pages until it succeeds, and say how each try and the next one went."""
    disk = Path(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], check=True)
    store = disk / "store"
    PseudonymKey.create(store)
    taken(store, first)
    kept = Path(f"{folder}-kept")
    shutil.copytree(disk, kept)
    assert taken(store, second) == "accepted"
    wanted = seen(store)
    tries = []
    while not tries or tries[-1]["said"] != "accepted":
        shutil.rmtree(store)
        shutil.copytree(kept / "store", store)
        tries.append(tried(disk, store, second, len(tries), wanted))
    sys.stdout.write(json.dumps(tries))


def tried(disk, store, file, pages, wanted):
    """One try: what it said with so many free pages, what stood there then, and whether the same again ends as if undisturbed."""
    before = hashes(store / "register" / "submissions")
    ballast = disk / "ballast"
    with ballast.open("wb") as stream:
        free = os.statvfs(disk)
        os.posix_fallocate(stream.fileno(), 0, max(1, free.f_bavail * free.f_bsize - pages * PAGE))
    said = taken(store, file)
    ballast.unlink()
    with open_register(Places(store, None)) as register:
        there, faults = len(register.submissions()), register.check()
    left = hashes(store / "register" / "submissions")
    again = taken(store, file)
    return {
        "said": said,
        "there": there,
        "faults": len(faults),
        "kept": before.items() <= left.items(),
        "folders": len({name.split("/")[0] for name in left}),
        "staging": len(list((store / "register" / "staging").glob("*"))),
        "again": again,
        "as undisturbed": seen(store) == wanted,
    }


def taken(store, file):
    """How taking a file in ended."""
    try:
        (result,) = take_in(Places(store, None), [Path(file)], Terms(test_persons=True), processes=1)
    except OmsorgstallError as error:
        return error.code
    return "accepted" if result.accepted else result.reason.split(",")[0]


def seen(store):
    """Every file of the submissions and every receipt of an accepted one, by the hash of its bytes."""
    receipts = {n: h for n, h in hashes(store / "receipts").items() if "unknown-sender" not in n}
    return hashes(store / "register" / "submissions"), receipts


if __name__ == "__main__":
    main(*sys.argv[1:])
