"""Interval algebra on day numbers: union, difference and length, by sorting and running maxima, never by listing days.

An interval is ``first`` and ``last``, both included. Results are sets: rows with the same first day may be sorted either way
without changing them.
"""

from collections.abc import Sequence

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import length


def runs(rows: ir.Table, keys: Sequence[str], gap: int = 1) -> ir.Table:
    """Merge overlapping and adjoining intervals with the same keys into maximal runs of dates.

    Columns: the keys, ``first`` and ``last``.

    Args:
        gap: most days from the last of one interval to the first of the next that continues it; 1 where they adjoin.
    """
    rows = rows.select(*keys, "first", "last").distinct()
    before = _last_before(keys, rows["first"], rows["last"], rows["last"])
    rows = rows.mutate(begins=(before.isnull() | (rows["first"] > before + gap)).cast("int64"))
    upto = ibis.window(group_by=list(keys), order_by=[rows["first"], rows["last"]], preceding=None, following=0)
    rows = rows.mutate(run=rows.begins.sum().over(upto))
    return rows.group_by([*keys, "run"]).aggregate(first=rows["first"].min(), last=rows["last"].max()).drop("run")


def gaps(rows: ir.Table, holes: ir.Table, keys: Sequence[str], link: Sequence[str]) -> ir.Table:
    """What is left of intervals when holes are taken out of them: their rows with other ``first`` and ``last``.

    Args:
        rows: intervals, named by ``keys`` with ``first`` and ``last``; other columns stay as they are.
        holes: ``link``, ``hole_first`` and ``hole_last``; holes may overlap each other.
        link: columns that say which holes concern an interval.
    """
    # A hole just after each interval closes it, so that what is left is always what lies before a hole.
    closed = rows.mutate(hole_first=rows["last"] + 1, hole_last=rows["last"] + 1)
    both = rows.join(holes, list(link)).select(*closed.columns).union(closed)
    before = _last_before([*keys, "first", "last"], both.hole_first, both.hole_last)
    both = both.mutate(
        left_first=ibis.greatest(before.coalesce(both["first"] - 1) + 1, both["first"]),
        left_last=ibis.least(both.hole_first - 1, both["last"]),
    )
    both = both.filter(both.left_first <= both.left_last)
    return both.mutate(first=both.left_first, last=both.left_last).select(*rows.columns)


def covered_length(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Number of dates in the union of the intervals with the same keys, as ``covered``."""
    before = _last_before(keys, rows["first"], rows["last"])
    beyond = ibis.greatest(rows["first"], before.coalesce(rows["first"] - 1) + 1)
    rows = rows.mutate(new=length(beyond, rows["last"]))
    return rows.group_by(list(keys)).aggregate(covered=rows.new.sum())


def elementary(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Cut the time of each key at every first day and after every last day: between two cuts nothing changes.

    Columns: the keys, ``first`` and ``last``. Stretches that no interval covers are among them.
    """
    cuts = rows.select(*keys, cut=rows["first"]).union(rows.select(*keys, cut=rows["last"] + 1)).distinct()
    following = cuts.cut.lead().over(ibis.window(group_by=list(keys), order_by=cuts.cut))
    cuts = cuts.mutate(next_cut=following)
    cuts = cuts.filter(cuts.next_cut.notnull())
    return cuts.select(*keys, first=cuts.cut, last=cuts.next_cut - 1)


def _last_before(keys: Sequence[str], first: ir.IntegerValue, last: ir.IntegerValue, *ties: ir.IntegerValue) -> ir.IntegerValue:
    """The latest last day among the rows sorted before this one; null for the first."""
    return last.max().over(ibis.window(group_by=list(keys), order_by=[first, *ties], preceding=(None, 1)))
