"""Reading generated files with lxml alone, as rows for the slow twins: nothing of the program's own reading is used."""

from datetime import date
from pathlib import Path

from lxml import etree

NAMESPACE = "{urn:omsorgstall:arsbatch:1.0}"


def rows_of(files: Path) -> dict[str, list[dict[str, object]]]:
    """Persons and services of every file, with the identity number itself as the person."""
    found: dict[str, list[dict[str, object]]] = {"person": [], "service": []}
    for path in sorted(files.rglob("*.xml")):
        root = etree.parse(path).getroot()
        place = {"data_year": int(root.get("argang")), "municipality": root.get("kommuneNr")}
        for person in root.iter(NAMESPACE + "person"):
            who = place | {"pseudonym": person.get("fid")}
            found["person"].append(who | _person(person))
            found["service"] += [who | _service(s) for s in person.iter(NAMESPACE + "tjeneste")]
    return found


def _date(element: etree._Element, name: str) -> date | None:
    text = element.get(name)
    return date.fromisoformat(text) if text else None


def _whole(element: etree._Element, name: str) -> int | None:
    text = element.get(name)
    return int(text) if text else None


def _person(element: etree._Element) -> dict[str, object]:
    return {
        "birth_date": _date(element, "fodselsdato"),
        "birth_year": _whole(element, "fodselsar"),
        "death_date": _date(element, "dodsdato"),
        "district": element.get("bydel"),
    }


def _service(element: etree._Element) -> dict[str, object]:
    return {
        "service_id": element.get("tjenesteID"),
        "service_type": _whole(element, "tjenesteType"),
        "outcome": _whole(element, "utfall"),
        "start_date": _date(element, "tjenestestart"),
        "end_date": _date(element, "tjenesteslutt"),
    }


def identity_numbers(files: Path) -> set[str]:
    """Every identity number written in the files."""
    found: set[str] = set()
    for path in files.rglob("*.xml"):
        for _, element in etree.iterparse(path, tag=NAMESPACE + "person"):
            found.add(element.get("fid"))
            element.clear()
    return found
