"""Files of changed identity numbers: every row is a pair of pseudonyms or told of, and no number is shown."""

from datetime import date

from omsorgstall.core import ErrorFamily
from omsorgstall.formats.identity_changes import COLUMNS, read_changes
from omsorgstall.intake import PseudonymKey
from omsorgstall.intake.identity_changes import pseudonymised
from tests.builders.submissions import made_up_number
from tests.fuzz.changing import VALUES, change_words
from tests.fuzz.reader import Reader, as_file, refusing
from tests.fuzz.written_rows import hold_every_row

_KEY = PseudonymKey(bytes(range(32)))
_NUMBERS = tuple(made_up_number(n) for n in range(4))
_HEADING = b"old_number,new_number,known_on\n"
_TODAY = date(2023, 1, 1)


def read(data: bytes) -> None:
    """Read a file; each row is as a reading of characters sees it, and becomes a pair or a fault at its line."""
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        found = read_changes(as_file(data, "changes.csv"))
    if refused:
        assert not refused.error.where or len(refused.error.where) < 60
        return
    hold_every_row([{n: getattr(row, n) for n in COLUMNS} for row in found], data, COLUMNS)
    for row in found:
        assert not row.old_number or len(row.old_number) < 4 or row.old_number not in repr(row).partition("known_on")[0]
    changes = pseudonymised(found, _KEY, _TODAY, test_persons=True)
    assert sorted([*changes.lines, *(f.line for f in changes.faults)]) == sorted(row.line for row in found)
    assert all(len(pair.old) == len(pair.new) == 22 and pair.known_on <= _TODAY for pair in changes.pairs)


def seeds() -> dict[str, bytes]:
    """Files as offices write them, and faults of every kind."""
    first, second, third, _ = (n.encode() for n in _NUMBERS)
    row = first + b"," + second + b",2022-05-01\n"
    return {
        "one": _HEADING + row,
        "chain": _HEADING + row + second + b"," + third + b",2022-06-01\n",
        "semicolon": (_HEADING + row).replace(b",", b";"),
        "types": b"old_number,old_type,new_number,new_type,known_on\n200012345678,10," + first + b",1,2022-01-01\n",
        "type-not-unique": b"old_number,old_type,new_number,known_on\nA1,8," + first + b",2022-01-01\n",
        "same": _HEADING + first + b"," + first + b",2022-05-01\n",
        "check-digit": _HEADING + first[:10] + b"x," + second + b",2022-05-01\n",
        "no-day": _HEADING + first + b"," + second + b",\n",
        "tomorrow": _HEADING + first + b"," + second + b",2999-01-01\n",
        "missing": _HEADING + b"," + second + b",2022-05-01\n",
        "unknown-column": b"old_number,new_number,known_on,name\n" + row[:-1] + b",x\n",
        "heading-alone": _HEADING,
        "nothing": b"",
    }


def words() -> tuple[str, ...]:
    """Names of columns, made-up numbers, and what stands between cells."""
    return (*COLUMNS, *_NUMBERS, ",", ";", '"', "\\x0a")


READER = Reader(
    name="identity-changes",
    modules=("omsorgstall.formats.spreadsheet", "omsorgstall.formats.identity_changes", "omsorgstall.intake.identity_changes"),
    read=read,
    seeds=seeds,
    mutate=change_words((*COLUMNS, *VALUES, *_NUMBERS, ",", ";", '"', "\n", "10", "2022-05-01")),
    words=words,
)
