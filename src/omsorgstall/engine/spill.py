"""A private folder for what does not fit in memory. Nobody else can read it, and nothing of it is left behind."""

import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import TextIO

_PREFIX = "omsorgstall-spill-"


class SpillFolder:
    """A folder only this user can enter, deleted when closed; those of killed processes are deleted when a new one is made.

    Args:
        parent: where to put it; the system's temporary folder when None.
    """

    def __init__(self, parent: Path | None = None) -> None:
        base = Path(parent) if parent is not None else Path(tempfile.gettempdir())
        base.mkdir(parents=True, exist_ok=True)
        _sweep(base)
        made = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}", dir=base))
        self._lock = _lock(made)
        self.path = made.rename(base / made.name[1:])  # it gets the name that is swept only when it is locked

    def close(self) -> None:
        """Delete the folder with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()


def _lock(folder: Path) -> TextIO | None:
    """Hold the folder's lock for as long as the process lives; None when another process holds it."""
    handle = (folder / "in-use").open("a", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


def _sweep(base: Path) -> None:
    """Delete the folders whose process is gone."""
    for folder in base.glob(f"{_PREFIX}*"):
        try:
            if lock := _lock(folder):
                shutil.rmtree(folder, ignore_errors=True)
                lock.close()
        except OSError:  # another user's folder, or one that vanished: not ours to delete
            continue
