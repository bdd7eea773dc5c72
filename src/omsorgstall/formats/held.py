"""A file as sent, on disk or held in memory alone, for readers that must not care which."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath
from typing import BinaryIO, Literal


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that is in memory and nowhere else. It answers what readers ask of a path.

    Attributes:
        name: as the sender calls it, without folders; it may be empty.
    """

    name: str
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, name: str, content: bytes) -> "HeldFile":
        """A file by the name that a program gave it, which may hold folders of either kind of machine."""
        return cls(PurePath(name.replace("\\", "/")).name, content)

    def open(self, _mode: Literal["rb"] = "rb") -> BinaryIO:
        """Its content as a stream, without a copy."""
        return BytesIO(self.content)

    def exists(self) -> bool:
        """It is there."""
        return True

    def is_file(self) -> bool:
        """It is no folder."""
        return True


SentFile = Path | HeldFile
"""What readers take."""
