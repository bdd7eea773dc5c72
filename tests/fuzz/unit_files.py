"""Organisation lists: every row that a plain reading sees is handed out with its own values, and used or told of."""

from datetime import date

from omsorgstall.core import ErrorFamily
from omsorgstall.formats.units import COLUMNS, read_units
from omsorgstall.intake.unit_list import check_units
from tests.fuzz.changing import VALUES, change_words
from tests.fuzz.reader import Reader, as_file, refusing
from tests.fuzz.written_rows import hold_every_row

_HEADING = (",".join(COLUMNS) + "\n").encode()
_ROW = b"974760673,86.901,2020-01-01,,37.5\n"


def read(data: bytes) -> None:
    """Read a list; each row is as a reading of characters sees it, and a list that is used has every row and no fault."""
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        found = read_units(as_file(data, "units.csv"))
    if refused:
        assert not refused.error.where or len(refused.error.where) < 60
        return
    hold_every_row([row.values for row in found.rows], data, COLUMNS)
    units, faults = check_units(found, date(2022, 1, 1))
    assert (units is None) == bool(faults)
    assert {f.line for f in faults} <= {row.line for row in found.rows}
    if units is not None:
        assert units.rows.num_rows == len(found.rows)
        assert sorted(units.rows["organisation_number"].to_pylist()) == sorted(
            r.values["organisation_number"][:9] for r in found.rows
        )


def seeds() -> dict[str, bytes]:
    """Lists as spreadsheets write them, and faults of form."""
    return {
        "one": _HEADING + _ROW,
        "two-periods": _HEADING + _ROW.replace(b",,", b",2020-12-31,") + _ROW.replace(b"2020", b"2021"),
        "listed-twice": _HEADING + _ROW + _ROW,
        "semicolon": (_HEADING + _ROW).replace(b",", b";"),
        "other-columns": b"name,organisation_number,industry_code\nHeimen,974760673,87.102\n",
        "nothing-told": _HEADING + b"974760673,,,,\n",
        "every-fault": _HEADING + b"1,x,y,z,-1\n",
        "backwards": _HEADING + b"974760673,86,2021-01-01,2020-01-01,0\n",
        "ten-digits": _HEADING + b"9747606730,86,,,\n",
        "first-and-last-day": _HEADING + b"974760673,86,1900-01-01,2999-12-31,0.1\n",
        "heading-alone": _HEADING,
        "twice": _HEADING.replace(b"active_to", b"active_from") + _ROW,
        "nothing": b"",
    }


READER = Reader(
    name="units",
    modules=("omsorgstall.formats.spreadsheet", "omsorgstall.formats.units", "omsorgstall.intake.unit_list"),
    read=read,
    seeds=seeds,
    mutate=change_words((*COLUMNS, *VALUES, ",", ";", '"', "\n", "974760673", "971524960", "86.901", "2020-01-01")),
    words=lambda: (*COLUMNS, ",", ";", '"', "\\x0a"),
)
