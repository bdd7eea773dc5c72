"""Reading event messages with lxml alone and moving the rows of the batches on, one notification at a time.

Nothing of the program's own reading or folding is used.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml import etree

NAMESPACE = "{http://www.npr.no/xmlstds/56_0_0_ipl}"
YEAR_END = (12, 31)


def notifications(folder: Path) -> list[dict[str, object]]:
    """Every notification in the order it was sent."""
    found = []
    for path in sorted(folder.glob("*.xml")):
        root = etree.parse(path).getroot()
        municipality = root.find(NAMESPACE + "Kommune").get("kommuneNr")
        for element in root.iter(NAMESPACE + "Notifikasjon"):
            (event,) = element
            found.append(
                dict(element.attrib)
                | dict(event.attrib)
                | dict(event[0].attrib)
                | {"event": etree.QName(event).localname, "municipality": municipality}
            )
    return sorted(found, key=lambda n: (n["municipality"], int(n["notifikasjonLopeNr"])))


def moved_on(rows: dict[str, list[dict[str, object]]], folder: Path, extracted: datetime) -> dict[str, list[dict[str, object]]]:
    """The rows after the events; ``extracted`` is Norwegian time, as the batches give it."""
    taken = extracted.replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC)
    services = {(s["municipality"], s["pseudonym"], s["service_id"]): dict(s) for s in rows["service"]}
    persons = list(rows["person"])
    year = rows["service"][0]["data_year"]
    chains: dict[str, list[dict[str, object]]] = {}
    for n in notifications(folder):
        chains.setdefault(n.get("notifikasjonRef") or n["notifikasjonGUID"], []).append(n)
    for chain in sorted(chains.values(), key=lambda c: int(c[-1]["notifikasjonLopeNr"])):
        last, first = chain[-1], chain[0]
        original = _time(first["hendelseRegTid"]) if first["statusNotifikasjon"] == "N" else None
        came = _time(last["hendelseRegTid" if last is first and original else "notifikasjonTid"])
        held = last["statusNotifikasjon"] != "N" and (original is None or original <= taken)
        within = date.fromisoformat(last["hendelseDato"]) <= date(year, *YEAR_END)
        if came > taken and (held or (within and last["statusNotifikasjon"] != "C")):
            _apply(last, services, persons, year)
    return {"person": persons, "service": list(services.values())}


def _apply(last, services, persons, year) -> None:
    key = (last["municipality"], last["fid"], last["tjenesteID"])
    day, undo = date.fromisoformat(last["hendelseDato"]), last["statusNotifikasjon"] == "C"
    if last["event"] == "TjenesteStart" and undo:
        services.pop(key, None)
    elif last["event"] == "TjenesteStart":
        who = {"data_year": year, "municipality": last["municipality"], "pseudonym": last["fid"]}
        if not any(p["municipality"] == last["municipality"] and p["pseudonym"] == last["fid"] for p in persons):
            district = last.get("bydel")
            persons.append(who | {"birth_date": born(last["fid"]), "birth_year": None, "death_date": None, "district": district})
        new = who | {"service_type": int(last["tjenesteType"]), "outcome": None, "end_date": None}
        services.setdefault(key, new)["start_date"] = day
    elif last["event"] == "TjenesteSlutt" and key in services:
        services[key]["end_date"] = None if undo else day


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def born(number: str) -> date:
    """The birth date in the number of a made-up person: month + 80, and day + 40 in a D-number."""
    day, month, short, individual = int(number[:2]) % 40, int(number[2:4]) - 80, int(number[4:6]), int(number[6:9])
    if individual < 500 or (individual >= 900 and short >= 40):
        century = 1900
    else:
        century = 1800 if individual < 750 and short >= 54 else 2000
    return date(century + short, month, day or 40)
