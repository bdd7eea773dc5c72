"""Dwelling files: every row that a plain reading sees is handed out with its own values, and used or told of."""

from datetime import date

from omsorgstall.core import ErrorFamily
from omsorgstall.formats.dwellings import COLUMNS, read_dwellings
from omsorgstall.intake.dwelling_list import FLAGS, check_dwellings
from tests.builders.submissions import made_up_number
from tests.fuzz.changing import VALUES, change_words
from tests.fuzz.reader import Reader, as_file, refusing
from tests.fuzz.written_rows import hold_every_row

_HEADING = b"municipality,organisation_number,local_person_id,valid_from,valid_to,owner_type,residents_count,call_device\n"
_PLACE, _PERSON = b",974760673,,2020-01-01,,municipality,12,ja\n", b"4204,,1187,,2021-12-31,private,1,nei\n"


def read(data: bytes) -> None:
    """Read a file; each row is as a reading of characters sees it, and a file that is used has every row with its own values."""
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        found = read_dwellings(as_file(data, "dwellings.csv"))
    if refused:
        assert not refused.error.where or len(refused.error.where) < 60
        return
    hold_every_row([row.values for row in found.rows], data, COLUMNS)
    table, faults = check_dwellings(found)
    assert (table is None) == bool(faults)
    assert {f.line for f in faults} <= {row.line for row in found.rows}
    if table is not None:
        _hold_against([row.values for row in found.rows], table.to_pylist())


def _hold_against(texts, typed) -> None:
    """Each value is the one written, and nobody is named by an identity number."""
    assert len(typed) == len(texts)
    for text, row in zip(texts, typed, strict=True):
        assert (row["organisation_number"] is None) != (row["local_person_id"] is None)
        assert row["organisation_number"] == (text["organisation_number"] or "")[:9] or row["local_person_id"] is not None
        assert row["call_device"] == (None if text["call_device"] is None else FLAGS[text["call_device"].casefold()])
        assert row["residents_count"] == (None if text["residents_count"] is None else int(text["residents_count"]))


def seeds() -> dict[str, bytes]:
    """Files as spreadsheets write them, and faults of form."""
    number = made_up_number(0, date(1940, 5, 17)).encode()
    return {
        "place-and-person": _HEADING + _PLACE + _PERSON,
        "two-periods": _HEADING + _PERSON + _PERSON.replace(b",,2021-12-31", b",2022-01-01,"),
        "listed-twice": _HEADING + _PLACE + _PLACE + _PERSON + _PERSON,
        "semicolon": (_HEADING + _PLACE).replace(b",", b";"),
        "capitals": _HEADING + _PLACE.replace(b"ja", b"JA").replace(b"municipality", b"Municipality"),
        "every-fault": _HEADING + b"42,974760674,1187,31.12.2021,x,king,-1,kanskje\n",
        "identity-number": _HEADING + _PERSON.replace(b"1187", number),
        "backwards": _HEADING + b",974760673,,2022-01-01,2021-01-01,,,\n",
        "neither": _HEADING + b"4204,,,,,,,\n",
        "misspelt-field": _HEADING.replace(b"call_device", b"call_devise") + _PLACE,
        "too-many": _HEADING + _PLACE.replace(b",12,", b",10000,"),
        "long-id": _HEADING + _PERSON.replace(b"1187", b"1" * 70),
        "heading-alone": _HEADING,
        "nothing": b"",
    }


READER = Reader(
    name="dwellings",
    modules=("omsorgstall.formats.spreadsheet", "omsorgstall.formats.dwellings", "omsorgstall.intake.dwelling_list"),
    read=read,
    seeds=seeds,
    mutate=change_words(
        (*COLUMNS, *VALUES, *FLAGS, ",", ";", '"', "\n", "974760673", "971524960", "4204", "foundation", "2020-01-01")
    ),
    words=lambda: (*COLUMNS, ",", ";", '"', "\\x0a"),
)
