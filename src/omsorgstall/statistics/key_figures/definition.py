"""Definitions of key figures as data: one file a figure in ``definitions/``, and those that are not made in ``not_made.yaml``.

A numerator is a sum of cells of national tables, a denominator likewise or a number of inhabitants. So a key figure counts
nobody itself: a person is in it exactly as she is in the tables, and it is hidden when a cell of it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from omsorgstall.core import Text, parse_yaml
from omsorgstall.tables import CellSum

KEY_FIGURES = "OT004"
"""Number of the table of all key figures."""
_HERE = files("omsorgstall.statistics.key_figures")
Direction = Literal["higher", "lower", "neutral"]
_LANGUAGES = ("nb", "nn", "en")
_NOT_CELLS = ("tables", "content")


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """Inhabitants of an age at the end of the year; ``until`` is None when there is no highest age."""

    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A key figure.

    Attributes:
        place: where it stands among the others.
        version: goes up by one when figures would change.
        official: table and number of the official figure it follows; empty for our own.
        above: text of the numerator; ``below`` of the denominator.
        per: the ratio is shown per so many, such as 100 for per cent.
        direction: which way is better, where that can be said.
        level_mark: K, F, B: for municipality, county, district.
        assumed: what about it is ASSUMED; None when nothing is.
    """

    id: str
    place: int
    version: int
    official: str
    title: Text
    unit: Text
    per: int
    above: Text
    below: Text
    numerator: CellSum
    denominator: CellSum | Inhabitants
    direction: Direction
    level_mark: str
    source: str
    assumed: Text | None

    def told(self) -> Text:
        """What it is in one text: numerator, denominator, which way is better, and what is assumed."""
        words = _words()
        parts = [_labelled(words["numerator"], self.above), _labelled(words["denominator"], self.below)]
        parts.append(words[f"direction_{self.direction}"])
        if self.assumed:
            parts.append(_labelled(words["assumed"], self.assumed))
        return Text(*(" ".join(p.in_language(n) for p in parts) for n in _LANGUAGES))

    def formula(self) -> Text:
        """Numerator over denominator in words."""
        return Text(*(f"({self.above.in_language(n)}) ÷ ({self.below.in_language(n)}) × {self.per}" for n in _LANGUAGES))


@dataclass(frozen=True, slots=True)
class NotMade:
    """A key figure of the care services that is not made yet, and what it waits for."""

    official: str
    title: str
    waits_for: str


def _labelled(label: Text, words: Text) -> Text:
    """A sentence of a label and what it is."""
    return Text(*(f"{label.in_language(n)}: {words.in_language(n).rstrip('.')}." for n in _LANGUAGES))


@cache
def _words() -> dict[str, Text]:
    content = parse_yaml((_HERE / "texts.yaml").read_text(encoding="utf-8"))
    return {key: Text.of(item) for key, item in content.items()}


def said(key: str) -> Text:
    """A text of the table of key figures."""
    return _words()[key]


def _cells(data: Mapping[str, Any]) -> CellSum:
    codes = {name: tuple(codes) for name, codes in data.items() if name not in _NOT_CELLS}
    return CellSum(tuple(data["tables"]), data["content"], codes)


def _figure(data: Mapping[str, Any]) -> KeyFigure:
    above, below = data["numerator"], data["denominator"]
    made: dict[str, Any] = {
        "title": Text.of(data["title"]),
        "unit": _words()[f"unit_{data['unit']}"],
        "per": {"percent": 100, "per_1000": 1000, "per_10000": 10000}.get(data["unit"], 1),
        "above": Text.of(above["text"]),
        "below": Text.of(below["text"]),
        "numerator": _cells(above["cells"]),
        "denominator": Inhabitants(**below["inhabitants"]) if "inhabitants" in below else _cells(below["cells"]),
        "assumed": Text.of(data["assumed"]) if data["assumed"] else None,
    }
    return KeyFigure(**{**data, **made})


@cache
def key_figures() -> Mapping[str, KeyFigure]:
    """Every key figure by id, in the order they are shown."""
    names = [f for f in (_HERE / "definitions").iterdir() if f.name.endswith(".yaml")]
    found = sorted((_figure(parse_yaml(f.read_text(encoding="utf-8"))) for f in names), key=lambda k: k.place)
    return {k.id: k for k in found}


@cache
def not_made() -> tuple[NotMade, ...]:
    """Official key figures of the care services that rest on more than the register and the population."""
    listed = parse_yaml((_HERE / "not_made.yaml").read_text(encoding="utf-8"))["figures"]
    return tuple(NotMade(**item) for item in listed)
