"""Faults in files that people write by hand, such as edits and organisation lists: the line, what is wrong, what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from omsorgstall.core import Text, parse_yaml


@dataclass(frozen=True, slots=True)
class FaultText:
    """What a fault means and what to do."""

    wrong: Text
    todo: Text


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is refused: the line, the column it is about, and the id of a ``FaultText``."""

    line: int
    column: str
    id: str


@cache
def fault_texts(kind: str) -> Mapping[str, FaultText]:
    """Every fault a row can have, by id.

    Args:
        kind: ``dwelling``, ``edit``, ``identity`` or ``unit``.
    """
    content = parse_yaml((files("omsorgstall.intake") / f"{kind}_faults.yaml").read_text(encoding="utf-8"))
    return {name: FaultText(Text.of(t["wrong"]), Text.of(t["todo"])) for name, t in content.items()}


def refused_lines(faults: Sequence[RowFault], kind: str, language: str) -> list[str]:
    """Faults as lines to read: where, what is wrong, what to do. No value is told."""
    told = [(f, fault_texts(kind)[f.id]) for f in faults]
    return [f"line {f.line}, {f.column}: {t.wrong.in_language(language)} {t.todo.in_language(language)}" for f, t in told]
