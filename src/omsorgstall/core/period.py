"""A closed interval of dates. Both ends belong to it."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The dates from ``start`` to ``end``, both included.

    Raises:
        ValueError: when the end lies before the start.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end < self.start:
            raise ValueError(f"A period cannot end ({self.end}) before it starts ({self.start}).")

    @classmethod
    def year(cls, year: int) -> "Period":
        """The calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def days(self) -> int:
        """Number of dates in the period."""
        return (self.end - self.start).days + 1

    def dates(self) -> list[date]:
        """Every date, in order. For slow references and tests, not for engines."""
        return [self.start + timedelta(days=n) for n in range(self.days)]
