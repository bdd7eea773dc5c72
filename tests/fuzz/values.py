"""Single values: the text of a column becomes a number, date, time or code exactly when a slow, plain reading says so."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pyarrow as pa

from omsorgstall.intake import PseudonymKey
from omsorgstall.intake.identity import identity_facts
from omsorgstall.intake.masking import masked
from omsorgstall.intake.parsing import Parsed, parse, parse_times
from tests.builders.submissions import check_digits, made_up_number
from tests.fuzz.changing import VALUES, change_lines
from tests.fuzz.privacy import valid_numbers
from tests.fuzz.reader import Reader

KEY = PseudonymKey(bytes(range(32)))
DIGITS = "[0-9]"


def read_values(data: bytes) -> None:
    """The first byte chooses the type; every line after it is a value of one column."""
    try:
        lines = data[1:].decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return
    kinds = _kinds()
    reading, twin = kinds[(data[0] if data else 0) % len(kinds)]
    texts: list[str | None] = [line or None for line in lines]
    parsed = reading(pa.array(texts, pa.string()))
    wanted = [None if t is None else twin(t) for t in texts]
    assert parsed.values.to_pylist() == wanted
    assert parsed.bad.to_pylist() == [t is not None and w is None for t, w in zip(texts, wanted, strict=True)]


@cache
def _kinds() -> tuple[tuple[Callable[[pa.Array], Parsed], Callable[[str], object]], ...]:
    def typed(type_: pa.DataType, column: str = "any") -> Callable[[pa.Array], Parsed]:
        return lambda text: parse(column, type_, text)

    return (
        (typed(pa.int8()), lambda t: _whole(t, 8)),
        (typed(pa.int16()), lambda t: _whole(t, 16)),
        (typed(pa.int32()), lambda t: _whole(t, 32)),
        (typed(pa.date32()), _date),
        (typed(pa.bool_()), lambda t: {"true": True, "1": True, "false": False, "0": False}.get(t)),
        (parse_times, _time),
        (typed(pa.string()), lambda t: t if len(t) <= 64 else None),
        (typed(pa.int64()), lambda t: _whole(t, 64)),
        (typed(pa.float64()), lambda t: float(t) if re.fullmatch(rf"-?{DIGITS}{{1,9}}(\.{DIGITS}{{1,9}})?", t) else None),
        (typed(pa.string(), "organisation_number"), lambda t: t[:9] if re.fullmatch(f"{DIGITS}{{9}}0?", t) else None),
        (typed(pa.string(), "district"), lambda t: t if re.fullmatch(f"{DIGITS}{{2,6}}", t) else None),
        (typed(pa.string(), "system"), lambda t: t if re.fullmatch("[A-Za-z0-9-]{1,10}", t) else None),
        (typed(pa.string(), "code"), lambda t: t if re.fullmatch(rf"[A-Z]{DIGITS}{{2}}\.?{DIGITS}{{0,2}}", t) else None),
    )


def _whole(text: str, bits: int) -> int | None:
    if not re.fullmatch(f"-?0*{DIGITS}{{1,18}}", text):
        return None
    return int(text) if -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1) else None


def _date(text: str) -> date | None:
    if not re.fullmatch(f"(19|2{DIGITS}){DIGITS}{{2}}-{DIGITS}{{2}}-{DIGITS}{{2}}", text):
        return None
    try:
        return date(*(int(part) for part in text.split("-")))
    except ValueError:
        return None


def _time(text: str) -> datetime | None:
    match = re.fullmatch(
        rf"((?:19|20){DIGITS}{{2}}-{DIGITS}{{2}}-{DIGITS}{{2}})T({DIGITS}{{2}}):({DIGITS}{{2}}):({DIGITS}{{2}})"
        rf"(?:\.({DIGITS}{{1,6}}))?(Z|([+-])([01]{DIGITS}):([0-5]{DIGITS}))?",
        text,
    )
    day = _date(match.group(1)) if match else None
    if not match or day is None:
        return None
    hour, minute, second = (int(match.group(n)) for n in (2, 3, 4))
    if hour > 23 or minute > 59 or second > 59:
        return None
    microsecond = int((match.group(5) or "0").ljust(6, "0"))
    clock = datetime.combine(day, time(hour, minute, second, microsecond))
    if match.group(7):
        offset = timedelta(hours=int(match.group(8)), minutes=int(match.group(9)))
        return clock - offset if match.group(7) == "+" else clock + offset
    return clock if match.group(6) else _from_norwegian(clock)


def _from_norwegian(clock: datetime) -> datetime:
    """A time that does not exist in spring counts as the first moment after the gap; the first of two in autumn."""
    zone = ZoneInfo("Europe/Oslo")
    here = clock.replace(tzinfo=zone)
    utc = here.astimezone(ZoneInfo("UTC"))
    if utc.astimezone(zone).replace(tzinfo=None) != clock:
        while utc.astimezone(zone).utcoffset() == (utc - timedelta(seconds=1)).astimezone(zone).utcoffset():
            utc = utc.replace(microsecond=0) - timedelta(seconds=1)
    return utc.replace(tzinfo=None)


def read_ids(data: bytes) -> None:
    """Local ids keep no identity number, whatever stands around it; two ids that differ stay two, but for its spelling."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return
    own, ids = lines[0] or None, [line or None for line in lines[1:]]
    result, rewritten = masked(pa.array(ids, pa.string()), pa.array([own] * len(ids), pa.string()), KEY)
    for before, after, changed in zip(ids, result.to_pylist(), rewritten.to_pylist(), strict=True):
        assert changed == (before != after)
        if own and after:
            assert after != own
            assert not (len(own) == 11 and own.isascii() and own.isdecimal() and own in after)
        for number in _numbers_in(before or ""):
            assert number not in (after or "")
    facts = identity_facts(pa.array(ids, pa.string()))
    assert facts.valid.tolist() == [_is_identity(i) for i in ids]


def _numbers_in(text: str) -> list[str]:
    """Runs of exactly eleven digits that are identity numbers."""
    return valid_numbers(m.group() for m in re.finditer(r"(?<![0-9])[0-9]{11}(?![0-9])", text))


def _is_identity(text: str | None) -> bool:
    if text is None or not re.fullmatch("[0-9]{11}", text) or check_digits(text[:9]) != text:
        return False
    day, month, short, individual = int(text[:2]), int(text[2:4]), int(text[4:6]), int(text[6:9])
    month -= next((o for o in (80, 65, 40) if month > o), 0)
    if individual < 500 or (individual >= 900 and short >= 40):
        year = 1900 + short
    elif individual < 750 and short >= 54:
        year = 1800 + short
    elif short < 40:
        year = 2000 + short
    else:
        return False
    try:
        date(year, month, day - 40 if day > 40 else day)
    except ValueError:
        return False
    return True


def value_seeds() -> dict[str, bytes]:
    """Every value at a border, for every type."""
    column = "\n".join(v for v in VALUES if "\n" not in v).encode()
    return {f"type-{n:02}": bytes([n]) + column for n in range(len(_kinds()))} | {
        "one-date": b"\x032022-12-31",
        "moment": b"\x052022-03-27T02:30:00",
    }


def id_seeds() -> dict[str, bytes]:
    """Ids with numbers in them."""
    own, other = made_up_number(0), made_up_number(1)
    ids = [
        own,
        other,
        f"sak-{own}",
        f"{own[:6]} {own[6:]}",
        f"{own[:6]}-{own[6:]}",
        f"{own}1",
        f"1{own}",
        f"{own}{other}",
        "t1",
        "12345678901",
    ]
    return {"national": "\n".join([own, *ids]).encode(), "passport": "\n".join(["N1234567", "N1234567", "t-N1234567"]).encode()}


def words() -> tuple[str, ...]:
    """Values at borders."""
    return tuple(v for v in VALUES if v)


VALUE_READER = Reader("values", ("omsorgstall.intake.parsing",), read_values, value_seeds, change_lines, words, 1200)
ID_READER = Reader(
    "local-ids", ("omsorgstall.intake.masking", "omsorgstall.intake.identity"), read_ids, id_seeds, change_lines, words, 600
)
