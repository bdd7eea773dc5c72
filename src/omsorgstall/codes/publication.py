"""When figures of a data year are published, and until when its batches are sent (frister): data, verified or assumed."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from omsorgstall.codes._load import read_yaml


@dataclass(frozen=True, slots=True)
class PublicationDay:
    """A day in the year after the data year.

    Attributes:
        id: ``batch_first``, ``batch_last``, ``preliminary``, ``corrections_last`` or ``final``.
        status: ``verified`` or ``assumed``.
        why: source or reason.
    """

    id: str
    month: int
    day: int
    status: str
    why: str

    def of(self, data_year: int) -> date:
        """The day for the figures of a data year."""
        return date(data_year + 1, self.month, self.day)


@cache
def publication_days() -> dict[str, PublicationDay]:
    """Every day by id, in the order of the year."""
    return {name: PublicationDay(name, **item) for name, item in read_yaml("publication_days").items()}
