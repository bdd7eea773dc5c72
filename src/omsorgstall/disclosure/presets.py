"""Locked, versioned choices of protection. A preset is a data file; no code decides a limit."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from omsorgstall.core import ErrorFamily, OmsorgstallError, Text, parse_yaml


@dataclass(frozen=True, slots=True)
class Preset:
    """What counts as exposed.

    Attributes:
        limit: counts from 1 to ``limit - 1`` are hidden, and amounts with so few contributors.
        show_zeros: a zero is published as a zero, so that a hidden cell is known to be at least 1.
        protect_complements: dimensions in which the difference between a published parent and child is protected like a cell.
        width: least distance between the bounds that an outsider who knows ``y >= 0`` can work out for a hidden cell.
        strict_singletons: not even all lone persons together may work out a hidden cell.
    """

    id: str
    version: str
    name: Text
    limit: int
    show_zeros: bool
    protect_complements: tuple[str, ...]
    width: int
    strict_singletons: bool

    @property
    def label(self) -> str:
        """Id and version as written into a released table."""
        return f"{self.id} v{self.version}"


@cache
def presets() -> dict[str, Preset]:
    """Every preset by id."""
    folder = files("omsorgstall.disclosure") / "data"
    found = [_read(item.read_text(encoding="utf-8")) for item in folder.iterdir() if item.name.endswith(".yaml")]
    return {p.id: p for p in sorted(found, key=lambda p: p.limit)}


def preset(preset_id: str) -> Preset:
    """The preset with this id.

    Raises:
        OmsorgstallError: when there is none.
    """
    if preset_id not in presets():
        known = ", ".join(presets())
        raise OmsorgstallError(
            ErrorFamily.USAGE, "unknown-preset", f"There is no preset {preset_id}.", todo=f"Choose one of {known}."
        )
    return presets()[preset_id]


def _read(text: str) -> Preset:
    data = parse_yaml(text)
    return Preset(
        id=data["id"],
        version=data["version"],
        name=Text.of(data["name"]),
        limit=int(data["limit"]),
        show_zeros=bool(data["show_zeros"]),
        protect_complements=tuple(data["protect_complements"]),
        width=int(data["width"]),
        strict_singletons=bool(data["strict_singletons"]),
    )
