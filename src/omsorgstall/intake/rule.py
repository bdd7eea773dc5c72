"""Rules of intake: what they are called, how severe they are, what they say. One data file each in ``rules/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import Severity, Text, parse_yaml


class Stage(StrEnum):
    """Where a rule is judged.

    The whole submission, names and formats of the file, identity, content by the engine, an event message, or organisation
    numbers held against an organisation list.
    """

    SUBMISSION = "submission"
    FORMAT = "format"
    IDENTITY = "identity"
    CONTENT = "content"
    EVENT = "event"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: stable: ``N`` national intake rule, ``C`` content rule, ``A`` rule of this register.
        table: the table it judges; empty for any.
        fields: the fields it judges.
        clears: whether the judged value is left out of the accepted row.
        limits: numbers and code lists of the rule; ASSUMED ones can be changed here.
        source: where the rule was read; keys as in the reference.
        assumed: what about it is ASSUMED; empty when nothing is.
        title: short name; ``wrong``: what is wrong; ``todo``: what to do.
        first_year: first data year it applies to; None always. ``last_year`` likewise.
    """

    id: str
    version: int
    stage: Stage
    severity: Severity
    table: str
    fields: tuple[str, ...]
    clears: bool
    limits: Mapping[str, Any]
    source: str
    assumed: str
    title: Text
    wrong: Text
    todo: Text
    first_year: int | None
    last_year: int | None


@cache
def rules() -> dict[str, Rule]:
    """Every rule by id, in the order of their ids."""
    folder = files("omsorgstall.intake") / "rules"
    found = [_rule(parse_yaml(f.read_text(encoding="utf-8"))) for f in folder.iterdir() if f.name.endswith(".yaml")]
    return {r.id: r for r in sorted(found, key=lambda r: r.id)}


def content_rules(table: str) -> tuple[Rule, ...]:
    """The rules the engine judges on one table."""
    return tuple(r for r in rules().values() if r.stage is Stage.CONTENT and r.table == table)


def _rule(data: Mapping[str, Any]) -> Rule:
    return Rule(
        id=data["id"],
        version=data["version"],
        stage=Stage(data["stage"]),
        severity=Severity(data["severity"]),
        table=data["table"],
        fields=tuple(data["fields"]),
        clears=data["clears"],
        limits=data["limits"],
        source=data["source"],
        assumed=data["assumed"],
        title=Text.of(data["title"]),
        wrong=Text.of(data["wrong"]),
        todo=Text.of(data["todo"]),
        first_year=data["first_year"],
        last_year=data["last_year"],
    )
