"""By which method the effect of each rule is estimated, and which tables it can reach: ``effects.yaml``."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import parse_yaml
from omsorgstall.intake import rules
from omsorgstall.statistics import table_definitions

NEED, STEP = "Behov", "Trinn"
FIGURES = {"users": "11642", "users_at_year_end": "11645", "hours": "11643", "hours_with_overlap": "11643", "bed_days": "11644"}
"""The figures an effect is told in, and the table each stands in: hours are those without overlap unless it is said."""


class Method(StrEnum):
    """How an effect is estimated; ``effects.yaml`` describes each. ``REACH``: only how many persons counted have the fault."""

    WITHOUT = "without"
    DIVIDED = "divided"
    MEAN_HOURS = "mean_hours"
    OVERLAP = "overlap"
    UNCOUNTED = "uncounted"
    LEFT_OUT = "left_out"
    REACH = "reach"


RECKONED = (Method.WITHOUT, Method.DIVIDED, Method.MEAN_HOURS)
"""Methods that reckon the figures anew with changed records."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of how to estimate the effects of rules.

    Attributes:
        methods: by rule; a rule that is not here has ``REACH``.
        in_institution: rules on home services during a stay in an institution.
        by_need: rules whose findings touch the level of need; ``by_step`` those that touch the step of the staircase.
    """

    methods: dict[str, Method]
    in_institution: frozenset[str]
    by_need: frozenset[str]
    by_step: frozenset[str]

    def method(self, rule: str) -> Method:
        """The method of a rule."""
        return self.methods.get(rule, Method.REACH)

    def of_method(self, *chosen: Method) -> list[str]:
        """The rules of some methods; those of a table that no figure rests on are none of them."""
        return [r for r in rules() if self.method(r) in chosen]

    def tables(self, rule: str) -> tuple[str, ...]:
        """Ids of the tables whose figures a rule's findings can move; empty when they move none."""
        if rule in self.by_need:
            return _tables_by(NEED)
        if rule in self.by_step:
            return _tables_by(STEP)
        if self.method(rule) in (Method.DIVIDED, Method.MEAN_HOURS):
            return (FIGURES["hours"],)
        if self.method(rule) is Method.OVERLAP:
            return (FIGURES["users_at_year_end"], FIGURES["hours"])
        return tuple(dict.fromkeys(FIGURES.values())) if self.method(rule) is not Method.REACH else ()


def _tables_by(dimension: str) -> tuple[str, ...]:
    return tuple(d.id for d in table_definitions().values() if dimension in d.dimensions)


@cache
def estimate() -> Estimate:
    """The methods as they stand in the data."""
    content: dict[str, Any] = parse_yaml((files("omsorgstall.quality") / "effects.yaml").read_text(encoding="utf-8"))
    methods = {rule: Method(name) for rule, name in content["methods"].items()}
    lists = (frozenset(content[name]) for name in ("in_institution", "by_need", "by_step"))
    return Estimate(methods, *lists)
