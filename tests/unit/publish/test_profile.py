"""Shares on the page of a municipality."""

import pytest

from omsorgstall.publish.pages.profile import _share
from omsorgstall.publish.pages.render import Figure
from omsorgstall.tables import CellStatus

HIDDEN = Figure(None, CellStatus.SUPPRESSED)
ZERO = Figure(0.0, CellStatus.TRUE_ZERO)


def persons(count: float) -> Figure:
    return Figure(count, CellStatus.VALUE)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (persons(5), persons(40), "12,5\u00a0%"),
        (ZERO, persons(40), "-"),
        (HIDDEN, persons(40), ":"),
        (persons(5), HIDDEN, ":"),
        (Figure(None, CellStatus.MISSING), HIDDEN, ".."),
    ],
)
def test_a_share_of_what_is_hidden_is_hidden_and_not_missing(part, whole, shown):
    assert _share(part, whole).text("nb") == shown
