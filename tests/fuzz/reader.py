"""What a fuzzed reader is: its target, what to begin with, and how to change an input so that it still looks like one."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import cast

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.formats.held import HeldFile

CORPUS = Path(__file__).parent / "corpus"
Mutator = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Reader:
    """A reader and how it is fuzzed.

    Attributes:
        modules: what is instrumented, and whose coverage is reckoned.
        read: the target.
        seeds: well-formed inputs by name, and known faults.
        mutate: changes an input by its structure; beside the fuzzer's own changes of bytes.
        words: pieces of text that the format knows.
        longest: bytes an input may have.
    """

    name: str
    modules: tuple[str, ...]
    read: Callable[[bytes], None]
    seeds: Callable[[], dict[str, bytes]]
    mutate: Mutator | None = None
    words: Callable[[], Sequence[str]] = tuple
    longest: int = 4096


@cache
def scratch() -> Path:
    """A folder of this process for files that readers want to open; in memory where the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
    return Path(mkdtemp(prefix="omsorgstall-fuzz-", dir=memory if memory.is_dir() else None))


class InMemory(HeldFile):
    """A file that is nowhere, with as much more of ``Path`` as readers of small files use: ten times as fast as one on disk."""

    __slots__ = ()

    def read_text(self, encoding: str, errors: str = "strict") -> str:
        return self.content.decode(encoding, errors)

    def is_dir(self) -> bool:
        return False


def as_file(data: bytes, name: str = "input.xml") -> Path:
    """The bytes as a file."""
    return cast(Path, InMemory(name, data))


class Refused:
    """Whether the input was refused, and how."""

    error: OmsorgstallError | None = None

    def __bool__(self) -> bool:
        return self.error is not None


@contextmanager
def refusing(*families: ErrorFamily) -> Iterator[Refused]:
    """Take refusals of these families as an outcome; each must say what is wrong and what to do."""
    found = Refused()
    try:
        yield found
    except OmsorgstallError as error:
        found.error = error
    if found.error is not None:
        assert found.error.family in families, found.error.family
        assert found.error.code
        assert found.error.what
        assert found.error.todo
