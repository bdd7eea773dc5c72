"""Definitions of tables as data: one file per table in ``definitions/``, shared notes in ``notes.yaml``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import Text, parse_yaml
from omsorgstall.statistics.caveats import shared_notes
from omsorgstall.statistics.changes import MethodChange, method_changes
from omsorgstall.statistics.families import Unit
from omsorgstall.tables import Content, ContentKind, Identity

_HERE = files("omsorgstall.statistics")


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """What a table is, apart from its regions, years and figures.

    Attributes:
        id: the table's number in the StatBank, or our own such as ``OT001``.
        version: goes up by one when figures would change: one more than the changes of method that touch it.
        official: number of the official table it follows; empty when there is none.
        dimensions: names in the catalogue of dimensions, ``Region`` first.
        unit_dimension: the dimension whose members are counted apart; empty when a person stands in one of them.
        notes: also those that several tables share.
        approximation: something in it only approximates the official definition; a note says what.
        units: codes of the units it shows; empty for all that are listed.
        changes: the changes of method that touch it, the oldest first.
    """

    id: str
    version: int
    official: str
    title: Text
    description: Text
    dimensions: tuple[str, ...]
    unit_dimension: str
    contents: tuple[Content, ...]
    notes: tuple[Text, ...]
    formula: Text
    level_mark: str
    first_year: int | None
    last_year: int | None
    successor: str
    source: Text
    approximation: bool
    units: tuple[str, ...] = ()
    changes: tuple[MethodChange, ...] = ()

    def shown_units(self, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        """Those of a family's units that the table shows, in its own order."""
        found = {u.code: u for u in units}
        return tuple(found[code] for code in self.units) if self.units else tuple(u for u in units if u.listed)

    def years(self, wanted: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the years the table is made for."""
        return tuple(y for y in sorted(wanted) if (self.first_year or y) <= y <= (self.last_year or y))


def _content(data: Mapping[str, Any]) -> Content:
    texts = {"label": Text.of(data["label"]), "unit": Text.of(data["unit"])}
    same = tuple(Identity(tuple(i["units"]), i["family"], tuple(i["theirs"])) for i in data.get("identities", ()))
    return Content(**{**data, **texts, "kind": ContentKind(data["kind"]), "identities": same})


def read_definition(data: Mapping[str, Any], shared: Mapping[str, Any], changes: Iterable[MethodChange] = ()) -> TableDefinition:
    """The definition a file says.

    Args:
        shared: notes by id; ``changes`` all changes of method, of which those that touch the table are kept.
    """
    texts = {key: Text.of(data[key]) for key in ("title", "description", "formula")}
    made = {
        "dimensions": tuple(data["dimensions"]),
        "contents": tuple(map(_content, data["contents"])),
        "notes": tuple(Text.of(shared[n] if isinstance(n, str) else n) for n in data["notes"]),
        "source": Text.of(shared[data["source"]]),
        "units": tuple(data.get("units", ())),
    }
    found = TableDefinition(**{**data, **texts, **made})
    families = frozenset(n for c in found.contents for n in (c.family, c.persons))
    return replace(found, changes=tuple(c for c in changes if c.touches(families, found.dimensions)))


@cache
def table_definitions() -> Mapping[str, TableDefinition]:
    """Every definition by table id, in the order of the ids."""
    shared = shared_notes()
    names = sorted(f.name for f in (_HERE / "definitions").iterdir() if f.name.endswith(".yaml"))
    texts = [(_HERE / "definitions" / name).read_text(encoding="utf-8") for name in names]
    found = [read_definition(parse_yaml(text), shared, method_changes()) for text in texts]
    return {d.id: d for d in found}
