"""The selection language: codes, ``*``, ``?``, TOP, BOTTOM, RANGE, FROM and TO.

An item is first compared with the codes; only when no code matches is it tried as an expression. Everything ignores case.
"""

import difflib
import re
from collections.abc import Callable, Sequence

from omsorgstall.publish.cube import Role, Variable
from omsorgstall.publish.pxweb.problems import EXPRESSION, VALUE, refused

_COUNT = r"\(([1-9]\d{0,8})(?:,(0|[1-9]\d{0,8}))?\)"
_TOP = re.compile("TOP" + _COUNT, re.IGNORECASE)
_BOTTOM = re.compile("BOTTOM" + _COUNT, re.IGNORECASE)
_RANGE = re.compile(r"RANGE\(([^,()]+),([^,()]+)\)", re.IGNORECASE)
_FROM = re.compile(r"FROM\(([^,()]+)\)", re.IGNORECASE)
_TO = re.compile(r"TO\(([^,()]+)\)", re.IGNORECASE)
_ANY_FUNCTION = re.compile(r"(TOP|BOTTOM|RANGE|FROM|TO)\s*\(", re.IGNORECASE)
_EXPANDING = re.compile(r"(TOP|BOTTOM|RANGE)\($", re.IGNORECASE)
_LONGEST_NAME = len("BOTTOM")


def expand(items: Sequence[str], variable: Variable) -> tuple[int, ...]:
    """Positions of the values the items select, in the table's own order and each once.

    Raises:
        ProblemError: for a code that is not there, or an expression that cannot be read.
    """
    return tuple(sorted({n for item in items for n in _expand_one(item.strip(), variable)}))


def _expand_one(item: str, variable: Variable) -> Sequence[int]:
    position = variable.positions.get(item.lower())
    if position is not None:
        return [position]
    for pattern, meaning in _FUNCTIONS:
        match = pattern.fullmatch(item)
        if match:
            return meaning(variable, match)
    if _ANY_FUNCTION.match(item):
        raise refused(EXPRESSION, f"{item} for variable {variable.id}: write it without spaces, with counts from 1.")
    return _by_pattern(item, variable)


def _by_pattern(item: str, variable: Variable) -> Sequence[int]:
    if "?" in item:
        mask = re.compile("".join("." if c == "?" else re.escape(c) for c in item.lower()))
        return [n for code, n in variable.positions.items() if mask.fullmatch(code)]
    if "*" in item:
        return _by_star(item.lower(), variable)
    raise _no_such_value(item, variable)


def _by_star(item: str, variable: Variable) -> Sequence[int]:
    if item == "*":
        return range(len(variable.values))
    rest = item.replace("*", "")
    tests: dict[tuple[bool, bool, int], Callable[[str], bool]] = {
        (False, True, 1): lambda code: code.startswith(rest),
        (True, False, 1): lambda code: code.endswith(rest),
        (True, True, 2): lambda code: rest in code,
    }
    test = tests.get((item.startswith("*"), item.endswith("*"), item.count("*")))
    if test is None:
        raise refused(EXPRESSION, f"{item} for variable {variable.id}: a star may stand first, last, or both.")
    return [n for code, n in variable.positions.items() if test(code)]


def _no_such_value(item: str, variable: Variable) -> Exception:
    near = difflib.get_close_matches(item.lower(), variable.positions, n=3)
    hint = f" Near: {', '.join(variable.values[variable.positions[c]].code for c in near)}." if near else ""
    return refused(VALUE, f"{item} is no code of variable {variable.id}.{hint}")


def _position(code: str, variable: Variable) -> int:
    position = variable.positions.get(code.strip().lower())
    if position is None:
        raise _no_such_value(code.strip(), variable)
    return position


def _counts(match: re.Match[str]) -> tuple[int, int]:
    return int(match.group(1)), int(match.group(2) or 0)


def _first(variable: Variable, match: re.Match[str]) -> Sequence[int]:
    count, skip = _counts(match)
    return range(len(variable.values))[skip : skip + count]


def _last(variable: Variable, match: re.Match[str]) -> Sequence[int]:
    count, skip = _counts(match)
    return range(len(variable.values))[::-1][skip : skip + count]


def _top(variable: Variable, match: re.Match[str]) -> Sequence[int]:
    return (_last if variable.role is Role.TIME else _first)(variable, match)


def _bottom(variable: Variable, match: re.Match[str]) -> Sequence[int]:
    return (_first if variable.role is Role.TIME else _last)(variable, match)


def _range(variable: Variable, match: re.Match[str]) -> Sequence[int]:
    first, last = sorted((_position(match.group(1), variable), _position(match.group(2), variable)))
    return range(first, last + 1)


def _from(variable: Variable, match: re.Match[str]) -> Sequence[int]:
    return range(_position(match.group(1), variable), len(variable.values))


def _to(variable: Variable, match: re.Match[str]) -> Sequence[int]:
    return range(_position(match.group(1), variable) + 1)


_FUNCTIONS: tuple[tuple[re.Pattern[str], Callable[[Variable, re.Match[str]], Sequence[int]]], ...] = (
    (_RANGE, _range),
    (_TOP, _top),
    (_BOTTOM, _bottom),
    (_FROM, _from),
    (_TO, _to),
)


def split_items(text: str) -> tuple[str, ...]:
    """Split a list as written in an address: at commas outside brackets; one pair of brackets around an item is taken off.

    Kinder than the reference: a comma within TOP(…), BOTTOM(…) or RANGE(…) does not split either. Empty items are dropped.
    """
    items, depth, start = [], 0, 0
    for n, character in enumerate(text):
        opens = character == "[" or (character == "(" and (depth > 0 or _expands(text, start, n)))
        closes = depth > 0 and character in "])"
        depth += int(opens) - int(closes)
        if character == "," and depth == 0:
            items.append(text[start:n])
            start = n + 1
    items.append(text[start:])
    return tuple(i for i in (_unbracketed(item.strip()) for item in items) if i)


def _expands(text: str, start: int, at: int) -> bool:
    """Whether the parenthesis at ``at`` is that of an expression with commas; only the name before it is looked at."""
    return _EXPANDING.search(text, max(start, at - _LONGEST_NAME), at + 1) is not None


def _unbracketed(item: str) -> str:
    return item[1:-1] if item.startswith("[") and item.endswith("]") else item
