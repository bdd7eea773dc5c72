"""Where things are in one installation. From options, then the environment, then defaults."""

import os
from dataclasses import dataclass
from pathlib import Path

STORE_VARIABLE = "OMSORGSTALL_STORE"
DEFAULT_STORE = "store"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation. The pseudonym key stands beside the store, never in it.

    Attributes:
        store: register, releases and receipts.
    """

    store: Path

    @classmethod
    def find(cls, store: Path | None = None) -> "Places":
        """Places from what was given, else from the environment, else ``./store``."""
        return cls(store or Path(os.environ.get(STORE_VARIABLE, DEFAULT_STORE)))

    @property
    def register(self) -> Path:
        """Folder of submissions and catalogue."""
        return self.store / "register"

    @property
    def releases(self) -> Path:
        """Folder of released editions."""
        return self.store / "releases"

    @property
    def receipts(self) -> Path:
        """Folder of receipts, one folder a municipality."""
        return self.store / "receipts"
