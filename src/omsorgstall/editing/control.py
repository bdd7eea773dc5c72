"""Controls that see beyond one record: names, what they look at, limits. One data file each in ``controls/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import Severity, Text, parse_yaml


@dataclass(frozen=True, slots=True)
class Control:
    """One control.

    Attributes:
        id: stable: ``E`` and two digits.
        version: goes up by one when findings would change.
        method: name of the method that judges it, in ``METHODS`` of the review.
        figures: ids of the figures it looks at, in ``figures.yaml``.
        levels: whether it looks at all services together (``total``), groups of services (``group``) or single ones
            (``service``); empty for a control of records.
        limits: numbers of the control; ASSUMED ones can be changed here.
        rests_on_others: whether what is expected is made from other municipalities' figures, which a municipality may not see.
        source: where the control was read; ``assumed``: what about it is ASSUMED, empty when nothing is.
        title: short name; ``wrong``: what stands out; ``todo``: what to do.
    """

    id: str
    version: int
    severity: Severity
    method: str
    figures: tuple[str, ...]
    levels: tuple[str, ...]
    limits: Mapping[str, Any]
    rests_on_others: bool
    source: str
    assumed: str
    title: Text
    wrong: Text
    todo: Text


@cache
def controls() -> dict[str, Control]:
    """Every control by id, in the order of their ids."""
    folder = files("omsorgstall.editing") / "controls"
    found = [_control(parse_yaml(f.read_text(encoding="utf-8"))) for f in folder.iterdir() if f.name.endswith(".yaml")]
    return {c.id: c for c in sorted(found, key=lambda c: c.id)}


def _control(data: Mapping[str, Any]) -> Control:
    texts = {key: Text.of(data[key]) for key in ("title", "wrong", "todo")}
    lists = {key: tuple(data[key]) for key in ("figures", "levels")}
    return Control(**{**data, **texts, **lists, "severity": Severity(data["severity"])})
