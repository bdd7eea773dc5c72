"""A chart that a page which stands alone holds itself, drawn for wide and for narrow screens."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from omsorgstall.publish.charts import NARROW, WIDE, Words


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart; ``wide`` and ``narrow`` are addresses that hold the drawing itself."""

    title: str
    alt: str
    wide: str
    narrow: str


def drawn_in(words: Words, draw: Callable[[Words, int], str]) -> Chart:
    """The chart that ``draw`` makes as SVG for each width."""
    return Chart(words.title, words.description, _address(draw(words, WIDE)), _address(draw(words, NARROW)))


def _address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
