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


def measured(*arguments: str, store: Path) -> Measured:
    """Run the program as a user does."""
    environment = os.environ | {"OMSORGSTALL_STORE": str(store)}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "omsorgstall", *arguments], stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return Measured(process.returncode, output.read().decode(), usage.ru_maxrss / 1024)
