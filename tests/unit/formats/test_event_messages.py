"""The continuous event message is what HIS 1135 (56.0.0) says: by its facts and by the national schema."""

import re
from datetime import date

import pytest
from lxml import etree

from omsorgstall.core import OmsorgstallError
from omsorgstall.formats.events import EventHeader, read_message, write_message
from tests.national_schema import national_schema
from tests.spec.intake.cases_of_events import MESSAGE, NOTIFICATION, events, guid, message

NAMESPACE = "{http://www.npr.no/xmlstds/56_0_0_ipl}"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ELEMENTS = {
    "start": "TjenesteStart",
    "end": "TjenesteSlutt",
    "provider_change": "TjenesteutforerEndret",
    "pause_from": "MidlertidigStoppFra",
    "pause_to": "MidlertidigStoppTil",
}


def every_kind() -> list[dict]:
    """All five events, a correction and an annulment."""
    rows = []
    for n, event in enumerate([*ELEMENTS, "start", "end"], start=1):
        pause = {"pause_id": "p1"} if event.startswith("pause") else {}
        numbers = {"notification_guid": guid(n), "previous_guid": guid(n - 1), "running_number": n, "event_guid": guid(1000 + n)}
        rows.append(NOTIFICATION | {"event": event, "event_date": date(2022, 3, 1)} | numbers | pause)
    rows[5] |= {"status": "M", "reference_guid": guid(1), "district": "030101"}
    rows[6] |= {"status": "C", "reference_guid": guid(2), "organisation_number": None, "service_id": 'a"<&>'}
    return rows


@pytest.fixture
def written(tmp_path):
    return message(tmp_path / "message.xml", *every_kind())


def test_what_is_written_is_read_again(written):
    raw = read_message(written)
    assert raw.header == MESSAGE
    assert list(raw.unknown) == []
    wanted = events(every_kind())
    for name in wanted.column_names:
        found = raw.table[name].to_pylist()
        if name in ("notified_at", "registered_at"):
            assert [f.removesuffix("Z") for f in found] == [t.isoformat() for t in wanted[name].to_pylist()]
        else:
            assert found == [None if v is None else str(v) for v in wanted[name].to_pylist()]


def test_a_message_has_the_head_the_specification_requires(written):
    root = etree.parse(written).getroot()
    assert root.tag == NAMESPACE + "Melding"
    assert (root.get("versjon"), root.get("meldingstype")) == ("56.0.0", "K")
    assert {"leverandor", "navnEPJ", "versjonEPJ", "versjonUt"} <= set(root.attrib)
    assert not {"fraDatoPeriode", "tilDatoPeriode", "uttakDato", "lopenr"} & set(root.attrib)
    assert {"1", "15", "16", "17"} <= {c.get("typeKontaktperson") for c in root.iter(NAMESPACE + "Kontaktperson")}
    assert [k.attrib for k in root.iter(NAMESPACE + "Kommune")] == [{"kommuneNr": "4204"}]
    order = [etree.QName(child).localname for child in root]
    assert order == sorted(order, key=["Notifikasjon", "Kontaktperson", "Kommune"].index)


def test_a_notification_has_one_event_of_one_person(written):
    for notification, row in zip(etree.parse(written).getroot().iter(NAMESPACE + "Notifikasjon"), every_kind(), strict=True):
        assert {
            "statusNotifikasjon",
            "notifikasjonTid",
            "notifikasjonGUID",
            "notifikasjonForrigeGUID",
            "notifikasjonLopeNr",
        } <= set(notification.attrib)
        (event,) = notification
        assert event.tag == NAMESPACE + ELEMENTS[row["event"]]
        assert {"hendelseGUID", "tjenesteID", "tjenesteType", "hendelseRegTid", "hendelseDato"} <= set(event.attrib)
        assert ("midlertidigStoppID" in event.attrib) == row["event"].startswith("pause")
        (person,) = event
        assert person.tag == NAMESPACE + "Bruker"
        assert (
            {"pasientGUID", "brukerNr", "fid", "typeID"}
            <= set(person.attrib)
            <= {"pasientGUID", "brukerNr", "fid", "typeID", "bydel"}
        )


def test_the_chain_begins_with_zeros_rises_and_refers_to_an_original(written):
    notifications = list(etree.parse(written).getroot().iter(NAMESPACE + "Notifikasjon"))
    guids = [n.get("notifikasjonGUID") for n in notifications]
    assert all(GUID.fullmatch(g) for g in guids)
    assert [n.get("notifikasjonForrigeGUID") for n in notifications] == [guid(0), *guids[:-1]]
    numbers = [int(n.get("notifikasjonLopeNr")) for n in notifications]
    assert numbers == sorted(set(numbers))
    originals = {n.get("notifikasjonGUID") for n in notifications if n.get("statusNotifikasjon") == "N"}
    for notification in notifications:
        corrects = notification.get("statusNotifikasjon") in ("M", "C")
        assert (notification.get("notifikasjonRef") in originals) == corrects


def test_a_message_without_a_required_contact_is_not_written(tmp_path):
    header = EventHeader(MESSAGE.municipality, "V", "S", "1", "1", MESSAGE.contacts[:2])
    with pytest.raises(ValueError, match=r"16, 17"):
        write_message(tmp_path / "message.xml", header, events([]))


@pytest.mark.parametrize("rows", [every_kind(), []], ids=["every kind of event", "no event"])
def test_what_is_written_validates_against_the_national_schema(tmp_path, rows):
    national_schema().assertValid(etree.parse(message(tmp_path / "message.xml", *rows)))


def test_the_national_schema_refuses_a_message_without_its_version(written):
    root = etree.parse(written).getroot()
    del root.attrib["versjon"]
    assert not national_schema().validate(root)


def refused(path, whole: bytes) -> str:
    path.write_bytes(whole)
    with pytest.raises(OmsorgstallError) as caught:
        read_message(path)
    return caught.value.code


def test_a_message_with_elements_within_each_other_without_end_is_refused_before_it_fills_memory(tmp_path, written):
    head = written.read_bytes().split(b"<Notifikasjon")[0]
    assert refused(tmp_path / "deep.xml", head + b"<a>" * 200_000) == "too-large"


def test_a_message_with_endless_contacts_is_refused_before_they_fill_memory(tmp_path, written):
    contact = re.search(rb"<Kontaktperson[^>]*/>", written.read_bytes()).group()
    whole = written.read_bytes().replace(contact, contact * 40_000)
    assert refused(tmp_path / "endless.xml", whole) == "too-large"
