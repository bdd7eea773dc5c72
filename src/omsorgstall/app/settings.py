"""Where things are in one installation. From options, then the environment, then defaults."""

import os
from dataclasses import dataclass, field
from pathlib import Path

STORE_VARIABLE = "OMSORGSTALL_STORE"
CATALOGUE_VARIABLE = "OMSORGSTALL_CATALOGUE"
DEFAULT_STORE = "store"


def _catalogue() -> str | None:
    return os.environ.get(CATALOGUE_VARIABLE) or None


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation. The pseudonym key stands beside the store, never in it.

    Attributes:
        store: register, releases and receipts.
        catalogue: address of the register's catalogue, from the environment; it may hold a password, so it is neither an
            option, which other users of the machine could read, nor shown. None is SQLite in the folder of the register.
    """

    store: Path
    catalogue: str | None = field(default_factory=_catalogue, repr=False)

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
