"""Small deliveries for tests of what rests on the register."""

import hashlib
from datetime import UTC, date, datetime

import pyarrow as pa

from omsorgstall.register import Delivery, register_schemas

FINDINGS = pa.schema([("rule_id", pa.string()), ("line", pa.int32())])


def rows(table, records, *, municipality="4204", year=2023, reported=None):
    """Records as a table of the register with its key columns filled in."""
    keys = {"municipality": municipality, "reported_municipality": reported or municipality, "data_year": year, "line": 1}
    return pa.Table.from_pylist([{**keys, "pseudonym": "p1", **r} for r in records], register_schemas()[table].arrow())


def annual(content, *, municipality="4204", year=2023, tables=None, extracted=None):
    """An annual delivery; ``content`` is any text that tells deliveries apart."""
    tables = tables or [{"service": rows("service", [{"service_id": content}], municipality=municipality, year=year)}]
    extracted = extracted or datetime(year + 1, 1, 5, tzinfo=UTC)
    digest = hashlib.sha256(content.encode()).hexdigest()
    findings = pa.Table.from_pylist([{"rule_id": "C11", "line": 3}], FINDINGS)
    return Delivery("annual", municipality, year, digest, {"extracted_at": extracted, "vendor": "Test"}, tables, findings)


def events(content, registered, *, municipality="4204", year=2024):
    """An event delivery with one start registered at the given time (UTC)."""
    registered = registered.replace(tzinfo=None)
    record = {"status": "N", "event": "start", "event_date": date(year, 2, 1), "registered_at": registered}
    table = rows("event", [record], municipality=municipality, year=year)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Delivery("events", municipality, year, digest, {}, [{"event": table}], FINDINGS.empty_table())
