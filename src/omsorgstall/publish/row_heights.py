"""Heights of rows in workbooks. Not every spreadsheet makes room by itself for text that wraps."""

from collections.abc import Iterable
from math import ceil

LINE = 15.0
"""Points of a line in the standard font."""
_FILLED = 10 / 11
"""Words do not break, so that lines are not filled: the share of a line that text takes."""


def row_height(cells: Iterable[tuple[str, float]], line: float = LINE) -> float:
    """The height in points that shows every text whole.

    Args:
        cells: texts with the width of their column, in characters.
        line: height of one line.
    """
    return line * max((_lines(text, width) for text, width in cells), default=1)


def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(len(part) / (width * _FILLED))) if len(part) > width else 1 for part in (text.splitlines() or [""]))
