"""Conditions over what may be unknown, written as data: true, false, or unknown (null) after Kleene.

A condition is ``{served: [21]}`` (has one of the services on the date; never unknown), ``{stated: field}`` (a field says yes;
with ``at_least`` a number, with ``among`` one of some codes), ``{all: [...]}``, ``{any: [...]}``, ``{not: ...}``, or
``{as: id}``: the condition of another definition. Unknown stays unknown unless another part settles the whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import ibis
from ibis.expr import types as ir


@dataclass(frozen=True, slots=True)
class Served:
    """Has one of the services."""

    services: tuple[int, ...]

    @property
    def column(self) -> str:
        """The column that holds whether it is so."""
        return "served_" + "_".join(map(str, self.services))


@dataclass(frozen=True, slots=True)
class Stated:
    """A field says yes, or has at least a number, or one of some codes."""

    field: str
    at_least: int | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """All or any of some parts."""

    how: str
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a part; what is unknown stays so."""

    part: "Condition"


Condition = Served | Stated | Joined | Not


def condition(data: Mapping[str, Any], named: Callable[[str], Condition]) -> Condition:
    """The condition that a data file describes.

    Args:
        named: the condition of another definition, for ``as``.

    Raises:
        ValueError: when it has a key that no condition has.
    """
    match dict(data):
        case {"served": services, **rest} if not rest:
            return Served(tuple(services))
        case {"stated": field, **rest} if rest.keys() <= {"at_least", "among"}:
            return Stated(field, rest.get("at_least"), tuple(rest.get("among", ())))
        case {"all": parts, **rest} if not rest:
            return Joined("all", tuple(condition(p, named) for p in parts))
        case {"any": parts, **rest} if not rest:
            return Joined("any", tuple(condition(p, named) for p in parts))
        case {"not": part, **rest} if not rest:
            return Not(condition(part, named))
        case {"as": name, **rest} if not rest:
            return named(name)
    raise ValueError(f"No condition has the keys {sorted(data)}.")


def leaves(of: Condition) -> tuple[Served | Stated, ...]:
    """What the condition asks of a person, in the order it is written."""
    match of:
        case Joined(parts=parts):
            return tuple(leaf for part in parts for leaf in leaves(part))
        case Not(part=part):
            return leaves(part)
        case _:
            return (of,)


def holds(of: Condition, rows: ir.Table) -> ir.BooleanValue:
    """Whether the condition holds for each row: true, false or null.

    Args:
        rows: a column for each leaf: ``Served.column`` (never null), and the fields by name.
    """
    match of:
        case Served():
            return rows[of.column]
        case Stated(field=field, at_least=int(least)):
            return rows[field] >= least
        case Stated(field=field, among=among):
            return rows[field].isin(among) if among else rows[field]
        case Joined(how=how, parts=parts):
            return (ibis.and_ if how == "all" else ibis.or_)(*(holds(p, rows) for p in parts))
        case Not(part=part):
            return ~holds(part, rows)


def lacking(of: Condition, rows: ir.Table) -> ir.StringValue:
    """The fields that would have to be known, each after a space; only for rows where the condition is unknown."""
    match of:
        case Served():
            return ibis.literal("")
        case Stated(field=field):
            return ibis.literal(f" {field}")
        case Joined(parts=parts):
            return reduce(add, [_if_unknown(p, rows) for p in parts])
        case Not(part=part):
            return lacking(part, rows)


def _if_unknown(part: Condition, rows: ir.Table) -> ir.StringValue:
    return _unknown(part, rows).ifelse(lacking(part, rows), "")


def _unknown(of: Condition, rows: ir.Table) -> ir.BooleanValue:
    # Not simply whether the condition is null: Spark has no syntax for "a >= 2 IS NULL" without brackets, and gets none.
    match of:
        case Served():
            return ibis.literal(False)
        case Stated(field=field):
            return rows[field].isnull()
        case Not(part=part):
            return _unknown(part, rows)
        case Joined():
            return holds(of, rows).isnull()
