"""What the attacker found."""

from dataclasses import dataclass, field
from enum import StrEnum


class Attack(StrEnum):
    """The ways in which a hidden cell can come out."""

    DETERMINED = "determined"
    NARROW = "narrow interval"
    INSIDER = "insider"
    COMPLEMENT = "complement"
    SMALL = "shown though small"
    RATIO = "ratio"
    MARK = "mark"
    REVISION = "earlier edition"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One hidden cell that comes out, and how.

    Attributes:
        table: id of the table; ``cell`` the codes of its dimensions with the content last.
        how: in words, with the published cells that do it. Never the hidden figure itself.
    """

    attack: Attack
    table: str
    cell: tuple[str, ...]
    how: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.table} {'/'.join(self.cell)}: {self.attack.value}, {self.how}"


@dataclass(frozen=True, slots=True)
class AttackReport:
    """The outcome of an attack.

    Attributes:
        passed: nothing was exposed, and nothing stayed undecided unless that was accepted.
        checked: hidden cells looked at.
        proven_wide: hidden cells for which two points prove an interval that is wide enough.
        left: table and codes of the hidden cells whose interval was not decided within the budget.
    """

    passed: bool
    exposures: tuple[Exposure, ...]
    checked: int
    proven_wide: int
    left: tuple[tuple[str, tuple[str, ...]], ...]
    seconds: float
    steps: dict[str, float] = field(default_factory=dict)

    @property
    def undecided(self) -> int:
        """How many intervals were not decided."""
        return len(self.left)
