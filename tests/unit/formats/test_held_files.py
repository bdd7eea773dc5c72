"""A file held in memory is read as the same file on disk, and a zip file that lies about its content does no harm."""

import io
import struct
import zipfile

import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.formats.batch import open_batch, write_csv
from omsorgstall.formats.events import is_message, read_message
from omsorgstall.formats.held import HeldFile
from omsorgstall.formats.zipsource import MOST_ENTRIES
from tests.builders.submissions import HEADER, SERVICE, chunk, submission
from tests.spec.intake.cases_of_events import NOTIFICATION, message

BLOCK = b"0" * (1 << 20)


def held(path) -> HeldFile:
    return HeldFile.of(path.name, path.read_bytes())


def code_of(file, **limits: int) -> str:
    with pytest.raises(OmsorgstallError) as caught:
        list(open_batch(file, **limits).chunks())
    return caught.value.code


@pytest.fixture
def packed(tmp_path):
    write_csv(tmp_path / "batch.zip", HEADER, [chunk(service=[SERVICE])])
    return tmp_path / "batch.zip"


def test_a_batch_in_memory_is_the_batch_on_disk(tmp_path, packed):
    for path in (packed, submission(tmp_path / "batch.xml", service=[SERVICE])):
        on_disk, in_memory = open_batch(path), open_batch(held(path))
        assert in_memory.header == on_disk.header
        assert list(in_memory.chunks()) == list(on_disk.chunks())


def test_a_message_in_memory_is_the_message_on_disk(tmp_path):
    path = message(tmp_path / "message.xml", NOTIFICATION)
    assert is_message(held(path))
    assert read_message(held(path)).table == read_message(path).table


def test_a_file_in_memory_has_no_folder_in_its_name():
    assert HeldFile.of("C:\\uttrekk\\batch.xml", b"").name == "batch.xml"
    assert HeldFile.of("../../batch.xml", b"").name == "batch.xml"
    assert "hemmelig" not in repr(HeldFile.of("a", b"hemmelig"))


def zip_of(content: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return stream.getvalue()


def stating(whole: bytes, size: int) -> HeldFile:
    """The zip file with another size of its first file in the directory."""
    place = whole.index(b"PK\x01\x02") + 24
    return HeldFile.of("lying.zip", whole[:place] + struct.pack("<L", size) + whole[place + 4 :])


def test_a_zip_file_that_states_too_little_is_never_unpacked_beyond_it(monkeypatch):
    read = []
    original = zipfile.ZipExtFile._read1

    def counted(self, n):
        found = original(self, n)
        read.append(len(found))
        return found

    monkeypatch.setattr(zipfile.ZipExtFile, "_read1", counted)
    assert code_of(stating(zip_of({"innsending.csv": BLOCK * 50}), 100)) == "truncated"
    assert sum(read) <= 100


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_packing_that_cannot_be_undone_piece_by_piece_is_not_read(method):
    assert code_of(HeldFile.of("a.zip", zip_of({"innsending.csv": b"versjon\n1.0\n"}, method))) == "not-csv"


def test_a_directory_of_endless_entries_is_refused_before_it_is_read(monkeypatch):
    whole = zip_of({f"{n}": b"" for n in range(MOST_ENTRIES + 1)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert code_of(HeldFile.of("a.zip", whole)) == "too-large"


def test_the_files_of_a_set_may_not_be_larger_together_than_the_reader_says(packed):
    size = sum(i.file_size for i in zipfile.ZipFile(packed).infolist())
    list(open_batch(held(packed), most_bytes=size).chunks())
    assert code_of(held(packed), most_bytes=size - 1) == "too-large"


def test_a_heading_of_endless_columns_is_refused():
    head = b",".join(b"k%d" % n for n in range(1_001))
    assert code_of(HeldFile.of("a.zip", zip_of({"innsending.csv": head + b"\n"}))) == "not-csv"
