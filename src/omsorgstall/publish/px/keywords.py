"""Syntax of PX files: keywords with language and specifiers, strings, lists."""

from collections.abc import Iterable, Sequence

MAX_PIECE = 150
"""Longest piece of a string; longer strings go on in quotes on the next line."""


def quoted(text: str) -> str:
    """A string; double quotes cannot stand inside and become single ones, line breaks become ``#`` as the format has it."""
    clean = text.replace('"', "'").replace("\r", "").replace("\n", "#")
    pieces = [clean[n : n + MAX_PIECE] for n in range(0, len(clean), MAX_PIECE)] or [""]
    return "\n".join(f'"{p}"' for p in pieces)


def listed(texts: Iterable[str]) -> str:
    """A list of strings; an item is not split over lines, the list may be."""
    return ",\n".join(_lines([_item(t) for t in texts]))


def _item(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'


def _lines(items: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) < MAX_PIECE:
            lines[-1] += f",{item}"
        else:
            lines.append(item)
    return lines


def entry(keyword: str, value: str, *specifiers: str, language: str = "") -> str:
    """One entry, such as ``VALUES[en]("region")="Oslo";``. ``value`` is already written."""
    tongue = f"[{language}]" if language else ""
    of = f"({','.join(_item(s) for s in specifiers)})" if specifiers else ""
    return f"{keyword}{tongue}{of}={value};"


def yes(value: bool) -> str:
    """A Boolean."""
    return "YES" if value else "NO"
