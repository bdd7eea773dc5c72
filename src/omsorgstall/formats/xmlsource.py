"""Reading XML from strangers: a streaming parser that refuses what could harm before it costs anything.

Expat hands out elements one by one with their line number (``lxml`` stops counting at 65,535 on some versions, and its
interfaces without a tree have no line numbers). DOCTYPE and thereby entities are refused at their first character, external
resources are never read, and a single token larger than ``MAX_TOKEN`` ends the reading, so memory stays bounded.
"""

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from omsorgstall.core import OmsorgstallError
from omsorgstall.formats.faults import rejected
from omsorgstall.formats.held import SentFile

BLOCK = 1 << 18
ROOT_BLOCK = 1 << 12
"""Read at a time when only the root element is wanted; most files of small municipalities fit in one ``BLOCK``."""
MAX_TOKEN = 4 << 20
"""Bytes a single tag or text may have; a record of the layouts has less than a thousandth."""
_SIGNS = 4
"""Bytes by which a file is known to begin as XML: a byte order mark and the first tag."""
SEPARATOR = "|"
"""Stands between namespace and local name in the names handed out."""
_TRUNCATED = frozenset(
    expat.errors.codes[m]
    for m in (
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def hardened_parser(file: str, start: Start, end: End) -> expat.XMLParserType:
    """A parser that calls ``start`` and ``end`` for every element and refuses DOCTYPE and other encodings than UTF-8."""
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def doctype(*_: object) -> None:
        raise rejected("doctype", "The file declares a document type.", file)

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() != "UTF-8":
            raise rejected("wrong-encoding", "The file says it has another encoding than UTF-8.", file)

    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    return parser


def feed(parser: expat.XMLParserType, stream: BinaryIO, file: str, size: int = BLOCK) -> Iterator[int]:
    """Parse block by block; yields the number of bytes read so far, so that the caller can hand on what is complete.

    Raises:
        OmsorgstallError: INPUT_REJECTED for a file that is empty, not XML, truncated or not UTF-8.
    """
    read = 0
    encoding = _Encoding()
    block = _first_block(stream, file, size)
    while block:
        encoding.see(block)
        _parse(parser, block, encoding, file)
        read += len(block)
        if read - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
            raise rejected("too-large", "A single tag or text is unreasonably large.", file)
        yield read
        block = stream.read(size)
    _parse(parser, b"", encoding, file, final=True)
    yield read


def root_of(path: SentFile) -> tuple[str, dict[str, str]]:
    """Name and attributes of the root element, reading no further than it.

    Raises:
        OmsorgstallError: INPUT_REJECTED when the file is no XML in UTF-8, or has a DOCTYPE.
    """
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.append((name, attributes))

    parser = hardened_parser(path.name, start, lambda _name: None)
    try:
        with path.open("rb") as stream:
            for _ in feed(parser, stream, path.name, ROOT_BLOCK):
                if found:
                    break
    except OmsorgstallError:
        # A fault in the same block, but after the root: the reader of the records will meet it and say where.
        if not found:
            raise
    return found[0]


def _first_block(stream: BinaryIO, file: str, size: int) -> bytes:
    block = stream.read(size)
    while len(block.strip()) < _SIGNS and len(block) <= MAX_TOKEN and (more := stream.read(size)):
        block += more
    if not block.strip():
        raise rejected("empty-file", "The file is empty.", file)
    if block[:2] in (b"\xff\xfe", b"\xfe\xff") or block[:4] in (b"\x00<\x00?", b"<\x00?\x00"):
        raise rejected("wrong-encoding", "The file is in UTF-16.", file)
    if not block.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise rejected("not-xml", "The file does not begin as XML.", file)
    return block


class _Encoding:
    """Where the bytes stop being UTF-8, wherever the blocks are cut.

    Attributes:
        first_bad: place in the file of the first byte that is not; None as long as there is none.
    """

    def __init__(self) -> None:
        self.first_bad: int | None = None
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def see(self, block: bytes) -> None:
        """Go on with the next block."""
        if self.first_bad is None:
            waiting = len(self._decoder.getstate()[0])
            try:
                self._decoder.decode(block)
            except UnicodeDecodeError as error:
                self.first_bad = self._read - waiting + error.start
        self._read += len(block)


def _parse(parser: expat.XMLParserType, block: bytes, encoding: _Encoding, file: str, *, final: bool = False) -> None:
    try:
        parser.Parse(block, final)
    except expat.ExpatError as error:
        bad = encoding.first_bad is not None and encoding.first_bad <= parser.ErrorByteIndex
        raise _fault(error, f"{file}, line {error.lineno}", not_utf8=bad) from None


def _fault(error: expat.ExpatError, where: str, *, not_utf8: bool) -> OmsorgstallError:
    if error.code in _TRUNCATED:
        return rejected("truncated", "The file ends before its last element is closed.", where)
    if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
        return rejected("wrong-encoding", "The file says it has an encoding we do not read.", where)
    if error.code == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN] and not_utf8:
        return rejected("wrong-encoding", "The file holds bytes that are not UTF-8.", where)
    return rejected("not-xml", f"The file is not well-formed XML: {expat.ErrorString(error.code)}.", where)
