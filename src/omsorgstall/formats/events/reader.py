"""Reading the continuous event message. Head and contacts stand last in it, so a message is read to its end."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from omsorgstall.core import ErrorFamily, MunicipalityNumber, OmsorgstallError
from omsorgstall.formats.batch.unknown import UnknownNames
from omsorgstall.formats.events.layout import HOME, Contact, EventHeader, attributes, description, raw_events
from omsorgstall.formats.faults import rejected
from omsorgstall.formats.held import SentFile
from omsorgstall.formats.xmlsource import SEPARATOR, feed, hardened_parser, root_of

PART = 20_000
"""Notifications held as dictionaries before they become columns."""
MOST_DEPTH = 1_000
"""Elements open at a time; the specification has six."""
MOST_CONTACTS = 1_000
"""Contacts and municipalities in a message; the specification has a few of the one and one of the other."""
_KIND = re.compile("[0-9]{1,4}")

Attributes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RawEvents:
    """A message as sent, before any check.

    Attributes:
        table: ``raw_events()``: text columns, one row per notification, ``event`` null when it has none.
        unknown: names outside the specification.
    """

    header: EventHeader
    table: pa.Table
    unknown: UnknownNames
    file: str


def read_message(path: SentFile) -> RawEvents:
    """Read one message.

    Raises:
        OmsorgstallError: NOT_FOUND when there is no such file; INPUT_REJECTED when it is not XML in UTF-8, not this message,
            or not from exactly one municipality.
    """
    if not path.exists():
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-file", f"There is no file {path.name}.", todo="Check the path.")
    name, attributes_of_root = root_of(path)
    _check_root(name, attributes_of_root, path.name)
    message = _Message(path.name)
    with path.open("rb") as stream:
        for _ in feed(message.parser, stream, path.name):
            if len(message.rows) >= PART:
                message.to_columns()
            if message.fills_memory():
                raise rejected("too-large", "A part of the message has unreasonably many or deep elements.", path.name)
    return RawEvents(_header(attributes_of_root, message, path.name), message.table(), message.unknown, path.name)


def is_message(path: SentFile) -> bool:
    """Whether a file is an event message by its root element; a file that is no XML is not."""
    if not path.is_file():
        return False
    try:
        name, _ = root_of(path)
    except OmsorgstallError:
        return False
    return name == _qualified(description()["root"])


def _check_root(name: str, found: Attributes, file: str) -> None:
    d = description()
    if name != _qualified(d["root"]):
        raise rejected("wrong-root", "The root element is not that of an event message.", file)
    # A message that does not say its version is judged by a rule of its own (N01).
    if found.get("versjon", d["version"]) != d["version"] or found.get("meldingstype") != d["message_type"]:
        raise rejected("wrong-version", f"The message is not of version {d['version']} and type {d['message_type']}.", file)


def _header(root: Attributes, message: "_Message", file: str) -> EventHeader:
    if len(message.municipalities) != 1:
        raise rejected("bad-header", "The message is not from exactly one municipality.", file)
    try:
        municipality = MunicipalityNumber(message.municipalities[0])
    except ValueError:
        raise rejected("bad-header", "The municipality number does not have four digits.", file) from None
    values = {field: root.get(name, "") for field, name in description()["header"].items()}
    values |= {"version": root.get("versjon", ""), "running_number": root.get(description()["running_number"], "")}
    return EventHeader(municipality, contacts=tuple(message.contacts), **values)


class _Message:
    """What has been read of a message."""

    def __init__(self, file: str) -> None:
        self.rows: list[Attributes] = []
        self.contacts: list[Contact] = []
        self.municipalities: list[str] = []
        self.unknown = UnknownNames()
        self._parts: list[pa.Table] = []
        self._depth = 0
        self._row: Attributes = {}
        self._events = {_qualified(element): event for event, element in description()["events"].items()}
        self._starts: dict[str, Callable[[Attributes], None]] = {
            _qualified("Notifikasjon"): self._notification,
            _qualified("Bruker"): self._person,
            _qualified("Kontaktperson"): self._contact,
            _qualified("Kommune"): self._municipality,
            _qualified(description()["root"]): self._root,
        }
        self.parser = hardened_parser(file, self._start, self._end)

    def fills_memory(self) -> bool:
        """Whether more is held than any message needs."""
        return self._depth > MOST_DEPTH or len(self.contacts) + len(self.municipalities) > MOST_CONTACTS

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _start(self, name: str, found: Attributes) -> None:
        self._depth += 1
        if name in self._events:
            self._event(name, found)
        elif name in self._starts:
            self._starts[name](found)
        else:
            self.unknown.add("event", _local(name), self.parser.CurrentLineNumber)

    def _root(self, found: Attributes) -> None:
        for name in found.keys() - {"versjon", "meldingstype", *description()["header"].values()}:
            self.unknown.add("", name, self.parser.CurrentLineNumber)

    def _notification(self, found: Attributes) -> None:
        self._row = {"line": self.parser.CurrentLineNumber}
        self.rows.append(self._row)
        self._take(found, attributes("notification"))

    def _event(self, name: str, found: Attributes) -> None:
        if "event" in self._row:
            # The specification allows one event in a notification; the second is reported, not read.
            self.unknown.add("event", _local(name), self.parser.CurrentLineNumber)
            return
        self._row["event"] = self._events[name]
        self._take(found, attributes("event"))

    def _person(self, found: Attributes) -> None:
        found.pop(description()["person_key"], None)
        if found.get(description()[HOME]):
            self._row[HOME] = found[description()[HOME]]
        self._take(found, {**description()["identity"], **attributes("person")})

    def _take(self, found: Attributes, names: dict[str, str]) -> None:
        for column, name in names.items():
            value = found.pop(name, None)
            if value:
                self._row[column] = value
        for name in found:
            self.unknown.add("event", name, self.parser.CurrentLineNumber)

    def _contact(self, found: Attributes) -> None:
        names = description()["contact"]
        kind = found.get(names["kind"], "")
        values = [found.get(names[n], "") for n in ("name", "email", "phone")]
        self.contacts.append(Contact(int(kind) if _KIND.fullmatch(kind) else -1, *values))

    def _municipality(self, found: Attributes) -> None:
        self.municipalities.append(found.get("kommuneNr", ""))

    def to_columns(self) -> None:
        """Turn the rows so far into columns; the last may still grow, so it stays."""
        done, self.rows[:] = self.rows[:-1], self.rows[-1:]
        self._parts.append(pa.Table.from_pylist(done, raw_events()))

    def table(self) -> pa.Table:
        """Every notification of the message."""
        last = pa.Table.from_pylist(self.rows, raw_events())
        return pa.concat_tables([*self._parts, last]).combine_chunks()


def _qualified(element: str) -> str:
    return f"{description()['namespace']}{SEPARATOR}{element}"


def _local(name: str) -> str:
    return name.rpartition(SEPARATOR)[2]
