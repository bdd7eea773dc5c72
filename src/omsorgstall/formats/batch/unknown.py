"""Names a file holds that the layout does not know. The records are kept; intake makes findings of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 500
"""Distinct unknown names that are remembered; a hostile file may hold millions."""
_DIGITS = re.compile(r"\d{6,}")


@dataclass(slots=True)
class UnknownName:
    """An unknown attribute, column or element with where it first stood and how often.

    Attributes:
        table: the table it stood in; empty for the whole file.
        name: as in the file, at most 60 characters, long runs of digits masked (they could be an identity number).
    """

    table: str
    name: str
    line: int
    count: int


class UnknownNames:
    """Unknown names met so far, bounded in number."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], UnknownName] = {}

    def __iter__(self) -> Iterator[UnknownName]:
        """In the order met."""
        return iter(self._found.values())

    def add(self, table: str, name: str, line: int, count: int = 1) -> None:
        """Count a name."""
        shown = _DIGITS.sub("…", name)[:60]
        key = (table, shown) if len(self._found) < MOST else ("", "…")
        found = self._found.setdefault(key, UnknownName(*key, line, 0))
        found.count += count
