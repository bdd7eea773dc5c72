"""Small submissions drawn by hand: a person, her services, what surrounds them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from omsorgstall.core import MunicipalityNumber
from omsorgstall.formats.batch import BatchHeader, write_xml
from omsorgstall.register.schemas import identified_schema, table_schemas

YEAR = 2022
BORN = date(1940, 5, 17)
SENDER = "4204"
HEADER = BatchHeader(
    MunicipalityNumber(SENDER), YEAR, datetime(2023, 1, 5, 12, tzinfo=UTC), "Leverandøren", "Fagsystemet", "1.2", "melding-1"
)
Rows = Sequence[Mapping[str, object]]


def check_digits(nine: str) -> str | None:
    """The number with its check digits; None when it has none. Written apart from the code under test."""
    digits = [int(c) for c in nine]
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        rest = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if rest == 1:
            return None
        digits.append((11 - rest) % 11)
    return "".join(map(str, digits))


def made_up_number(n: int, born: date = BORN) -> str:
    """The nth identity number of a made-up person: month + 80."""
    found = 0
    for individual in range(500):
        number = check_digits(f"{born.day:02d}{born.month + 80:02d}{born.year % 100:02d}{individual:03d}")
        if number is not None:
            if found == n:
                return number
            found += 1
    raise ValueError(n)


PERSON = {"identity_number": made_up_number(0), "identity_type": 1, "local_person_id": "b1", "household": 2}
SERVICE = {
    "service_id": "t1",
    "service_type": 15,
    "application_date": date(2021, 12, 1),
    "decision_date": date(2021, 12, 15),
    "outcome": 1,
    "start_date": date(2022, 1, 10),
    "weekly_hours": 3.5,
    "organisation_number": "974760673",
}
STAY = SERVICE | {"service_id": "s1", "service_type": 21, "weekly_hours": None}
ASSESSMENT = {"assessment_date": date(2022, 3, 1), "f01": 3, "f02": 4}
HOSPITAL = {"from_date": date(2022, 5, 1), "to_date": date(2022, 5, 20), "organisation_number": "974589095"}
PAUSE = {"service_id": "t1", "pause_id": "p1", "from_date": date(2022, 5, 1), "to_date": date(2022, 5, 20)}
DIAGNOSIS = {"system": "ICPC-2", "code": "P70", "reservation": 2}


def chunk(**tables: Rows) -> dict[str, pa.Table]:
    """Tables as the writers take them; rows that name no person are those of ``PERSON``."""
    tables = {"person": [PERSON], **tables}
    identity = {k: PERSON[k] for k in ("identity_number", "identity_type")}
    return {
        name: pa.Table.from_pylist([identity | dict(r) for r in rows], identified_schema(table_schemas()[name]))
        for name, rows in tables.items()
    }


def submission(path: Path, header: BatchHeader = HEADER, **tables: Rows) -> Path:
    """An XML file of one small submission."""
    write_xml(path, header, [chunk(**tables)])
    return path


def edited(path: Path, old: str, new: str) -> Path:
    """The file with a piece of its text changed: for what a correct writer cannot write."""
    text = path.read_text("utf-8")
    if old not in text:
        raise ValueError(f"The file does not hold {old!r}.")
    path.write_text(text.replace(old, new), "utf-8")
    return path
