"""What a cell of a published table can be."""

from enum import IntEnum


class CellStatus(IntEnum):
    """Explicit status of a cell. Anything that is not a value or a true zero has no number at all."""

    VALUE = 0
    TRUE_ZERO = 1
    SUPPRESSED = 2
    NOT_APPLICABLE = 3
    MISSING = 4

    @property
    def symbol(self) -> str:
        """The standard symbol of Norwegian official statistics; empty for a value."""
        return {0: "", 1: "-", 2: ":", 3: ".", 4: ".."}[int(self)]
