"""What a page shows as a command is run, in the order of the page."""

import os
import re
import stat
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

DOCS = ROOT / "docs"
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page):
    """The commands of a page: lines that begin with a prompt in blocks marked as console."""
    blocks = CONSOLE.findall(page.read_text("utf-8"))
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


PAGES = [p for p in sorted(DOCS.rglob("*.md")) if "_build" not in p.parts and commands(p)]


@pytest.fixture
def program(tmp_path):
    """A folder with the program in it, to put on the path: the one whose tests are run."""
    folder = tmp_path / "program"
    folder.mkdir()
    script = folder / "omsorgstall"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from omsorgstall.app.cli import main; main()" "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(DOCS).as_posix())
def test_the_commands_of_a_page_work_in_order(page, program, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    source = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PATH": f"{program}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": source}
    script = "set -eu\n" + "\n".join(commands(page))
    outcome = subprocess.run(["bash", "-c", script], cwd=work, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout[-2000:] + outcome.stderr[-4000:]
