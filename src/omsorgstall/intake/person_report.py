"""What the register holds of one person, as a document for her: every row of every table, submission by submission."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from omsorgstall.access import AuditEvent, Scope
from omsorgstall.codes import code_list, municipalities, service_types
from omsorgstall.core import Text
from omsorgstall.engine import Engine
from omsorgstall.intake.rule import rules
from omsorgstall.register import Store, TableSchema, register_schemas
from omsorgstall.register.columns import Column
from omsorgstall.register.store_persons import Holding
from omsorgstall.tables import Report

KIND = "person"
OWNER = "person"
"""Whom the document is for; no municipality's grant covers it."""


def person_report(
    store: Store, engine: Engine, holdings: Iterable[Holding], pseudonyms: frozenset[str], scope: Scope, case: str
) -> Report:
    """Read the rows of a person and put them in words.

    Args:
        holdings: the submissions that hold her, from ``store.persons.find``.
        scope: the whole country; the reading of findings is logged under it.
        case: reference of the case in which she asked.

    Returns:
        A report of kind ``person`` whose content is plain data. Texts are mappings with ``nb``, ``nn`` and ``en``; each value
        is as stored with the name of its code beside it. Her pseudonym is not in it: who finds the paper could find her rows.
    """
    found = tuple(holdings)
    content = {
        "case": case,
        "submissions": [_submission(store, engine, h, pseudonyms, scope) for h in found],
        "readings": [_reading(e) for e in store.persons.readings(found)],
    }
    return Report(OWNER, KIND, content)


def _submission(store: Store, engine: Engine, holding: Holding, pseudonyms: frozenset[str], scope: Scope) -> Mapping[str, Any]:
    s, opened = holding.submission, engine.open(store.persons.source(holding, scope))
    rows = {}
    for name in holding.rows:
        table = opened[name]
        hers = table.filter(table.pseudonym.isin(sorted(pseudonyms))).order_by("line")
        rows[name] = engine.run(hers, f"rows of a person in {name}")
    engine.forget(*opened.values())
    header = store.header(s.id)
    return {
        "id": s.id,
        "kind": str(s.kind),
        "municipality": _municipality(s.municipality),
        "data_year": s.data_year,
        "accepted_at": s.accepted_at.isoformat(),
        "extracted_at": s.extracted_at.isoformat() if s.extracted_at else None,
        "system": " ".join(str(header[k]) for k in ("vendor", "system", "system_version") if header.get(k)),
        "vintages": list(holding.vintages),
        "tables": [_table(register_schemas()[name], found) for name, found in rows.items()],
        "findings": _findings(store.findings(s.id, scope), rows),
    }


def _municipality(number: str) -> Mapping[str, str]:
    known = municipalities().get(number)
    return {"number": number, "name": known.name if known else ""}


def _table(schema: TableSchema, rows: pa.Table) -> Mapping[str, Any]:
    """The columns in which she has a value; what is empty in all her rows says nothing of her."""
    used = [c for c in schema.columns if rows[c.name].null_count < rows.num_rows]
    names = [_names(c) for c in used]
    return {
        "table": schema.name,
        "description": schema.description,
        "columns": [{"name": c.name, "norwegian": c.norwegian, "description": c.description} for c in used],
        "rows": [
            [_value(row[c.name], known) for c, known in zip(used, names, strict=True)]
            for row in rows.select([c.name for c in used]).to_pylist()
        ],
    }


def _names(column: Column) -> Mapping[object, Text]:
    """The names of a column's codes; empty when its values speak for themselves."""
    if column.name == "service_type":
        return {code: service.name for code, service in service_types().items()}
    return {c.value: c.name for c in code_list(column.codes).codes} if column.codes else {}


def _value(value: object, names: Mapping[object, Text]) -> Mapping[str, Any]:
    plain = value.isoformat() if isinstance(value, date) else value
    return {"value": plain, "name": _texts(names[value]) if value in names else None}


def _findings(findings: pa.Table, rows: Mapping[str, pa.Table]) -> list[Mapping[str, Any]]:
    """What intake found on her records: those that name an id of hers, or a line of hers and no id."""
    ids = {i for table in rows.values() for c in ("local_person_id", "service_id", "pause_id") for i in _column(table, c)} - {
        None
    }
    lines = {(name, line) for name, table in rows.items() for line in _column(table, "line")}
    hers = [f for f in findings.to_pylist() if f["record"] in ids or (f["record"] is None and (f["table"], f["line"]) in lines)]
    return [{**f, "title": _texts(rules()[f["rule_id"]].title)} for f in hers]


def _column(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table[name].to_pylist() if name in table.column_names else []
    return values


def _reading(event: AuditEvent) -> Mapping[str, str]:
    """When, of what and why; not by whom, who has a right of her own (ASSUMED)."""
    return {"when": event.when.isoformat(), "what": event.what, "why": event.why}


def _texts(text: Text) -> Mapping[str, str]:
    return {"nb": text.nb, "nn": text.nn, "en": text.en}
