"""The annual batch as XML: what the reader hands out, against every start tag as a plain parser sees it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from xml.parsers import expat

import pyarrow as pa

from omsorgstall.core import ErrorFamily
from omsorgstall.formats.batch import file_tables, open_batch
from omsorgstall.formats.batch.layout import description
from omsorgstall.formats.batch.unknown import MOST
from tests.builders.submissions import DIAGNOSIS, PAUSE, SERVICE, STAY, submission
from tests.fuzz.changing import VALUES, xml_changer
from tests.fuzz.reader import Reader, as_file, refusing, scratch

Row = tuple[tuple[str, str], ...]


def read_batch_xml(data: bytes) -> None:
    """Every element of a file that is read is a row with its own values, or counted as unknown; chunk size does not matter."""
    path = as_file(data)
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        batch = open_batch(path)
        if not data.startswith(b"<") and b"PK\x05\x06" in data:
            return
        chunks = list(batch.chunks())
    if refused:
        return
    rows, unknown = seen(data)
    assert _handed_out(chunks) == rows
    found = list(batch.unknown)
    if len(found) < MOST:
        assert sum(u.count for u in found if not u.table) == unknown
    if len(data) % 4 == 0:  # reading twice takes twice as long: one input in four
        sizes = list(batch.chunks(1))
        assert _handed_out(sizes) == rows
        assert all(t.num_rows == 0 or c["person"].num_rows > 0 for c in chunks + sizes for t in c.values())


def _handed_out(chunks: Iterable[Mapping[str, pa.Table]]) -> Counter[tuple[str, int, Row]]:
    """Every row: its table, its line, and what it says, with that of its person."""
    found: Counter[tuple[str, int, Row]] = Counter()
    for chunk in chunks:
        for name, table in chunk.items():
            for row in table.to_pylist() if table.num_rows else ():
                line, _ = row.pop("line"), row.pop("person")
                found[name, line, tuple(sorted((k, v) for k, v in row.items() if v))] += 1
    return found


def seen(data: bytes) -> tuple[Counter[tuple[str, int, Row]], int]:
    """The same, found by walking the elements one by one; and how many elements are no record of the layout."""
    walk = _Walk()
    parser = expat.ParserCreate(namespace_separator="|")
    walk.parser = parser
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = lambda _: walk.open.pop()
    parser.Parse(data, True)
    return walk.rows, walk.unknown


class _Walk:
    parser: Any

    def __init__(self) -> None:
        self.rows: Counter[tuple[str, int, Row]] = Counter()
        self.unknown = 0
        self.open: list[tuple[str, dict[str, str]]] = []
        self.identity: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition("|")
        parent = self.open[-1][0] if self.open else None
        table = _TABLES.get((parent, local)) if namespace == description()["namespace"] else None
        if parent is None or table is None:
            self.unknown += parent is not None
            self.open.append(("innsending" if parent is None else "", attributes))
            return
        row = {f.column: attributes[f.attribute] for f in file_tables()[table].csv_fields if attributes.get(f.attribute)}
        if table == "person":
            self.identity = {k: row[k] for k in ("identity_number", "identity_type") if k in row}
        elif table in ("pause", "stay"):
            row.pop("service_id", None)
            if service := self.open[-1][1].get("tjenesteID"):
                row["service_id"] = service
        if table != "person":
            row = {k: v for k, v in row.items() if k not in ("identity_number", "identity_type")} | self.identity
        self.rows[table, self.parser.CurrentLineNumber, tuple(sorted(row.items()))] += 1
        self.open.append((table, attributes))


_TABLES = {
    ("innsending" if t.name == "person" else t.parent, t.element): t.name  # by the parent and the element
    for t in file_tables().values()
}


def seeds() -> dict[str, bytes]:
    """Small submissions as written, and shapes that the writer never writes."""
    folder = scratch()
    plain = submission(folder / "seed.xml").read_bytes()
    full = submission(folder / "seed.xml", service=[SERVICE, STAY], pause=[PAUSE], diagnosis=[DIAGNOSIS]).read_bytes()
    root = plain[: plain.index(b"<person")]
    return {
        "one-person": plain,
        "service-with-pause": full,
        "no-person": root + b"</innsending>",
        "two-persons": plain.replace(b"</innsending>", plain[plain.index(b"<person") :]),
        "unknown-elements": full.replace(b"<person", b"<ukjent a='1'><person/></ukjent><person", 1),
        "other-namespace": full.replace(b"<tjeneste", b"<x:tjeneste xmlns:x='urn:x'", 1).replace(
            b"</tjeneste>", b"</x:tjeneste>", 1
        ),
        "entities-and-comments": full.replace(b"b1", b"b&#49;<!-- -->".replace(b"<!-- -->", b""), 1).replace(
            b"<person", b"<!-- a --><person"
        ),
        "doctype": b"<!DOCTYPE a>" + plain,
        "cut-off": full[:-20],
        "latin-1": plain.replace("Leverandøren".encode(), b"Leverand\xf8ren"),
        "byte-order-mark": b"\xef\xbb\xbf" + plain,
        "mixed-content": full.replace(b"<person", b"text<![CDATA[<person/>]]><person"),
    }


def elements() -> dict[str, tuple[str, ...]]:
    """Attributes of every element."""
    known = {t.element: tuple(f.attribute for f in t.csv_fields) for t in file_tables().values()}
    return known | {description()["root"]: tuple(description()["header"].values()), "ukjent": ()}


def words() -> tuple[str, ...]:
    """Names and values of the layout, and pieces of XML."""
    names = sorted({n for name, those in elements().items() for n in (name, *those)})
    syntax = ("<!DOCTYPE", "<![CDATA[", "]]>", "<!--", "-->", "<?xml", "&#10;", "&amp;", "xmlns=", "/>", "</", '=""', "UTF-8")
    return (*names, *(v for v in VALUES if v), *syntax, description()["namespace"])


READER = Reader(
    "batch-xml",
    (
        "omsorgstall.formats.batch.xml_reader",
        "omsorgstall.formats.xmlsource",
        "omsorgstall.formats.batch.header",
        "omsorgstall.formats.batch.opening",
        "omsorgstall.formats.batch.unknown",
    ),
    read_batch_xml,
    seeds,
    xml_changer(elements()),
    words,
)
