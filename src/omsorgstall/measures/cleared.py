"""Cleared records (klargjorte data): what a vintage says once events have moved its snapshots on and edits have been applied."""

from collections.abc import Mapping

from ibis.expr import types as ir

from omsorgstall.measures.edits import edited
from omsorgstall.measures.events import moved_on


def cleared(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """The tables of a vintage as figures are counted from: snapshots, then events, then edits."""
    return edited(moved_on(tables))
