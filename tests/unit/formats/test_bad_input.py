"""Files that are no submissions: each is refused with a code that says why, at no cost, and without quoting the content."""

import random
import re
import resource
import zipfile
from pathlib import Path

import pytest

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.formats.batch import content_hash, open_batch, write_csv
from omsorgstall.formats.batch.unknown import MOST
from omsorgstall.formats.events import read_message
from tests.builders.submissions import DIAGNOSIS, HEADER, PAUSE, PERSON, SERVICE, chunk, edited, submission

BOMB = """<?xml version="1.0"?>
<!DOCTYPE innsending [<!ENTITY a "aaaaaaaaaa">%s]>
<innsending xmlns="urn:omsorgstall:arsbatch:1.0" versjon="1.0" kommuneNr="&z;"/>"""
ENTITIES = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True)
)


def everything_read(path) -> None:
    for _ in open_batch(path).chunks():
        pass


def code_of(path) -> str:
    with pytest.raises(OmsorgstallError) as caught:
        everything_read(path)
    assert caught.value.family is ErrorFamily.INPUT_REJECTED
    assert caught.value.todo
    assert PERSON["identity_number"] not in str(caught.value)
    return caught.value.code


@pytest.fixture
def batch(tmp_path):
    return submission(tmp_path / "batch.xml", service=[SERVICE], pause=[PAUSE], diagnosis=[DIAGNOSIS])


@pytest.fixture
def csv_set(tmp_path):
    write_csv(tmp_path / "csv", HEADER, [chunk(service=[SERVICE], diagnosis=[DIAGNOSIS])])
    return tmp_path / "csv"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"  \n ", "empty-file"),
        (b"fid,typeID\n", "not-xml"),
        (b"\x00\x01\x02\x03", "not-xml"),
        (b"<innsending", "truncated"),
        (b"<a></b>", "wrong-root"),
        ("<innsending/>".encode("utf-16"), "wrong-encoding"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><innsending/>', "wrong-encoding"),
        (b'<?xml version="1.0" encoding="klingon"?><innsending/>', "wrong-encoding"),
        (b"<innsending navn='b\xe5t'/>", "wrong-encoding"),
        (b'<innsending xmlns="urn:omsorgstall:arsbatch:0.1"/>', "wrong-root"),
        (b'<innsending xmlns="urn:omsorgstall:arsbatch:1.0" versjon="0.9"/>', "wrong-version"),
        (b'<innsending xmlns="urn:omsorgstall:arsbatch:1.0" versjon="1.0" kommuneNr="42"/>', "bad-header"),
        ((BOMB % ENTITIES).encode(), "doctype"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', "doctype"),
    ],
)
def test_a_file_that_is_no_batch_is_refused_with_its_reason(tmp_path, content, code):
    path = tmp_path / "batch.xml"
    path.write_bytes(content)
    assert code_of(path) == code


def test_an_entity_bomb_of_ten_gigabytes_is_refused_after_its_first_block(tmp_path):
    path = tmp_path / "bomb.xml"
    with path.open("wb") as stream:
        stream.write((BOMB % ENTITIES).encode())
        stream.truncate(10 << 30)  # a sparse file: it has the length and no content
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(path) == "doctype"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


def test_a_tag_without_end_is_refused_before_it_fills_memory(tmp_path):
    path = tmp_path / "endless.xml"
    with path.open("wb") as stream:
        stream.write(b"<innsending navn='")
        for _ in range(64):
            stream.write(b"a" * (1 << 20))
    assert code_of(path) == "too-large"


def test_a_file_cut_off_anywhere_is_refused(batch):
    whole = batch.read_bytes()
    body = whole.index(b"<person")
    for end in random.Random(1).sample(range(body, len(whole) - 2), 60):
        batch.write_bytes(whole[:end])
        assert code_of(batch) == "truncated", end


def test_bytes_that_are_not_utf8_are_found_wherever_they_stand(batch):
    whole = batch.read_bytes()
    place = whole.index(b"brukerNr=") + len(b'brukerNr="')
    batch.write_bytes(whole[:place] + "blåbær".encode("latin-1") + whole[place:])
    assert code_of(batch) == "wrong-encoding"


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(OmsorgstallError) as caught:
        open_batch(tmp_path / "none.xml")
    assert caught.value.family is ErrorFamily.NOT_FOUND


def test_csv_files_with_lost_rows_are_refused(csv_set):
    (csv_set / "tjeneste.csv").write_text((csv_set / "tjeneste.csv").read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert code_of(csv_set) == "truncated"


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("person.csv", None, "missing-file"),
        ("innsending.csv", None, "missing-file"),
        ("person.csv", b"", "empty-file"),
        ("tjeneste.csv", '"fid","typeID"\nb\xe5t,1\n'.encode("latin-1"), "wrong-encoding"),
        ("innsending.csv", b"versjon\n1.0\n1.0\n", "bad-header"),
        ("innsending.csv", b"versjon,versjon\n1.0,1.0\n", "not-csv"),
    ],
)
def test_a_csv_set_that_is_no_batch_is_refused_with_its_reason(csv_set, file, content, code):
    if content is None:
        (csv_set / file).unlink()
    else:
        (csv_set / file).write_bytes(content)
    head = (csv_set / "innsending.csv") if (csv_set / "innsending.csv").exists() else None
    if head and file == "tjeneste.csv":
        head.write_text(head.read_text("utf-8").replace("antall_tjeneste", "uten"), "utf-8")
    assert code_of(csv_set) == code


def test_a_damaged_zip_file_is_refused(tmp_path, csv_set):
    whole = tmp_path / "batch.zip"
    write_csv(whole, HEADER, [chunk()])
    broken = tmp_path / "broken.zip"
    broken.write_bytes(whole.read_bytes()[:-30])
    assert code_of(broken) in {"not-xml", "truncated"}


def test_a_zip_file_whose_content_is_damaged_or_encrypted_is_refused(tmp_path):
    whole = tmp_path / "batch.zip"
    write_csv(whole, HEADER, [chunk()])
    content = bytearray(whole.read_bytes())
    place = content.index(b"person.csv") + len(b"person.csv") + 5
    content[place : place + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "damaged.zip").write_bytes(content)
    assert code_of(tmp_path / "damaged.zip") == "truncated"
    content = bytearray(whole.read_bytes())
    for at in (m.start() for m in re.finditer(b"PK\x01\x02", bytes(content))):
        content[at + 8] |= 1  # the mark of encryption in the central directory
    (tmp_path / "encrypted.zip").write_bytes(content)
    assert code_of(tmp_path / "encrypted.zip") == "not-csv"


def test_a_zip_file_of_a_folder_is_read_but_not_one_of_several(tmp_path, csv_set):
    def packed(*folders: str) -> Path:
        path = tmp_path / f"{len(folders)}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for folder in folders:
                for file in csv_set.iterdir():
                    archive.write(file, f"{folder}/{file.name}")
        return path

    assert open_batch(packed("4204")).header == open_batch(csv_set).header
    everything_read(packed("4204"))
    assert code_of(packed("4204", "4205")) == "not-csv"


def test_elements_within_each_other_without_end_are_refused_before_they_fill_memory(tmp_path, batch):
    head = batch.read_bytes().split(b"<person")[0]
    (tmp_path / "deep.xml").write_bytes(head + b"<a>" * 200_000)
    assert code_of(tmp_path / "deep.xml") == "too-large"


def test_a_person_with_endless_records_is_refused_before_they_fill_memory(tmp_path, batch, monkeypatch):
    monkeypatch.setattr("omsorgstall.formats.batch.xml_reader.MOST_HELD", 20_000)
    whole = batch.read_bytes()
    service = whole[whole.index(b"<diagnose") : whole.index(b"</person>")]
    (tmp_path / "endless.xml").write_bytes(whole.replace(b"</person>", service * 40_000 + b"</person>"))
    assert code_of(tmp_path / "endless.xml") == "too-large"


def test_an_empty_line_is_no_row_but_counts_as_a_line(csv_set):
    path = csv_set / "tjeneste.csv"
    heading, service = path.read_text("utf-8").splitlines()
    path.write_text(f"{heading}\n\n{service}\n\n", "utf-8")
    head = csv_set / "innsending.csv"
    head.write_text(head.read_text("utf-8") + "\n", "utf-8")
    (tables,) = open_batch(csv_set).chunks()
    assert tables["service"]["line"].to_pylist() == [3]


def test_what_is_no_part_of_a_csv_set_does_not_make_it_another_submission(csv_set):
    before = content_hash(csv_set)
    (csv_set / ".notes").write_text("x", "utf-8")
    (csv_set / "old").mkdir()
    assert content_hash(csv_set) == before


def test_a_zip_bomb_is_refused_by_the_sizes_it_states(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("person.csv", "w", force_zip64=True) as inside:
        block = b"0" * (64 << 20)
        for _ in range(33):
            inside.write(block)
    assert code_of(path) == "too-large"


def test_unknown_names_are_counted_and_bounded_and_never_hold_long_digits(tmp_path):
    path = submission(tmp_path / "batch.xml")
    names = "".join(f' navn{n}="1"' for n in range(MOST + 300)) + ' nr01020312345="1"'
    batch = open_batch(edited(path, 'husstand="2"', 'husstand="2"' + names))
    list(batch.chunks())
    found = list(batch.unknown)
    assert sum(u.count for u in found) == MOST + 301
    assert len(found) <= MOST + 1
    assert not any("01020312345" in u.name for u in found)


def test_lines_are_right_far_beyond_the_sixteen_bits_where_some_parsers_stop(tmp_path):
    path = submission(tmp_path / "batch.xml", service=[SERVICE])
    text = path.read_text("utf-8").replace("<person", "\n" * 100_000 + "<person", 1)
    path.write_text(text, "utf-8")
    lines = text.split("\n")
    (tables,) = open_batch(path).chunks()
    line = tables["service"]["line"][0].as_py()
    assert line > 100_000
    assert lines[line - 1].startswith("<tjeneste")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<Melding/>", "wrong-root"),
        (b'<Melding xmlns="http://www.npr.no/xmlstds/56_0_0_ipl" versjon="57.0.1" meldingstype="K"/>', "wrong-version"),
        (b'<Melding xmlns="http://www.npr.no/xmlstds/56_0_0_ipl" versjon="56.0.0" meldingstype="B"/>', "wrong-version"),
        (b'<Melding xmlns="http://www.npr.no/xmlstds/56_0_0_ipl" versjon="56.0.0" meldingstype="K"/>', "bad-header"),
        ((BOMB % ENTITIES).encode(), "doctype"),
    ],
)
def test_a_file_that_is_no_event_message_is_refused_with_its_reason(tmp_path, content, code):
    path = tmp_path / "message.xml"
    path.write_bytes(content)
    with pytest.raises(OmsorgstallError) as caught:
        read_message(path)
    assert caught.value.code == code
