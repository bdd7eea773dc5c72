"""What a control says of one figure of one municipality, and how much it matters to the country."""

from dataclasses import dataclass, field

import numpy as np

from omsorgstall.editing.control import Control
from omsorgstall.editing.figures import Marks, Place
from omsorgstall.editing.methods import Tested


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure that stands out.

    Attributes:
        control: id of the control.
        figure: id of the figure, ``service`` its service or group of services; empty when it is about none.
        value: as reported; ``expected``: what the control would have expected.
        lower: the limits, on the scale of the value; missing where the control has none. ``upper`` likewise.
        national: the national figure as it would be published.
        suggested: the value a known fault of units would explain; None when there is none.
        about: what stands out: a date, hours a week, or what a factor means; empty when it is the figure itself.
    """

    control: str
    municipality: str
    figure: str
    service: str
    year: int
    value: float
    expected: float
    national: float
    lower: float | None = None
    upper: float | None = None
    suggested: float | None = None
    about: str = ""

    @property
    def influence(self) -> float:
        """The share of the national figure that would move if the value were as expected: ``|value − expected| ÷ national``.

        Where the whole country would come from nothing it is 1.
        """
        moved = abs(self.value - self.expected)
        if not moved:
            return 0.0
        return moved / self.national if self.national > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one control: how many figures it could judge, how many it could not, and what it found."""

    control: Control
    judged: int
    not_judged: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Tally:
    """Gathers the outcome of a control while it walks through figures."""

    control: Control
    judged: int = 0
    not_judged: int = 0
    _found: list[Finding] = field(default_factory=list)

    def count(self, judged: int, of: int) -> None:
        """Count figures that were looked at."""
        self.judged += judged
        self.not_judged += of - judged

    def flagged(self, tested: Tested, also: Marks | None = None) -> list[int]:
        """Count what a method tested, and give the positions of the units it flagged (and ``also`` holds for)."""
        flag = tested.units["flag"]
        self.count(len(flag) - flag.null_count, len(flag))
        marked = np.array(flag.fill_null(False), dtype=bool)
        return [int(n) for n in np.flatnonzero(marked if also is None else marked & also)]

    def add(self, place: Place, value: float, expected: float, national: float, **more: object) -> None:
        """Add a finding at a place."""
        where = (place.municipality, place.figure, place.service, place.year)
        self._found.append(Finding(self.control.id, *where, value, expected, national, **more))  # type: ignore[arg-type]

    def outcome(self) -> Outcome:
        """What came of it."""
        return Outcome(self.control, self.judged, self.not_judged, tuple(self._found))
