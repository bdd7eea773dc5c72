"""Files of edits: every row that a plain reading sees is handed out with its own values, or the file is refused."""

from omsorgstall.core import ErrorFamily
from omsorgstall.formats.edits import COLUMNS, read_edits
from tests.fuzz.changing import VALUES, change_words
from tests.fuzz.reader import Reader, as_file, refusing
from tests.fuzz.written_rows import hold_every_row

_HEADING = b"municipality,data_year,local_person_id,table,field,old,new\n"
_ROW = b"4204,2022,p1,person,sex,1,2\n"


def read(data: bytes) -> None:
    """Read a file; what is handed out equals what a reading of characters, one at a time, sees."""
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        found = read_edits(as_file(data, "edits.csv"))
    if refused:
        assert not refused.error.where or len(refused.error.where) < 60
        return
    hold_every_row([row.values for row in found.rows], data, COLUMNS)
    for row in found.rows:
        assert (row.values["municipality"], row.values["data_year"]) == (found.municipality, str(found.data_year))


def seeds() -> dict[str, bytes]:
    """Files as spreadsheets write them, and faults of form."""
    return {
        "two": _HEADING + _ROW + _ROW.replace(b"p1", b"p2"),
        "semicolon": (_HEADING + _ROW).replace(b",", b";"),
        "quoted": _HEADING + b'"4204","2022","p ""1""","person","sex","1","a\nb"\n',
        "byte-order-mark": b"\xef\xbb\xbf" + _HEADING + _ROW,
        "windows-lines": (_HEADING + _ROW).replace(b"\n", b"\r\n"),
        "old-lines": (_HEADING + _ROW).replace(b"\n", b"\r"),
        "empty-lines": _HEADING + b"\n\n" + _ROW + b"\n",
        "only-commas": _HEADING + b",,,,,,\n" + _ROW,
        "two-senders": _HEADING + _ROW + _ROW.replace(b"4204", b"0301"),
        "open-quote": _HEADING + b'4204,2022,"p1,person,sex,1,2\n',
        "short": _HEADING + b"4204,2022\n",
        "long": _HEADING + b"4204,2022,p1,person,sex,1,2,3\n",
        "latin-1": _HEADING + b"4204,2022,p\xe5,person,sex,1,2\n",
        "zero": _HEADING + b"4204,2022,p\x00,person,sex,1,2\n",
        "twice": _HEADING.replace(b"old", b"new") + _ROW,
        "all-columns": ",".join(COLUMNS).encode() + b"\n4204,2022,,abc,service,start_date,s1,,,,,,,2022-01-01,\n",
        "heading-alone": _HEADING,
        "nothing": b"",
    }


def words() -> tuple[str, ...]:
    """Names of columns, and what stands between cells."""
    return (*COLUMNS, ",", ";", '"', "\\x0a")


READER = Reader(
    name="edits",
    modules=("omsorgstall.formats.edits", "omsorgstall.formats.spreadsheet"),
    read=read,
    seeds=seeds,
    mutate=change_words((*COLUMNS, *VALUES, ",", ";", '"', '""', "\n", "\r\n", "4204", "2022", "person", "sex")),
    words=words,
)
