"""The variables whose quality is told: one item each in ``variables.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import Text, parse_yaml
from omsorgstall.register.schemas import table_schemas


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the register.

    Attributes:
        id: its own, stable.
        table: the table of the register it stands in, in ``column``.
        applies: which records should have it, by the name of a condition of ``shares``.
        unknown: codes that are valid but say nothing of the person.
        left_out_by: rules of intake that leave a value out of the accepted row; ``judged_by``: rules that find a kept value
            invalid.
        first_year: first data year it is in use; None always.
    """

    id: str
    table: str
    column: str
    applies: str
    unknown: tuple[int, ...]
    left_out_by: tuple[str, ...]
    judged_by: tuple[str, ...]
    label: Text
    first_year: int | None


@cache
def variables() -> dict[str, Variable]:
    """Every variable by id, in the order of the reports."""
    content = parse_yaml((files("omsorgstall.quality") / "variables.yaml").read_text(encoding="utf-8"))
    return {item["id"]: _variable(item) for item in content["items"]}


def _variable(item: Mapping[str, Any]) -> Variable:
    column = next(c for c in table_schemas()[item["table"]].columns if c.name == item["column"])
    lists = {key: tuple(item[key]) for key in ("unknown", "left_out_by", "judged_by")}
    return Variable(**{**item, **lists, "label": Text.of(item["label"]), "first_year": column.first_year})
