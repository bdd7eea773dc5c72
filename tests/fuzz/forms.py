"""A form with a file, as browsers send it: what is read of it, against Python's own reader of e-mail."""

import re
from email.parser import BytesParser
from email.policy import HTTP

from omsorgstall.app.web.multipart import MOST_PARTS, MultipartError, is_multipart, parts_of
from omsorgstall.formats.held import HeldFile
from tests.fuzz.changing import change_words
from tests.fuzz.reader import Reader

KIND = "multipart/form-data; boundary=XX"


def read_form(data: bytes) -> None:
    """The first line is the media type, the rest the body. Every field and no other, with its own bytes; or no such form."""
    kind, _, body = data.partition(b"\n")
    media_type = kind.decode("latin-1")
    if not is_multipart(media_type):
        return
    try:
        parts = parts_of(media_type, body)
    except MultipartError as error:
        assert len(str(error)) < 80  # noqa: PT017  it quotes nothing
        return
    assert len(parts) <= MOST_PARTS
    for part in parts:
        assert part.content in body
        assert HeldFile.of(part.file_name or "", part.content).name == (HeldFile.of(part.file_name or "", b"").name)
        assert "/" not in HeldFile.of(part.file_name or "", b"").name
    if media_type == KIND and _plain(body):
        message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {media_type}\r\n\r\n".encode() + body)
        payloads = [p.get_payload(decode=True) for p in message.get_payload()] if message.is_multipart() else []
        assert [p.content for p in parts] == payloads


def _plain(body: bytes) -> bool:
    """Whether both readers must agree: lines end as they should, each divider is one, and each part has headers of its own."""
    lines = body.split(b"\r\n")
    dividers = [line for line in lines if line.startswith(b"--XX")]
    whole = lines[0] == b"--XX" and dividers[-1] == b"--XX--" and set(dividers[:-1]) == {b"--XX"} and lines[-1] == b""
    headers = all(re.match(rb"--XX\r\nContent-Disposition: [^\r\n]*\r\n\r\n", b"--XX" + p) for p in body.split(b"--XX")[1:-1])
    return (
        whole
        and headers
        and body.count(b"\n") == body.count(b"\r") == len(lines) - 1
        and lines[-2] == b"--XX--"
        and body.isascii()
    )


def seeds() -> dict[str, bytes]:
    """Forms as browsers and programs send them, and such as are none."""
    file = b'--XX\r\nContent-Disposition: form-data; name="fil"; filename="a.xml"\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n'
    bare = b'--XX\r\nContent-Disposition: form-data; name="fil"; filename="a.xml"\r\n\r\n<a/>\r\n'
    year = b'--XX\r\nContent-Disposition: form-data; name="argang"\r\n\r\n2022\r\n'
    bodies = {
        "file": file + b"--XX--\r\n",
        "file-and-year": bare + year + b"--XX--\r\n",
        "no-headers": b"--XX\r\n\r\nabc\r\n--XX--",
        "before-and-after": b"before\r\n" + file + b"--XX--\r\nafter",
        "not-closed": file,
        "no-name": file.replace(b"name", b"nam"),
        "many": year * 25 + b"--XX--\r\n",
        "divider-within": bare.replace(b"<a/>", b"--XX <a/>\r\n--XXX") + b"--XX--\r\n",
        "folders": bare.replace(b"a.xml", rb"C:\\..\\a.xml") + b"--XX--\r\n",
        "signs": bare.replace(b"a.xml", rb"a\"%22%0D.xml") + b"--XX--\r\n",
        "nothing": b"",
    }
    kinds = {"quoted": 'multipart/form-data; boundary="X X"', "none": "multipart/form-data", "other": "text/xml"}
    found = {name: KIND.encode() + b"\n" + body for name, body in bodies.items()}
    return found | {f"kind-{n}": k.encode() + b"\n" + bodies["file"].replace(b"XX", b"X X") for n, k in kinds.items()}


WORDS = (
    "--XX",
    "--XX--",
    "\r\n",
    "\n",
    "Content-Disposition: form-data",
    'name="fil"',
    'filename="',
    "; ",
    '"',
    "\\",
    "boundary=",
    "XX",
    "%22",
    "--",
)


def words() -> tuple[str, ...]:
    """Pieces of a form."""
    return WORDS


READER = Reader(
    "form", ("omsorgstall.app.web.multipart", "omsorgstall.formats.held"), read_form, seeds, change_words(WORDS), words, 1500
)
