"""Rows of a CSV file as a plain reading sees them, for the readers of tables that people fill in."""

from collections.abc import Iterator, Mapping, Sequence


def hold_every_row(found: Sequence[Mapping[str, str | None]], data: bytes, columns: Sequence[str]) -> None:
    """What a reader handed out equals what a reading of characters, one at a time, sees."""
    rows = list(plain_rows(data.decode("utf-8-sig")))
    names, cells = [n.strip() for n in rows[0]], [r for r in rows[1:] if any(r)]
    assert len(found) == len(cells)
    for row, expected in zip(found, cells, strict=True):
        given = {n: c.strip() or None for n, c in zip(names, expected, strict=True)}
        assert row == {n: given.get(n) for n in columns}


def plain_rows(text: str) -> Iterator[list[str]]:
    """Rows of a CSV text, read one character at a time; lines end with a line feed, a carriage return, or both."""
    first = text.split("\n", 1)[0]
    between = ";" if first.count(";") > first.count(",") else ","
    row, cell, quoted, begun = [], "", False, False
    place = 0
    while place < len(text):
        char = text[place]
        place += 1
        if quoted and char == '"':
            if text[place : place + 1] == '"':
                cell, place = cell + '"', place + 1
            else:
                quoted = False
        elif quoted:
            cell += char
        elif char == '"' and not begun:
            quoted = begun = True
        elif char == between:
            row, cell, begun = [*row, cell], "", False
        elif char in "\r\n":
            place += char == "\r" and text[place : place + 1] == "\n"
            yield [*row, cell] if row or begun else []
            row, cell, begun = [], "", False
        else:
            cell, begun = cell + char, True
    if row or begun:
        yield [*row, cell]
