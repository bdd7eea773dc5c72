"""Table models as plain JSON data and back, for the files of an edition."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from omsorgstall.core import ErrorFamily, OmsorgstallError, Text
from omsorgstall.tables.model import Composition, Content, ContentKind, Dimension, DimensionKind, Identity, Member, TableModel

FORMAT = 1
"""Version of the layout; a reader refuses a newer one."""


def model_to_json(model: TableModel) -> dict[str, Any]:
    """A model as data that ``json`` can write; sets are sorted, so equal models give equal text."""
    return {"format": FORMAT} | _plain_fields(model)


def _plain_fields(item: object) -> dict[str, Any]:
    return {f.name: _plain(getattr(item, f.name)) for f in fields(item)}  # type: ignore[arg-type]


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return _plain_fields(value) if is_dataclass(value) else value


def model_from_json(data: Mapping[str, Any]) -> TableModel:
    """The model that ``model_to_json`` wrote.

    Raises:
        OmsorgstallError: STORE, ``newer-format``, when a later version wrote it.
    """
    if data["format"] > FORMAT:
        what = f"The table was written in format {data['format']}; this version reads up to {FORMAT}."
        raise OmsorgstallError(ErrorFamily.STORE, "newer-format", what, todo="Install the version that wrote it, or a later one.")
    plain = {k: v for k, v in data.items() if k != "format"}
    return TableModel(
        **plain
        | {
            "title": _text(data["title"]),
            "dimensions": tuple(_dimension(d) for d in data["dimensions"]),
            "contents": tuple(_content(c) for c in data["contents"]),
            "notes": tuple(_text(n) for n in data["notes"]),
            "description": _maybe_text(data["description"]),
            "source": _text(data["source"]),
            "next_update": date.fromisoformat(data["next_update"]) if data["next_update"] else None,
        }
    )


def _text(data: Mapping[str, str]) -> Text:
    return Text(**data)


def _maybe_text(data: Mapping[str, str] | None) -> Text | None:
    return None if data is None else _text(data)


def _member(data: Mapping[str, Any]) -> Member:
    converted = {"label": _text(data["label"]), "covers": frozenset(data["covers"]), "note": _maybe_text(data["note"])}
    return Member(**dict(data) | converted)


def _dimension(data: Mapping[str, Any]) -> Dimension:
    converted = {
        "label": _text(data["label"]),
        "kind": DimensionKind(data["kind"]),
        "composition": Composition(data["composition"]),
        "members": tuple(_member(m) for m in data["members"]),
    }
    return Dimension(**dict(data) | converted)


def _content(data: Mapping[str, Any]) -> Content:
    converted = {
        "label": _text(data["label"]),
        "unit": _text(data["unit"]),
        "kind": ContentKind(data["kind"]),
        "identities": tuple(Identity(tuple(i["units"]), i["family"], tuple(i["theirs"])) for i in data["identities"]),
    }
    return Content(**dict(data) | converted)
