"""Changes of an input that keep its structure: what pure changes of bytes would need ages to find."""

import random
import re
from collections.abc import Callable, Sequence

from tests.builders.submissions import made_up_number

VALUES = (
    "", " ", "0", "1", "-1", "9", "12", "99", "127", "128", "255", "256", "-129", "32767", "32768", "2147483648", "9" * 20,
    "1.5", "1,5", "1e3", "NaN", "inf", "-0", "0x10", "+1", "١٢", "２", "true", "false", "TRUE",
    "2022-01-01", "2022-12-31", "2022-02-29", "2024-02-29", "0000-00-00", "1900-01-01", "2999-12-31", "10000-01-01", "2022-1-1",
    "2022-03-27T02:30:00", "2022-10-30T02:30:00", "2022-01-01T24:00:00", "2022-01-01T00:00:00Z", "2022-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59", "0001-01-01T00:00:00", "20220101", "2022-W01-1", "0301", "4204", "1103", "1504", "9999", "5001",
    "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000001}", "974760673", "9747606730",
    made_up_number(0), made_up_number(1), "x" + made_up_number(0), made_up_number(0) + "1", "170920 " + made_up_number(0)[6:],
    "P70", "ICPC-2", "ICD-10", "A" * 65, "æøå", "\u00a0", "\u2028", "😀", "ſ", "İ", "a|b", "a;b", "a,b", "'",
)  # fmt: skip
"""Values at the borders of types, dates, clocks, code lists and texts; identity numbers are made up (month + 80)."""

_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb"""\s([\w:.-]+)=("[^"<]*"|'[^'<]*')""")


def xml_changer(elements: dict[str, Sequence[str]]) -> Callable[[bytes, random.Random], bytes]:
    """A change of an XML document.

    Args:
        elements: the attributes of every element the format knows.
    """
    names = tuple(elements)
    attributes = sorted({a for those in elements.values() for a in those})

    def element(rng: random.Random) -> bytes:
        name = rng.choice(names)
        known = elements[name] or attributes
        chosen = rng.sample(list(known), min(len(known), rng.randint(0, 6)))
        written = "".join(f' {a}="{_quoted(rng.choice(VALUES))}"' for a in chosen)
        return f"<{name}{written}{rng.choice(('/>', '/>', '>'))}".encode()

    def change(data: bytes, rng: random.Random) -> bytes:
        for _ in range(rng.randint(1, 3)):
            data = _xml_change(data, rng, element, attributes)
        return data

    return change


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _xml_change(data: bytes, rng: random.Random, element: Callable[[random.Random], bytes], attributes: Sequence[str]) -> bytes:
    tags = [m.span() for m in _TAG.finditer(data)]
    if not tags:
        return data + element(rng)
    kind = rng.randrange(8)
    start, end = rng.choice(tags)
    if kind == 0:
        return data[:end] + element(rng) + data[end:]
    if kind == 1:
        return data[:end] + data[start:end] + data[end:]
    if kind == 2:
        return data[:start] + data[end:]
    if kind == 3:
        place, _ = rng.choice(tags)
        return data[:place] + data[start:end] + data[place:]
    if kind == 4:
        last = rng.choice(tags)[1]
        first, last = min(start, last), max(start, last)
        return data[:last] + data[first:last] + data[last:]
    return _attribute_change(data, rng, start, end, attributes)


def _attribute_change(data: bytes, rng: random.Random, start: int, end: int, attributes: Sequence[str]) -> bytes:
    found = list(_ATTRIBUTE.finditer(data, start, end))
    if found and rng.random() < 0.7:
        match = rng.choice(found)
        if rng.random() < 0.8:
            first, last = match.span(2)
            return data[:first] + f'"{_quoted(rng.choice(VALUES))}"'.encode() + data[last:]
        first, last = match.span(1)
        return data[:first] + rng.choice(attributes).encode() + data[last:]
    place = end - 2 if data[end - 2 : end] == b"/>" else end - 1
    return data[:place] + f' {rng.choice(attributes)}="{_quoted(rng.choice(VALUES))}"'.encode() + data[place:]


def change_lines(data: bytes, rng: random.Random) -> bytes:
    """A change of a text of lines and commas."""
    lines = data.split(b"\n")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        kind = rng.randrange(7)
        if kind == 0:
            lines.insert(at, rng.choice(lines))
        elif kind == 1 and len(lines) > 1:
            del lines[at]
        elif kind == 2:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] = _cell_change(lines[at], rng)
    return b"\n".join(lines)


def _cell_change(line: bytes, rng: random.Random) -> bytes:
    cells = line.split(b",")
    at = rng.randrange(len(cells))
    kind = rng.randrange(5)
    if kind == 0:
        cells.insert(at, rng.choice(VALUES).encode())
    elif kind == 1:
        del cells[at]
    elif kind == 2:
        cells[at] = b'"' + rng.choice((b"", b"\n", b"\r\n", b'""', b",", b"\r")) + cells[at].strip(b'"') + b'"'
    else:
        cells[at] = rng.choice(VALUES).encode()
    return b",".join(cells)


def change_words(words: Sequence[str]) -> Callable[[bytes, random.Random], bytes]:
    """A change of a text by words of its language: put in, taken out, put in the place of another."""
    pieces = re.compile(rb"\w+|\W")

    def change(data: bytes, rng: random.Random) -> bytes:
        found = pieces.findall(data) or [b""]
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(found) + 1)
            kind = rng.randrange(4)
            if kind == 0:
                del found[at : at + rng.randint(1, 4)]
            elif kind == 1:
                found[at:at] = [rng.choice(found)] if found else []
            else:
                found[at : at + kind - 2] = [rng.choice(words).encode()]
        return b"".join(found)

    return change
