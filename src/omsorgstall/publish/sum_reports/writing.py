"""How the figures of sum reports are written, alike on pages, in workbooks and in documents."""

import math

from omsorgstall.core import format_number
from omsorgstall.tables import Content

NOTHING = "–"


def written(value: float, content: Content, language: str) -> str:
    """A figure for readers; a dash where nobody stands behind a mean or share."""
    return NOTHING if math.isnan(value) else format_number(value, content.decimals, language)
