"""How long stays last, of which some still run and some began before we watched: the estimate of Kaplan and Meier.

A stay counts among those at risk of ending on each day that we watch it, and on no other (delayed entry). So those who still
live there are not taken as having left (right censoring), and those whose early days we did not see are not taken as having
been certain to survive them (left truncation).

Source: E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958), 457–481.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
from ibis.expr import types as ir


@dataclass(frozen=True, slots=True)
class Lasting:
    """Share of stays that last longer than so many days, and how many were watched on that day."""

    days: int
    at_risk: int
    ended: int
    share: float


def life_table(durations: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """For each day on which a stay ended: how many were watched, and how many of them ended.

    Args:
        durations: ``entered``, ``left`` and ``ended``, and the columns of ``by``; as ``long_term_durations`` gives them.
        by: what to tell apart.

    Returns:
        ``by``, ``days`` since the start of the stay, ``at_risk`` and ``ended``.
    """
    none = ibis.literal(0, type="int64")
    one = ibis.literal(1, type="int64")
    steps = ibis.union(
        durations.select(*by, days=durations.entered, more=one, ended=none),
        durations.select(*by, days=durations.left + 1, more=-one, ended=none),
        durations.select(*by, days=durations.left, more=none, ended=durations.ended.cast("int64")),
    )
    changes = steps.group_by([*by, "days"]).aggregate(more=steps.more.sum(), ended=steps.ended.sum())
    upto = ibis.window(group_by=list(by), order_by="days", preceding=None, following=0)
    found = changes.mutate(at_risk=changes.more.sum().over(upto))
    return found.filter(found.ended > 0).select(*by, "days", "at_risk", "ended")


def lasting(rows: Iterable[tuple[int, int, int]]) -> list[Lasting]:
    """The estimated share that lasts longer than each day of a life table.

    Where few are watched on early days, one that ends weighs much: read the share together with ``at_risk``.

    Args:
        rows: days, at risk and ended; in any order.
    """
    share, found = 1.0, []
    for days, at_risk, ended in sorted(rows):
        share *= 1 - ended / at_risk
        found.append(Lasting(days, at_risk, ended, share))
    return found


def median_days(found: Sequence[Lasting]) -> int | None:
    """The first day after which at most half are left; None while more than half are."""
    return next((step.days for step in found if step.share <= 0.5), None)
