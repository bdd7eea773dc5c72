"""Running the program and measuring the memory of its largest process."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """How a command ended.

    Attributes:
        output: both streams together.
        peak_mib: the most memory that it, or the largest process it started, has held.
    """

    code: int
    output: str
    peak_mib: float


# A process that has just been forked is as large as the one it was forked from, and the system remembers that as its peak. So
# a small process stands between the tests, which may be large, and the program.
LAUNCHER = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as kept:
    kept.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""


def measured(*arguments: str, store: Path) -> Measured:
    """Run the program as a user does."""
    environment = os.environ | {"OMSORGSTALL_STORE": str(store)}
    program = [sys.executable, "-m", "omsorgstall", *arguments]
    with tempfile.NamedTemporaryFile() as peak:
        command = [sys.executable, "-c", LAUNCHER, peak.name, *program]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True, check=False)
        return Measured(done.returncode, done.stdout, int(Path(peak.name).read_text()) / 1024)
