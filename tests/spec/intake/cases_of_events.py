"""For every rule of event messages: notifications on which it fails and passes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pyarrow as pa

from omsorgstall.core import MunicipalityNumber
from omsorgstall.formats.events import Contact, EventHeader, write_message
from omsorgstall.register.schemas import identified_schema
from omsorgstall.register.service_tables import EVENT
from tests.builders.submissions import PERSON, SENDER, Rows
from tests.spec.intake.cases_of_rules import FAILS, PASSES

CONTACTS = tuple(Contact(kind, "Kari Kontakt", "kari@example.no") for kind in (1, 15, 16, 17))
MESSAGE = EventHeader(MunicipalityNumber(SENDER), "Leverandøren", "Fagsystemet", "1.2", "3", CONTACTS, "melding-1")


def guid(n: int) -> str:
    return str(UUID(int=n))


NOTIFICATION = {
    **{k: PERSON[k] for k in ("identity_number", "identity_type", "local_person_id")},
    "status": "N",
    "notification_guid": guid(1),
    "previous_guid": guid(0),
    "running_number": 1,
    "notified_at": datetime(2022, 3, 2, 9, tzinfo=UTC),
    "event": "start",
    "event_guid": guid(1001),
    "service_id": "t1",
    "service_type": 21,
    "event_date": date(2022, 3, 1),
    "registered_at": datetime(2022, 3, 1, 14, tzinfo=UTC),
    "organisation_number": "974760673",
}


def events(rows: Rows) -> pa.Table:
    """Events as the writer takes them; times in UTC."""
    plain = [{k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in row.items()} for row in rows]
    return pa.Table.from_pylist(plain, identified_schema(EVENT))


def message(path: Path, *rows: dict) -> Path:
    """A message of notifications."""
    write_message(path, MESSAGE, events(rows))
    return path


@dataclass(frozen=True)
class EventCase:
    rule: str
    says: str
    outcome: str
    changes: tuple[dict, ...] = ({},)
    edits: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.rule} {self.outcome}: {self.says}"

    def write(self, path: Path) -> Path:
        text = message(path, *(NOTIFICATION | c for c in self.changes)).read_text("utf-8")
        for old, new in self.edits:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        return path


def second(**changes: object) -> tuple[dict, ...]:
    base = {"notification_guid": guid(2), "previous_guid": guid(1), "running_number": 2, "event_guid": guid(1002)}
    return ({}, base | changes)


EVENT_CASES = [
    EventCase("N05", "a GUID", PASSES),
    EventCase("N05", "no GUID", FAILS, edits=((f'notifikasjonGUID="{guid(1)}"', 'notifikasjonGUID="1"'),)),
    EventCase("N01", "version 56.0.0", PASSES),
    EventCase("N01", "no version", FAILS, edits=((' versjon="56.0.0"', ""),)),
    EventCase("N03", "a vendor of 100 characters", PASSES, edits=(("Leverandøren", "L" * 100),)),
    EventCase("N03", "a vendor of 101 characters", FAILS, edits=(("Leverandøren", "L" * 101),)),
    EventCase("N03", "a version of the module of 101 characters", FAILS, edits=(('versjonUt="3"', f'versjonUt="{"3" * 101}"'),)),
    EventCase("N03", "a contact of 100 characters", PASSES, edits=(("Kari Kontakt", "K" * 100),)),
    EventCase("N03", "a contact of 101 characters", FAILS, edits=(("Kari Kontakt", "K" * 101),)),
    EventCase("N04", "a whole number", PASSES),
    EventCase("N04", "a negative number", PASSES, ({"running_number": -1},)),
    EventCase("N04", "a word", FAILS, edits=(('notifikasjonLopeNr="1"', 'notifikasjonLopeNr="en"'),)),
    EventCase("N04", "the message's own a number", PASSES, edits=((' versjon="56.0.0"', ' versjon="56.0.0" lopenr="-7"'),)),
    EventCase("N04", "the message's own a word", FAILS, edits=((' versjon="56.0.0"', ' versjon="56.0.0" lopenr="7a"'),)),
    EventCase("N06", "types 1, 15, 16 and 17", PASSES),
    EventCase("N06", "the last type of the list", PASSES, edits=(('typeKontaktperson="16"', 'typeKontaktperson="19"'),)),
    EventCase("N06", "the type after it", FAILS, edits=(('typeKontaktperson="16"', 'typeKontaktperson="20"'),)),
    EventCase("N06", "type 0", FAILS, edits=(('typeKontaktperson="16"', 'typeKontaktperson="0"'),)),
    EventCase("N06", "no type", FAILS, edits=((' typeKontaktperson="16"', ""),)),
    EventCase("N08", "not told", PASSES),
    EventCase("N08", "a municipality of the year", PASSES, edits=(("<Bruker ", '<Bruker komNrHjem="0301" '),)),
    EventCase("N08", "a municipality that ended in 2019", FAILS, edits=(("<Bruker ", '<Bruker komNrHjem="1001" '),)),
    EventCase("N08", "unknown by its own code", PASSES, edits=(("<Bruker ", '<Bruker komNrHjem="9999" '),)),
    EventCase("N08", "next to it", FAILS, edits=(("<Bruker ", '<Bruker komNrHjem="9998" '),)),
    EventCase("A20", "everything there", PASSES),
    EventCase("A20", "no date", FAILS, ({"event_date": None},)),
    EventCase("A20", "status T is reserved", FAILS, ({"status": "T", "reference_guid": guid(9)},)),
    EventCase("A20", "no event", FAILS, edits=(("<TjenesteStart ", "<Ukjent "), ("</TjenesteStart>", "</Ukjent>"))),
    EventCase("A21", "an original needs none", PASSES),
    EventCase("A21", "a correction with its reference", PASSES, second(status="M", reference_guid=guid(1))),
    EventCase("A21", "a correction without", FAILS, second(status="M")),
    EventCase("A21", "an annulment without", FAILS, second(status="C")),
    EventCase("A22", "rising", PASSES, second()),
    EventCase("A22", "the same again", FAILS, second(running_number=1)),
    EventCase("A22", "the second is no number", FAILS, second(), (('notifikasjonLopeNr="2"', 'notifikasjonLopeNr="to"'),)),
    EventCase("A22", "not a number", FAILS, edits=(('notifikasjonLopeNr="1"', 'notifikasjonLopeNr="en"'),)),
    EventCase("A23", "registered the same day", PASSES),
    EventCase("A23", "registered the day before", FAILS, ({"event_date": date(2022, 3, 2)},)),
    EventCase("N13", "notified at the moment of registration", PASSES, ({"registered_at": datetime(2022, 3, 2, 9, tzinfo=UTC)},)),
    EventCase("N13", "notified a second before", FAILS, ({"registered_at": datetime(2022, 3, 2, 9, 0, 1, tzinfo=UTC)},)),
    EventCase("A24", "long-term stay", PASSES),
    EventCase("A24", "home health services are not reported so", FAILS, ({"service_type": 15},)),
]
