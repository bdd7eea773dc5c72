"""The event message: what the reader hands out against the elements as a plain parser sees them, and what intake makes of it."""

from collections import Counter
from typing import Any
from xml.parsers import expat

from omsorgstall.core import ErrorFamily
from omsorgstall.formats.batch.unknown import MOST
from omsorgstall.formats.events import is_message, raw_events, read_message
from omsorgstall.formats.events.layout import attributes, description
from omsorgstall.intake import FINDINGS_SCHEMA, PseudonymKey, check_events
from tests.fuzz.batch_xml import words as batch_words
from tests.fuzz.changing import xml_changer
from tests.fuzz.privacy import no_number_in
from tests.fuzz.reader import Reader, as_file, refusing, scratch
from tests.spec.intake.cases_of_events import EVENT_CASES, NOTIFICATION, guid, message

KEY = PseudonymKey(bytes(range(32)))


def read_events(data: bytes) -> None:
    """Every notification is a row with what stands in it; what the message may not hold is counted."""
    path = as_file(data)
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        found = read_message(path)
    if refused:
        return
    assert is_message(path)
    assert found.table.schema == raw_events()
    walk = walked(data)
    rows = [{k: v for k, v in row.items() if v is not None} for row in found.table.to_pylist()]
    assert rows == walk.rows
    unknown = list(found.unknown)
    if len(unknown) < MOST:
        assert sum(u.count for u in unknown) == walk.unknown
    assert len(found.header.contacts) == walk.contacts


def take_in_events(data: bytes) -> None:
    """Every notification is accepted, has a finding, or the message is rejected; nobody's number stands in what comes out."""
    path = as_file(data)
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        raw = read_message(path)
        checked = check_events(raw, KEY, test_persons=True)
    numbers = {n for n in raw.table["identity_number"].to_pylist() if n} if not refused else set()
    if refused:
        return
    assert checked.findings.schema == FINDINGS_SCHEMA
    assert checked.counts.read["event"] == raw.table.num_rows
    no_number_in(numbers, checked.findings, *(t for c in checked.chunks for t in c.values()))
    if checked.verdict == "rejected":
        assert not checked.chunks
        assert checked.counts.failed
        return
    kept = Counter(line for c in checked.chunks for line in c["event"]["line"].to_pylist())
    told = Counter(set(checked.findings["line"].to_pylist()))
    for line, count in Counter(raw.table["line"].to_pylist()).items():
        assert kept[line] == count or told[line], line
    assert sum(kept.values()) == checked.counts.accepted["event"] > 0


class Walk:
    """A message walked element by element."""

    parser: Any

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self.unknown = 0
        self.contacts = 0
        self._before: dict[str, object] = {}

    def start(self, name: str, found: dict[str, str]) -> None:
        namespace, _, local = name.rpartition("|")
        own = namespace == description()["namespace"]
        events = {element: event for event, element in description()["events"].items()}
        row = self.rows[-1] if self.rows else self._before
        if own and local == "Notifikasjon":
            self.rows.append({"line": self.parser.CurrentLineNumber})
            self._take(self.rows[-1], found, attributes("notification"))
        elif own and local in events and "event" not in row:
            row["event"] = events[local]
            self._take(row, found, attributes("event"))
        elif own and local == "Bruker":
            found.pop(description()["person_key"], None)
            row.update({"home_municipality": home} if (home := found.get("komNrHjem")) else {})
            self._take(row, found, {**description()["identity"], **attributes("person")})
        elif own and local == "Melding":
            self.unknown += len(found.keys() - {"versjon", "meldingstype", *description()["header"].values()})
        elif own and local == "Kontaktperson":
            self.contacts += 1
        elif not (own and local == "Kommune"):
            self.unknown += 1

    def _take(self, row: dict[str, object], found: dict[str, str], names: dict[str, str]) -> None:
        row.update({column: found[name] for column, name in names.items() if found.get(name)})
        self.unknown += len(found.keys() - set(names.values()))


def walked(data: bytes) -> Walk:
    """The message as a plain parser sees it."""
    walk = Walk()
    walk.parser = expat.ParserCreate(namespace_separator="|")
    walk.parser.StartElementHandler = walk.start
    walk.parser.Parse(data, True)
    return walk


def seeds() -> dict[str, bytes]:
    """Messages with every event, and every case of the rules."""
    folder = scratch()
    kinds = [
        NOTIFICATION | {"event": e, "notification_guid": guid(n), "event_guid": guid(1000 + n), "running_number": n}
        for n, e in enumerate(description()["events"], 1)
    ]
    found = {f"case-{n:02}-{c.rule}": c.write(folder / "seed.xml").read_bytes() for n, c in enumerate(EVENT_CASES)}
    every = message(folder / "seed.xml", *kinds).read_bytes()
    two = every.replace(b"</TjenesteStart>", b"</TjenesteStart><TjenesteSlutt/>", 1)
    municipality = b'<Kommune kommuneNr="4204"/>'
    return found | {
        "every-event": every,
        "two-events-in-one": two,
        "person-outside": every.replace(b"<Notifikasjon", b"<Bruker fid='1' typeID='1'/><Notifikasjon", 1),
        "event-outside": every.replace(b"<Notifikasjon", b"<TjenesteStart/><Notifikasjon", 1),
        "no-municipality": every.replace(municipality, b""),
        "two-municipalities": every.replace(municipality, municipality * 2),
        "cut-off": every[:-30],
    }


def elements() -> dict[str, tuple[str, ...]]:
    """Attributes of every element."""
    d = description()
    event = tuple(attributes("event").values())
    person = (*d["identity"].values(), *attributes("person").values(), d["person_key"])
    return {
        "Notifikasjon": tuple(attributes("notification").values()),
        **dict.fromkeys(d["events"].values(), event),
        "Bruker": person,
        "Kontaktperson": tuple(d["contact"].values()),
        "Kommune": ("kommuneNr",),
        "Melding": ("versjon", "meldingstype", *d["header"].values()),
        "Ukjent": (),
    }


def words() -> tuple[str, ...]:
    """Names and values of the message."""
    return (*(n for name, those in elements().items() for n in (name, *those)), *batch_words()[-60:], "N", "M", "C")


_FORMATS = ("omsorgstall.formats.events.reader", "omsorgstall.formats.xmlsource")
READER = Reader("events", _FORMATS, read_events, seeds, xml_changer(elements()), words)
INTAKE = Reader(
    "events-intake",
    ("omsorgstall.intake.events", "omsorgstall.intake.parsing", "omsorgstall.intake.persons", "omsorgstall.intake.masking",
     "omsorgstall.intake.identity"),
    take_in_events,
    seeds,
    xml_changer(elements()),
    words,
)  # fmt: skip
