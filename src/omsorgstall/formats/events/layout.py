"""Names and parts of the continuous event message, version 56.0.0 (HIS 1135)."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from omsorgstall.core import MunicipalityNumber, parse_yaml
from omsorgstall.register.schemas import raw_schema
from omsorgstall.register.service_tables import EVENT

HOME = "home_municipality"


@cache
def description() -> dict[str, Any]:
    """Names of elements and attributes."""
    text = (files("omsorgstall.formats.events") / "message_56.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = parse_yaml(text)
    return content


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact person of the sender.

    Attributes:
        kind: code system 8471: 1 technical production, 15 vendor, 16 contact person, 17 responsible for sending …; −1 unknown.
    """

    kind: int
    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class EventHeader:
    """What a sender says about the whole message: one message is from one municipality.

    Attributes:
        export_version: version of the module that wrote it (versjonUt).
        local_id: the sender's id of the message.
        version: of the specification; empty when the message does not say it.
        running_number: of the message (lopenr) as sent, which version 56 may not carry.
    """

    municipality: MunicipalityNumber
    vendor: str
    system: str
    system_version: str
    export_version: str
    contacts: tuple[Contact, ...] = ()
    local_id: str = ""
    version: str = field(default_factory=lambda: str(description()["version"]))
    running_number: str = ""


@cache
def attributes(part: str) -> dict[str, str]:
    """Attribute by column of ``notification``, ``event`` or ``person``; the register keeps the national names."""
    national = {c.name: c.norwegian for c in EVENT.columns}
    return {column: national[column] for column in description()[part]}


def raw_events() -> pa.Schema:
    """Events as read: text columns and the line of the notification.

    ``home_municipality`` may not be sent in version 56 and goes no further; it is read because an unknown one marks the row.
    """
    return raw_schema(EVENT).append(pa.field(HOME, pa.string()))
