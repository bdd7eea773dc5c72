"""Runs commands of the program, each in a process of its own that begins with its modules loaded.

Loading takes some seconds and the tests run hundreds of commands. What a command is given and gives, arguments, environment,
output and exit code, is what it would be from a shell; those that are killed, halted or measured are started from one.
"""

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path

from omsorgstall.app.cli import main
from omsorgstall.app.cli.program import COMMANDS

OUTPUTS = {"stdout": 1, "stderr": 2}


class Preloaded:
    """A process that waits for commands, and makes another one for each."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.acceptance.preloaded"]
        folder = Path(__file__).parents[2]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder)

    def run(self, arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as folder:
            files = {name: f"{folder}/{name}" for name in OUTPUTS}
            asked = {"arguments": arguments, "environment": environment, "folder": str(Path.cwd()), "files": files}
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            print(json.dumps(asked), file=self._process.stdin, flush=True)
            code = int(self._process.stdout.readline())
            said = {name: Path(path).read_text("utf-8") for name, path in files.items()}
        return subprocess.CompletedProcess(arguments, code, **said)


@cache
def preloaded() -> Preloaded:
    """The one of this process."""
    return Preloaded()


def _wait_for_commands() -> None:
    """Until there are no more; returns in each new process, with its command in place."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    sys.exit()


def _become(asked: dict) -> None:
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = ["omsorgstall", *asked["arguments"]]
    for name, number in OUTPUTS.items():
        os.dup2(os.open(asked["files"][name], os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _run() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _end_with(code: int) -> None:
    """As an interpreter ends, but for libraries that look for threads of theirs, which stayed behind in the first process."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    for name in COMMANDS:
        import_module(f"omsorgstall.app.cli.{name}")
    gc.freeze()
    _wait_for_commands()
    _end_with(_run())
