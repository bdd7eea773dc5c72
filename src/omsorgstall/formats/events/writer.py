"""Writing the continuous event message. What is written validates against the national schema."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pyarrow as pa

from omsorgstall.formats.events.layout import EventHeader, attributes, description

_KEY_SPACE = uuid.UUID("8f1d2c1e-5d1f-4a57-9f52-0d6a8f6a8f10")
"""Name space of made keys of persons: the register does not carry the record system's technical key (pasientGUID)."""

Row = Mapping[str, Any]


def write_message(path: Path, header: EventHeader, events: pa.Table) -> None:
    """Write one message.

    Args:
        header: with the contacts the specification requires (types 1, 15, 16, 17).
        events: ``identified_schema(EVENT)``; times in UTC.

    Raises:
        ValueError: when a required contact is missing, or an event is none of the five.
    """
    missing = set(description()["required_contacts"]) - {c.kind for c in header.contacts}
    if missing:
        raise ValueError(f"The message lacks contacts of type {sorted(missing)}.")
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        stream.write(_opening(header))
        for batch in events.to_batches(max_chunksize=10_000):
            stream.writelines(_notification(row, header) for row in batch.to_pylist())
        stream.writelines(_contacts(header))
        stream.write(f"<Kommune kommuneNr={quoteattr(header.municipality)}/>\n</{description()['root']}>\n")


def _opening(header: EventHeader) -> str:
    d = description()
    values = {name: getattr(header, field) for field, name in d["header"].items()}
    if not header.local_id:
        del values[d["header"]["local_id"]]
    head = {"xmlns": d["namespace"], "versjon": d["version"], "meldingstype": d["message_type"], **values}
    return f"<{d['root']}{_attributes(head.items())}>\n"


def _contacts(header: EventHeader) -> Iterable[str]:
    names = description()["contact"]
    for contact in header.contacts:
        values = [(name, _text(getattr(contact, field))) for field, name in names.items()]
        yield f"<Kontaktperson{_attributes((n, v) for n, v in values if v)}/>\n"


def _notification(row: Row, header: EventHeader) -> str:
    element = description()["events"].get(row["event"])
    if element is None:
        raise ValueError("An event is none of the five of the message.")
    return (
        f"<Notifikasjon{_columns(row, 'notification')}>"
        f"<{element}{_columns(row, 'event')}>"
        f"<Bruker{_person(row, header)}/>"
        f"</{element}></Notifikasjon>\n"
    )


def _person(row: Row, header: EventHeader) -> str:
    d = description()
    made = uuid.uuid5(_KEY_SPACE, f"{header.municipality}/{row['local_person_id']}")
    identity = [(name, _text(row[column])) for column, name in d["identity"].items()]
    return f"{_attributes([(d['person_key'], str(made)), *identity])}{_columns(row, 'person')}"


def _columns(row: Row, part: str) -> str:
    return _attributes((name, _text(row[column])) for column, name in attributes(part).items() if row[column] is not None)


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in pairs)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    return "" if value is None else str(value)
