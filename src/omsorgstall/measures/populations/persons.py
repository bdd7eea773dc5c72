"""Measures of persons as populations: round-the-clock care by each definition, high effort, and steps of the care staircase."""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS, number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.high_effort import high_effort
from omsorgstall.measures.round_the_clock import definitions, round_the_clock
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.stair_steps import stair_steps

TRUE, FALSE, UNKNOWN = "yes", "no", "unknown"


def round_the_clock_answers(tables: Mapping[str, ir.Table], settings: Settings, on: date, keep: Keep = not_kept) -> ir.Table:
    """One row per person and definition of round-the-clock care (heldøgns omsorg) on the date.

    The same persons stand under each definition: those with a service on the date, and those for whom one of the definitions
    holds without.

    Columns: the keys, ``day``, ``definition``, ``answer`` (``yes``, ``no`` or ``unknown``), and ``lacks``: the first field that
    would have to be known, empty where it is settled.
    """
    rows = keep(round_the_clock(tables, settings, on), "round-the-clock care")
    names = list(definitions())
    rows = rows.filter(ibis.or_(rows.served, *(rows[name].fill_null(False) for name in names)))
    many = rows.mutate(number=ibis.array(list(range(len(names)))).unnest())
    holds = ibis.cases(*[(many.number == n, many[name]) for n, name in enumerate(names)])
    lacks = ibis.cases(*[(many.number == n, many[f"{name}_lacks"]) for n, name in enumerate(names)])
    return many.select(
        *KEYS,
        day=ibis.literal(number(on), type="int64"),
        definition=ibis.cases(*[(many.number == n, name) for n, name in enumerate(names)]),
        answer=ibis.cases((holds, TRUE), (holds.isnull(), UNKNOWN), else_=FALSE),
        lacks=lacks.split(" ")[0].fill_null(""),
    )


def high_effort_users(tables: Mapping[str, ir.Table], settings: Settings, on: date, keep: Keep = not_kept) -> ir.Table:  # noqa: ARG001 - populations are called alike
    """One row per person with a service on the date.

    Columns: the keys, ``day``, and ``high_effort``, ``home_user`` and ``high_effort_home`` as there, never null: who has no
    stated hours has no high effort, and stays among the users.
    """
    rows = high_effort(tables, settings, on)
    marks = {name: rows[name].fill_null(False) for name in ("high_effort", "home_user", "high_effort_home")}
    return rows.select(*KEYS, day=ibis.literal(number(on), type="int64"), **marks)


def care_stairs(tables: Mapping[str, ir.Table], settings: Settings, on: date, keep: Keep = not_kept) -> ir.Table:  # noqa: ARG001 - likewise
    """One row per person and step of the care staircase (omsorgstrapp) on the date.

    Columns: the keys, ``day``, ``stair_step`` (of 16), ``stair_short`` (of 8) and ``highest``.
    """
    return stair_steps(tables, settings, on).mutate(day=ibis.literal(number(on), type="int64"))
