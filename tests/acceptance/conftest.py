"""One small country, generated, taken in, released and served once for all acceptance tests."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.acceptance.preloaded import preloaded

YEARS = "2021-2022"
SEED = "7"
MUNICIPALITIES = ("4201", "4213", "4216", "4218")
"""Small municipalities of Agder."""


@dataclass(frozen=True)
class Chain:
    """A finished run: where the files, the store and the output of every command are."""

    files: Path
    store: Path
    output: str

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return omsorgstall(*arguments, store=self.store, check=check)


def omsorgstall(*arguments: str, store: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    environment = os.environ | {"OMSORGSTALL_STORE": str(store)}
    done = preloaded().run(list(arguments), environment)
    if check and done.returncode:
        raise AssertionError(f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Files of a few municipalities over two years, taken in, frozen and released."""
    base = tmp_path_factory.mktemp("chain")
    files, store = base / "files", base / "store"
    output = []
    chosen = [part for number in MUNICIPALITIES for part in ("--municipality", number)]
    done = omsorgstall("generate", str(files), *chosen, "--years", YEARS, "--seed", SEED, store=store)
    output.append(done.stdout + done.stderr)
    for arguments in (
        ("intake", str(files), "--new-key", "--test-persons"),
        ("vintage", "freeze", "test", "--kind", "preliminary"),
        ("release", "2023-03-15", "--vintage", "test"),
    ):
        done = omsorgstall(*arguments, store=store)
        output.append(done.stdout + done.stderr)
    return Chain(files, store, "\n".join(output))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(chain: Chain) -> Iterator[str]:
    """The address of a live server over the released edition."""
    port = free_port()
    command = [sys.executable, "-m", "omsorgstall", "serve", "--store", str(chain.store), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(address + "/api/v2/config", timeout=1)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(timeout=10)


IDENTITY = re.compile(rb'fid="(\d{11})"|\b(\d{11})\b')


def identity_numbers(files: Path) -> set[bytes]:
    """Every eleven-digit identity number in the generated files."""
    found: set[bytes] = set()
    for path in files.rglob("*.xml"):
        found |= {a or b for a, b in IDENTITY.findall(path.read_bytes())}
    return found
