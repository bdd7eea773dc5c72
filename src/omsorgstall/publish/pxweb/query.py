"""What a client asks for, from the parameters of an address or the body of a POST; not yet compared with a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omsorgstall.publish.pxweb.expressions import split_items
from omsorgstall.publish.pxweb.problems import EXPRESSION, PARAMETER, refused

_KEYED = re.compile(r"(valuecodes|codelist)\[(.+)\]")


@dataclass(frozen=True, slots=True)
class VariableSelection:
    """Items chosen of one variable, as codes or expressions, possibly within a codelist."""

    variable: str
    items: tuple[str, ...]
    codelist: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A selection and, if wished, a placement. An empty selection asks for the default."""

    selection: tuple[VariableSelection, ...] = ()
    stub: tuple[str, ...] | None = None
    heading: tuple[str, ...] | None = None


def parameters(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Parameters by lower-case name; the same one sent twice is joined with a comma."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.strip().lower()
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


def query_from_parameters(given: Mapping[str, str]) -> Query:
    """Read ``valuecodes[…]``, ``codelist[…]``, ``stub`` and ``heading``.

    As in the reference, a codelist only has effect for a variable that also has value codes.

    Raises:
        ProblemError: for a ``valuecodes`` parameter without its variable in brackets.
    """
    codelists = keyed(given, "codelist")
    selection = tuple(
        VariableSelection(variable, split_items(items), codelists.get(variable) or None)
        for variable, items in keyed(given, "valuecodes").items()
    )
    return Query(selection, _placed(given.get("stub")), _placed(given.get("heading")))


def keyed(given: Mapping[str, str], name: str) -> dict[str, str]:
    """Parameters of the shape ``name[variable]``, by variable.

    Raises:
        ProblemError: when the brackets are missing or empty.
    """
    found = {}
    for key, value in given.items():
        if key.startswith(name):
            match = _KEYED.fullmatch(key)
            if match is None or match.group(1) != name:
                raise refused(EXPRESSION, f"Write {name}[variable]=…, not {key}.")
            found[match.group(2)] = value
    return found


def _placed(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else split_items(value)


def query_from_body(body: object) -> Query:
    """Read the JSON of a POST; an empty or missing body asks for the default selection.

    Raises:
        ProblemError: when the body is of another shape.
    """
    if body in (None, "", {}):
        return Query()
    data = _mapping(body, "the body")
    selection = tuple(_selection(item) for item in _list(data.get("selection"), "selection"))
    placement = _mapping(data.get("placement") or {}, "placement")
    return Query(selection, _strings(placement.get("stub"), "stub"), _strings(placement.get("heading"), "heading"))


def _selection(item: object) -> VariableSelection:
    data = _mapping(item, "an item of selection")
    codelist = data.get("codelist", data.get("codeList"))
    items = _strings(data.get("valueCodes", data.get("valuecodes")), "valueCodes") or ()
    variable = _string(data.get("variableCode", data.get("variablecode", "")), "variableCode")
    return VariableSelection(variable, items, _string(codelist, "codelist") if codelist else None)


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise refused(PARAMETER, f"{name} must be a JSON object.")
    return value


def _list(value: object, name: str) -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise refused(PARAMETER, f"{name} must be a JSON list.")
    return value


def _strings(value: object, name: str) -> tuple[str, ...] | None:
    return None if value is None else tuple(_string(v, name) for v in _list(value, name))


def _string(value: object, name: str) -> str:
    """A code; a number is taken as its digits. Anything else is none, and what it holds may be endlessly deep."""
    if not isinstance(value, str | int | float):
        raise refused(PARAMETER, f"{name} must hold texts.")
    return str(value)


def truth(value: str | None) -> bool:
    """A Boolean parameter: ``true`` in any case is true, anything else false."""
    return (value or "").strip().lower() == "true"
