"""The annual batch as CSV files: every line of every file is a row, an empty line, or told of."""

import csv
import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

import pyarrow as pa

from omsorgstall.core import ErrorFamily
from omsorgstall.formats.batch import content_hash, file_tables, open_batch, write_csv
from omsorgstall.formats.batch.csv_reader import known_files
from omsorgstall.formats.batch.unknown import MOST
from omsorgstall.formats.events import is_message
from omsorgstall.formats.zipsource import is_packed
from tests.builders.submissions import DIAGNOSIS, HEADER, PAUSE, SERVICE, STAY, chunk, submission
from tests.fuzz.changing import VALUES, change_lines
from tests.fuzz.reader import Reader, as_file, refusing, scratch

DIVIDER = b"\n=== "
"""Stands between the files of a set in one input, before the name of the next."""


def read_batch_csv(data: bytes) -> None:
    """Rows are those that Python's own reader of CSV finds, and come in any number of chunks."""
    files = files_of(data)
    path = as_folder(files)
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        batch = open_batch(path)
        chunks = list(batch.chunks())
    if refused:
        return
    tables = {name: pa.concat_tables([c[name] for c in chunks]) for name in file_tables()}
    told = Counter({u.table: u.count for u in batch.unknown if not u.name}) if len(list(batch.unknown)) < MOST else None
    for name, table in file_tables().items():
        content = files.get(f"{table.element}.csv", b"")
        assert tables[name].schema == table.raw()
        if told is not None:
            _complete(table.csv_fields, content, tables[name], told[name])
    assert _rows(batch.chunks(1)) == _rows(chunks)


def _complete(fields: Iterable[object], content: bytes, found: pa.Table, told: int) -> None:
    """As many rows as lines that say something; and where no quote makes lines hard to count, the very same rows."""
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    quoted = '"' in text
    if quoted:
        lines = list(csv.reader(io.StringIO(text, newline="")))
        if any('"' in cell for line in lines for cell in line):
            return  # a quote within a value: the two readers may rightly differ
    else:
        lines = [line.split(",") for line in text.removesuffix("\n").split("\n")]
    heading, rest = lines[:1], [line for line in lines[1:] if any(line)]
    # A line of commas or quotes alone is empty when it has a cell for each column, and told of when it has not.
    assert len(rest) <= found.num_rows + told <= len([line for line in lines[1:] if line not in ([], [""]) or quoted])
    names = heading[0] if heading else []
    wanted = [
        tuple(dict(zip(names, line, strict=True)).get(f.attribute) or None for f in fields)
        for line in rest
        if len(line) == len(names)
    ]
    if len(names) > 1:
        assert sorted(map(repr, wanted)) == sorted(repr(tuple(r.values())[2:]) for r in found.to_pylist())


def _rows(chunks: Iterable[Mapping[str, pa.Table]]) -> Counter[str]:
    """Every row with the identity of its person in the chunk."""
    found: Counter[str] = Counter()
    for chunk_ in chunks:
        numbers = chunk_["person"]["identity_number"].to_pylist()
        for name, table in chunk_.items():
            for row in table.to_pylist():
                owner = row.pop("person")
                found[repr((name, row, numbers[owner] if owner >= 0 else "nobody"))] += 1
    return found


def files_of(data: bytes) -> dict[str, bytes]:
    """The files of an input."""
    found = {}
    for part in (b"\n" + data).split(DIVIDER)[1:]:
        name, _, content = part.partition(b"\n")
        found[name.decode("latin-1")] = content
    return found


def as_folder(files: Mapping[str, bytes]) -> Path:
    """The files of a set in a folder; others than those of the layout are left out."""
    folder = scratch() / "set"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in files.keys() & known_files():
        (folder / name).write_bytes(files[name])
    return folder


def joined(files: Mapping[str, bytes]) -> bytes:
    """An input of these files."""
    return b"".join(DIVIDER + name.encode("latin-1") + b"\n" + content for name, content in files.items())[1:]


@cache
def plain_files() -> dict[str, bytes]:
    """A small set: the header, a person and her services."""
    folder = scratch() / "written"
    write_csv(folder, HEADER, [chunk(service=[SERVICE, STAY], pause=[PAUSE], diagnosis=[DIAGNOSIS])])
    wanted = ("innsending.csv", "person.csv", "tjeneste.csv", "diagnose.csv")
    return {name: (folder / name).read_bytes() for name in wanted}


def seeds() -> dict[str, bytes]:
    """Sets as written, and what other programs make of CSV."""
    files = plain_files()
    head, person = files["innsending.csv"], files["person.csv"]
    short = {"innsending.csv": _without_counts(head), "person.csv": b"fid,typeID,brukerNr\n17892012345,1,b1\n"}
    service = b"fid,typeID,tjenesteID\n17892012345,1,t1\n17892012345,1,\n"

    def with_person(content: bytes) -> bytes:
        return joined(short | {"person.csv": content})

    return {
        "as-written": joined(files),
        "two-files": joined({"innsending.csv": head, "person.csv": person}),
        "short": joined(short | {"tjeneste.csv": service}),
        "carriage-returns-only": joined({k: v.replace(b"\n", b"\r") for k, v in short.items()}),
        "carriage-returns-too": joined({k: v.replace(b"\n", b"\r\n") for k, v in short.items()}),
        "heading-without-line-end": with_person(b"fid,typeID,brukerNr"),
        "newline-in-a-value": with_person(b'fid,typeID,brukerNr\n17892012345,1,"b\n1"\n'),
        "quoted-heading": with_person(b'"fid","typeID","brukerNr"\n"17892012345","1","b1"\n'),
        "comma-in-the-heading": with_person(b'fid,"a,b",brukerNr\n01,1,b1\n'),
        "semicolons": with_person(b"fid;typeID;brukerNr\n17892012345;1;b1\n"),
        "too-many-fields": with_person(b"fid,typeID,brukerNr\n1,1,b1,x\n2,1,b2\n"),
        "too-few-fields": with_person(b"fid,typeID,brukerNr\n1\n2,1,b2\n"),
        "byte-order-mark": with_person(b"\xef\xbb\xbffid,typeID,brukerNr\n1,1,b1\n"),
        "empty-lines": with_person(b"fid,typeID,brukerNr\n\n1,1,b1\n\n\n"),
        "row-without-person": joined(short | {"tjeneste.csv": service.replace(b"17892012345", b"5")}),
        "open-quote": with_person(b'fid,typeID,brukerNr\n1,1,"b1\n2,1,b2\n'),
        "one-column": with_person(b"fid\n1\n\n2\n"),
    }


def _without_counts(head: bytes) -> bytes:
    names, values = (line.split(b",") for line in head.splitlines())
    kept = [n for n, name in enumerate(names) if not name.startswith(b'"antall')]
    return b",".join(names[n] for n in kept) + b"\n" + b",".join(values[n] for n in kept) + b"\n"


def words() -> tuple[str, ...]:
    """Names of files and columns, and values."""
    columns = {f.attribute for t in file_tables().values() for f in t.csv_fields}
    return (
        *sorted(columns),
        *(f"\n=== {n}\n" for n in sorted(known_files())),
        *(v for v in VALUES if v),
        '"',
        "\r",
        "\r\n",
        "\n",
        ",",
    )


def read_opening(data: bytes) -> None:
    """Any bytes, as a file of any name: they are an event message, a batch, a zip file of one, or refused."""
    path = as_file(data, "input.zip")
    if is_message(path):
        assert b"Melding" in data
    assert len(content_hash(path)) == 64
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        batch = open_batch(path)
        chunks = list(batch.chunks())
    if refused or not is_packed(path):
        return
    unpacked = {}
    with zipfile.ZipFile(path.open("rb")) as archive:
        for entry in archive.infolist():
            if (name := PurePosixPath(entry.filename).name) in known_files():
                unpacked[name] = archive.read(entry)
    folder = open_batch(as_folder(unpacked))
    assert _rows(folder.chunks()) == _rows(chunks)
    assert folder.header == batch.header


def opening_seeds() -> dict[str, bytes]:
    """Zip files of a small set, packed, stored and in a folder; and files that are none."""
    short = files_of(seeds()["short"])
    found = {
        "packed": zipped(short, zipfile.ZIP_DEFLATED),
        "stored": zipped(short, zipfile.ZIP_STORED),
        "in-a-folder": zipped({f"4204/{k}": v for k, v in short.items()}, zipfile.ZIP_STORED),
        "twice": zipped(short | {f"x/{k}": v for k, v in short.items()}, zipfile.ZIP_STORED),
        "bzip2": zipped(short, zipfile.ZIP_BZIP2),
        "lzma": zipped(short, zipfile.ZIP_LZMA),
        "empty": zipped({}, zipfile.ZIP_STORED),
        "up-and-out": zipped({f"../{k}": v for k, v in short.items()}, zipfile.ZIP_STORED),
        "text": b"fid,typeID\n",
        "xml": submission(scratch() / "seed.xml").read_bytes(),
        "nothing": b"",
        "utf-16": "<innsending/>".encode("utf-16"),
    }
    encrypted = bytearray(found["stored"])
    for at in range(len(encrypted) - 4):
        if encrypted[at : at + 4] == b"PK\x01\x02":
            encrypted[at + 8] |= 1
    return found | {"encrypted": bytes(encrypted), "cut-off": found["packed"][:-30], "behind-xml": found["xml"] + found["stored"]}


def zipped(files: Mapping[str, bytes], method: int) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def opening_words() -> tuple[str, ...]:
    """Signatures and names within a zip file."""
    return ("PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", *sorted(known_files()), "\x00\x00", "\x7f\x7f")


READER = Reader(
    "batch-csv",
    ("omsorgstall.formats.batch.csv_reader", "omsorgstall.formats.batch.header"),
    read_batch_csv,
    seeds,
    change_lines,
    words,
    2500,
)
OPENING = Reader(
    "opening",
    (
        "omsorgstall.formats.batch.opening",
        "omsorgstall.formats.zipsource",
        "omsorgstall.formats.batch.csv_reader",
        "omsorgstall.formats.xmlsource",
    ),
    read_opening,
    opening_seeds,
    None,
    opening_words,
    4096,
)
