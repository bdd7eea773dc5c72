"""Reading a form with a file (multipart/form-data, RFC 7578) from memory.

The parser that the web framework offers puts larger files on disk; what is sent to be checked must never stand there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_PARTS = 20
MOST_HEADERS = 8 << 10
"""Bytes of the headers of a part; programs send some hundred."""
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(r'[;\s]name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_FILE_NAME = re.compile(r'[;\s]filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


class MultipartError(ValueError):
    """The body is not the form it says it is. The message quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form.

    Attributes:
        file_name: as the sender calls the file; None for a field that is no file.
    """

    name: str
    file_name: str | None
    content: bytes = field(repr=False)


def is_multipart(content_type: str) -> bool:
    """Whether a body with this media type is a form with files."""
    return content_type.split(";")[0].strip().lower() == "multipart/form-data"


def parts_of(content_type: str, body: bytes | bytearray) -> list[Part]:
    """The fields of a form in the order sent.

    Raises:
        MultipartError: when it is cut off or no such form.
    """
    found = _BOUNDARY.search(content_type)
    if not found:
        raise MultipartError("The form does not say what divides it.")
    return list(_parts(body, b"--" + (found[1] or found[2]).encode("latin-1")))


def _parts(body: bytes | bytearray, delimiter: bytes) -> Iterator[Part]:
    # What stands before the first part says nothing.
    at = len(delimiter) if body.startswith(delimiter) else _after(body, b"\r\n" + delimiter, 0)
    for _ in range(MOST_PARTS + 1):
        if body[at : at + 2] == b"--":
            return
        headers = _after(body, b"\r\n", at)
        content = headers if body[headers : headers + 2] == b"\r\n" else _after(body, b"\r\n\r\n", headers) - 2
        if content - headers > MOST_HEADERS:
            raise MultipartError("A field of the form has unreasonably long headers.")
        at = _after(body, b"\r\n" + delimiter, content)
        yield _part(bytes(body[headers:content]), bytes(memoryview(body)[content + 2 : at - len(delimiter) - 2]))
    raise MultipartError(f"The form has more than {MOST_PARTS} fields.")


def _after(body: bytes | bytearray, mark: bytes, start: int) -> int:
    place = body.find(mark, start)
    if place < 0:
        raise MultipartError("The form ends too early.")
    return place + len(mark)


def _part(headers: bytes, content: bytes) -> Part:
    lines = headers.decode("utf-8", errors="replace").split("\r\n")
    disposition = next((line for line in lines if line.lower().startswith("content-disposition:")), "")
    name, file_name = _NAME.search(disposition), _FILE_NAME.search(disposition)
    if name is None:
        raise MultipartError("A field of the form has no name.")
    return Part(_plain(name[1]), _plain(file_name[1]) if file_name else None, content)


def _plain(text: str) -> str:
    """A name as it was: browsers write a quotation mark as ``%22``, other programs put a backslash before it."""
    return re.sub(r"\\(.)", r"\1", text).replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
