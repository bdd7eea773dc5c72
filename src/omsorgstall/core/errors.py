"""One error for users: what was wrong, where, and what to do. The family decides the exit code."""

from enum import Enum


class ErrorFamily(Enum):
    """Families of user errors; the value is the exit code of the command line."""

    USAGE = 2
    INPUT_REJECTED = 3
    NOT_FOUND = 4
    STORE = 5
    DISCLOSURE = 6
    ACCESS = 7
    ENVIRONMENT = 8


class OmsorgstallError(Exception):
    """An error a user can act on; shown without a traceback.

    Args:
        family: decides the exit code and the HTTP status.
        code: stable identifier in kebab case, documented in the error reference.
        what: what was wrong, without personal data.
        where: file, line or record, as far as known.
        todo: what the user can do about it.
    """

    def __init__(self, family: ErrorFamily, code: str, what: str, *, where: str = "", todo: str = "") -> None:
        self.family = family
        self.code = code
        self.what = what
        self.where = where
        self.todo = todo
        super().__init__(str(self))

    def __str__(self) -> str:
        """One message that reads as a sentence for each part that is known."""
        parts = [self.what]
        if self.where:
            parts.append(f"Where: {self.where}.")
        if self.todo:
            parts.append(f"What to do: {self.todo}")
        return " ".join(parts)
