"""Figures of municipalities and rows of records drawn by hand, for the controls."""

import numpy as np

from omsorgstall.codes import municipalities
from omsorgstall.editing.figures import Figures, service_name
from omsorgstall.tables import Member

YEAR = 2022
GROUP = sorted(m.number for m in municipalities().values() if m.kostra_group == "01")
"""The municipalities of KOSTRA group 1: enough to judge each other by."""
BPA, HOME_CARE, LONG_STAY = "03", "15", "21"


def figures(kind, rows, years=(YEAR - 1, YEAR), national=None):
    """Figures of one kind: ``rows`` holds by service, for each municipality of the group in turn, last year's and this year's.

    The national figures are the sums unless they are given by service and year.
    """
    services = tuple(Member(code, service_name(code), frozenset({code})) for code in rows)
    values = np.array([[rows[s.code][n] for s in services] for n in range(len(next(iter(rows.values()))))], dtype=float)
    numbers = tuple(GROUP[: len(values)])
    sums = np.nansum(values, axis=0) if national is None else np.array([national[s.code] for s in services], dtype=float)
    return {kind: Figures(kind, numbers, services, years, values, sums)}


def steady(count, before=100.0, change=1.0):
    """Municipalities whose figures hardly move, each a little in its own way: last year's and this year's."""
    return [(before + n, (before + n) * change * (1 + 0.01 * ((n % 5) - 2))) for n in range(count)]
