"""Writing a submission's files where nobody sees them, and moving them into place in one step.

A staging folder belongs to the process that holds its lock; one without a living owner is deleted by whoever opens the
store next. Everything is flushed to disk before it is moved.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_LOCK = "in-use"
_BLOCK = 1 << 20


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock between processes; waits for it."""
    with path.open("a", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def private_folder(parent: Path, store_lock: Path) -> Iterator[Path]:
    """A folder for this process alone, deleted at the end whatever happens.

    It is made under the store's lock, as ``sweep`` runs: nobody sees it without its own lock held.
    """
    with ExitStack() as stack:
        with exclusive(store_lock):
            parent.mkdir(exist_ok=True, mode=0o700)
            owned = Path(tempfile.mkdtemp(dir=parent))
            stack.callback(shutil.rmtree, owned, ignore_errors=True)
            stack.enter_context(exclusive(owned / _LOCK))
        content = owned / "content"
        content.mkdir(mode=0o700)
        yield content


def sweep(parent: Path) -> None:
    """Delete staging folders whose process is gone. Only under the store's lock."""
    for owned in parent.glob("*"):
        with suppress(FileNotFoundError):  # its owner finished just now
            if _abandoned(owned):
                shutil.rmtree(owned, ignore_errors=True)


def _abandoned(owned: Path) -> bool:
    """Whether nobody holds its lock."""
    with (owned / _LOCK).open("a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def flush(path: Path) -> None:
    """Have the system write a file or folder to disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move(content: Path, target: Path) -> None:
    """Give a finished folder its final name, on disk before this returns."""
    flush(content)
    content.rename(target)
    flush(target.parent)


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    found = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
