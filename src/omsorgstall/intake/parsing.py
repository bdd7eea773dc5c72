"""From the text of files to typed columns. A value that does not fit its type becomes null; the row stays."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

_FIRST_YEAR, _YEAR_AFTER = 1900, 3000
"""Dates lie in 19xx or 2xxx (HIS 1135, N12)."""
_DATE = r"^(19|2\d)\d{2}-\d{2}-\d{2}$"
_OFFSET = r"(Z|[+-]\d{2}:\d{2})$"
_MOMENT = r"^(19|20)\d{2}-(0[1-9]|1[0-2])-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-][01]\d:[0-5]\d)?$"
_NUMBER = r"^-?\d{1,9}(\.\d{1,9})?$"
_WHOLE = r"^-?0*\d{1,18}$"
_MOST_TEXT = 64
"""Longest local id kept."""
_SHORT_CODE = r"^[A-Za-z0-9ÆØÅæøå._-]{1,20}$"
PATTERNS = {
    "organisation_number": r"^\d{9}0?$",
    "district": r"^\d{2,6}$",
    "system": r"^[A-Za-z0-9-]{1,10}$",
    "code": r"^[A-Z]\d{2}\.?\d{0,2}$",
    "service_level": _SHORT_CODE,
    "stay_type": _SHORT_CODE,
}
"""Formats of text columns: HIS 1135 for the first two, ASSUMED for the others: open lists hold codes, never sentences."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A typed column, and where a text was given that did not fit (never null)."""

    values: pa.Array
    bad: pa.Array


def parse(column: str, type_: pa.DataType, text: pa.Array) -> Parsed:
    """Type a text column.

    Args:
        column: its name; decides the format of a text.
        text: strings, null when not given.
    """
    if text.null_count == len(text):
        return Parsed(pa.nulls(len(text), type_), nothing_bad(len(text)))
    values = _fast(type_, text) if pa.types.is_integer(type_) or pa.types.is_date(type_) else None
    if values is None:
        values = _parser(column, type_)(text)
    return Parsed(values, _lost(text, values))


def parse_times(text: pa.Array) -> Parsed:
    """Moments (xs:dateTime) in UTC; without an offset they are Norwegian time (ASSUMED)."""
    shaped = _matching(text, _MOMENT)
    # A day that does not exist would stop the conversion of all the others.
    shaped = pc.if_else(pc.is_valid(_dates(pc.utf8_slice_codeunits(shaped, 0, 10))), shaped, None)
    zoned = pc.match_substring_regex(shaped, _OFFSET)
    with_offset = pc.if_else(zoned, shaped, None).cast(pa.timestamp("us", "UTC"))
    local = pc.if_else(zoned, None, shaped).cast(pa.timestamp("us"))
    norwegian = pc.assume_timezone(local, "Europe/Oslo", ambiguous="earliest", nonexistent="latest")
    moments = pc.coalesce(with_offset, norwegian.cast(pa.timestamp("us", "UTC")))
    values = pc.cast(moments, pa.timestamp("us"))
    return Parsed(values, _lost(text, values))


def nothing_bad(length: int) -> pa.Array:
    """The mask of a column without faults."""
    return pa.repeat(pa.scalar(False), length)


def _lost(text: pa.Array, values: pa.Array) -> pa.Array:
    if values.null_count == text.null_count:
        return nothing_bad(len(text))
    return pc.and_(pc.is_valid(text), pc.is_null(values))


def _fast(type_: pa.DataType, text: pa.Array) -> pa.Array | None:
    """All values at once; None when one of them does not fit and each must be looked at."""
    try:
        values = text.cast(type_)
    except pa.ArrowInvalid:
        return None
    if pa.types.is_date(type_):
        return values if _in_range(values) else None
    if not pa.types.is_string(text.type):
        return values
    # Hexadecimal digits are numbers to Arrow alone: a value must not become another because of those beside it.
    return None if any(pc.any(pc.match_substring(text, sign)).as_py() for sign in "xX") else values


def _in_range(days: pa.Array) -> bool:
    ends = pc.min_max(days)
    first, last = ends["min"].as_py(), ends["max"].as_py()
    return first is None or (first.year >= _FIRST_YEAR and last.year < _YEAR_AFTER)


def _parser(column: str, type_: pa.DataType) -> Callable[[pa.Array], pa.Array]:
    if pa.types.is_string(type_):
        return lambda text: _text(column, text)
    if pa.types.is_date(type_):
        return _dates
    if pa.types.is_boolean(type_):
        return lambda text: _matching(text, "^(true|false|0|1)$").cast(type_)
    if pa.types.is_floating(type_):
        return lambda text: _matching(text, _NUMBER).cast(type_)
    return lambda text: _whole(type_, text)


def _matching(text: pa.Array, pattern: str) -> pa.Array:
    return pc.if_else(pc.match_substring_regex(text, pattern), text, None)


def _text(column: str, text: pa.Array) -> pa.Array:
    if column in PATTERNS:
        text = _matching(text, PATTERNS[column])
        return pc.utf8_slice_codeunits(text, 0, 9) if column == "organisation_number" else text
    return pc.if_else(pc.less_equal(pc.utf8_length(text), _MOST_TEXT), text, None)


def _dates(text: pa.Array) -> pa.Array:
    moments = pc.strptime(_matching(text, _DATE), format="%Y-%m-%d", unit="s", error_is_null=True)
    days = moments.cast(pa.date32())
    # strptime lets 31 April run into May: a date that is written differently was none.
    return pc.if_else(pc.equal(pc.strftime(days, format="%Y-%m-%d"), text), days, None)


def _whole(type_: pa.DataType, text: pa.Array) -> pa.Array:
    numbers = _matching(text, _WHOLE).cast(pa.int64())
    most = 2 ** (type_.bit_width - 1) - 1
    fits = pc.and_(pc.less_equal(numbers, most), pc.greater_equal(numbers, -most - 1))
    return pc.if_else(fits, numbers, None).cast(type_)
