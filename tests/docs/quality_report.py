"""The reference of the quality reports as JSON, made from their schemas."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from omsorgstall.quality.variables import Variable, variables

HEAD = """\
# Quality reports as JSON

`omsorgstall quality` writes each report as JSON beside the page ([how to](../how-to/report-on-quality.md)). The schemas (JSON
Schema 2020-12) are `municipality.schema.json`, `submission.schema.json` and `national.schema.json` in
`src/omsorgstall/publish/quality/`; this page is made from them by `python3 dev.py update-golden`. `format` is raised when a field
changes its meaning or goes; a new field may come without that.

A share is between 0 and 1. A text is an object with `nb`, `nn` and `en`.
"""
VARIABLES = """
## The variables

Which records should have a variable, and which rules tell that a value is invalid, is ASSUMED where no source says it. Values
left out are those that intake empties; values judged are kept in the register.

| Variable | Table | Field | Told of | Unknown codes | Left out by | Judged by |
|---|---|---|---|---|---|---|
"""
APPLIES = {
    "all": "all records",
    "city": "the four cities with districts",
    "granted": "granted services",
    "granted_hours": "granted services in hours",
    "organisation_number_mandatory": "granted services where it is mandatory",
    "needs_help": "those with a need",
}
TITLES = {
    "municipality": "A municipality's report",
    "submission": "The quality of one submission",
    "national": "The national report",
}
Schema = Mapping[str, Any]


def page() -> str:
    parts = [HEAD]
    for name, title in TITLES.items():
        schema = json.loads((files("omsorgstall.publish.quality") / f"{name}.schema.json").read_text("utf-8"))
        rows = "\n".join(fields(schema, schema["$defs"]))
        parts.append(f"\n## {title}\n\n| Field | Type | Meaning |\n|---|---|---|\n{rows}\n")
    return "".join(parts) + VARIABLES + "\n".join(map(variable, variables().values())) + "\n"


def fields(schema: Schema, known: Schema, path: str = "") -> Iterator[str]:
    """One row per field; texts, amounts and ranks are not opened."""
    for name, found in schema.get("properties", {}).items():
        where = f"{path}{name}"
        yield f"| `{where}` | {kind(found)} | {found.get('description') or described(found, known)} |"
        inner = next((o for o in found.get("anyOf", []) if o.get("type") == "object"), found)
        many = inner.get("items", {})
        yield from fields(inner, known, f"{where}.")
        yield from fields(many, known, f"{where}[].")


def kind(schema: Schema) -> str:
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(kind(s) for s in reversed(schema["anyOf"]))
    found = schema["type"]
    return " or ".join(found) if isinstance(found, list) else found


def described(schema: Schema, known: Schema) -> str:
    return str(known[schema["$ref"].rsplit("/", 1)[-1]]["description"]) if "$ref" in schema else ""


def variable(v: Variable) -> str:
    left, judged, unknown = (", ".join(map(str, given)) for given in (v.left_out_by, v.judged_by, v.unknown))
    return f"| {v.label.en} | `{v.table}` | `{v.column}` | {APPLIES[v.applies]} | {unknown} | {left} | {judged} |"
