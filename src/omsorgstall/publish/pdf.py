"""Documents of blocks as PDF: tagged, with bookmarks and the compiler's own fonts. The same content is the same file."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import orjson
import typst

STANDARD: Final = "ua-1"
"""PDF/UA-1: made for screen readers too."""
AUTHOR = "Omsorgstall"
Block = Mapping[str, Any]


def document_pdf(content: Mapping[str, Any], *, timestamp: int = 0) -> bytes:
    """A document as PDF.

    Args:
        content: ``title``, ``language``, ``contents`` (heading of the table of contents; none when empty), ``lead`` (lines below
            the title), ``foot`` (below each page), ``blocks``, and whether it is ``landscape``.
        timestamp: seconds since 1970 that the file says it was made.
    """
    source = files("omsorgstall.publish").joinpath("report.typ").read_bytes()
    known = {"author": AUTHOR, "contents": "", "foot": "", "landscape": False}
    made: bytes = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,  # the same file on every machine
        sys_inputs={"report": orjson.dumps({**known, **content}).decode()},
        pdf_standards=STANDARD,
        timestamp=timestamp,
    )
    return made


def heading(text: str, level: int = 1) -> Block:
    """A heading, which is a bookmark too."""
    return {"kind": "heading", "level": level, "text": text}


def paragraph(text: str, style: str = "plain") -> Block:
    """A paragraph; ``style`` is ``plain``, ``strong``, ``small`` or ``note``."""
    return {"kind": "paragraph", "text": text, "style": style}


def listed(items: Sequence[str]) -> Block:
    """A list with a mark before each item."""
    return {"kind": "list", "items": list(items)}


def table(caption: str, columns: Sequence[tuple[str, float, bool]], rows: Sequence[Sequence[str]]) -> Block:
    """A table; columns are heading, width and whether they stand to the right."""
    heads, widths, right = zip(*columns, strict=True)
    return {"kind": "table", "caption": caption, "head": heads, "widths": widths, "right": right, "rows": rows}


def bars(caption: str, alt: str, rows: Sequence[tuple[str, float, str]], *, longest: float = 0, first: int = 0) -> Block:
    """Horizontal bars: label, length and the text at its end.

    Args:
        longest: the length that fills the width; that of the longest bar when 0.
        first: how many of the first stand out; all alike when 0.
    """
    longest = longest or max((value for _, value, _ in rows), default=0) or 1
    drawn = [
        {"label": label, "share": max(value, 0) / longest, "text": text, "own": n < first or not first, "strong": n < first}
        for n, (label, value, text) in enumerate(rows)
    ]
    return {"kind": "bars", "caption": caption, "alt": alt, "rows": drawn}


def together(blocks: Iterator[Block] | Sequence[Block]) -> Block:
    """Blocks that stay on one page when they can."""
    return {"kind": "together", "blocks": list(blocks)}
