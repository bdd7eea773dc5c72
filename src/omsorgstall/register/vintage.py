"""A vintage: the frozen, named list that a figure rests on, and what people have said of submissions beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

OPEN_VINTAGE = "open vintage"
"""What the audit log calls a vintage that is not frozen."""


class VintageKind(StrEnum):
    """Preliminary and final figures of a year, corrections after the final ones, and a year that still runs."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    CORRECTED = "corrected"
    YEAR_TO_DATE = "year_to_date"


class StandIn(StrEnum):
    """How an earlier submission stands in for one that did not come.

    ``REPEAT``: its dates are moved to the later year, so that its figures come again. ``CARRY_FORWARD``: its records go on as
    they are, moved on by the events since; need and hours are those last sent.
    """

    REPEAT = "repeat"
    CARRY_FORWARD = "carry_forward"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Someone takes an accepted submission back: later vintages do without it, frozen ones keep it."""

    submission: str
    who: str
    why: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class Substitution:
    """Someone declares that an earlier year stands in for a municipality that did not deliver (erstatning).

    Attributes:
        municipality: number as reported in both years.
        data_year: the year that is missing.
        by_year: the year that stands in; None takes an earlier declaration back.
        submission: the annual submission that stands in; empty until a vintage holds it.
    """

    municipality: str
    data_year: int
    by_year: int | None
    method: StandIn
    who: str
    why: str
    declared_at: datetime
    submission: str = ""

    @property
    def years(self) -> int:
        """How many years later its dates are read."""
        return self.data_year - self.by_year if self.by_year and self.method is StandIn.REPEAT else 0


@dataclass(frozen=True, slots=True)
class Vintage:
    """A list of submissions: what a figure rests on. Frozen under a name it never changes; an open one has no name.

    Attributes:
        until: only submissions accepted by then were considered, UTC.
        code_version: of the program that froze it.
        annual: ids of the newest annual submission per municipality and year.
        events: ids of event submissions that move those snapshots on.
        edits: ids of edit sets in the order they are applied.
        substitutions: earlier submissions that stand in for municipalities that did not deliver.
        reference_date: the day a year that still runs is counted to; None for whole years.
        versions: of the definitions of tables, rules and other data the figures depend on, by kind and id.
        map_version: of the pseudonym map, by which several numbers are one person; 0 for none.
    """

    name: str
    kind: VintageKind
    created_at: datetime
    until: datetime
    code_version: str
    years: tuple[int, ...]
    annual: tuple[str, ...] = field(repr=False)
    events: tuple[str, ...] = field(repr=False)
    edits: tuple[str, ...] = field(repr=False, default=())
    substitutions: tuple[Substitution, ...] = field(repr=False, default=())
    reference_date: date | None = None
    versions: Mapping[str, str] = field(repr=False, default_factory=dict)
    map_version: int = 0

    @property
    def submissions(self) -> tuple[str, ...]:
        """Ids of everything in it: annual, events, edits, and what stands in and is not among the annual ones."""
        standing_in = (s.submission for s in self.substitutions if s.submission not in self.annual)
        return (*self.annual, *self.events, *self.edits, *dict.fromkeys(standing_in))
