"""A submission in which everything is in order but what the case is about."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from omsorgstall.app.pipeline.unit_lists import unit_list
from omsorgstall.formats.units import COLUMNS
from omsorgstall.intake.unit_list import UnitList
from tests.builders.submissions import ASSESSMENT, PERSON, SERVICE, STAY, Rows, submission

FAILS, PASSES, UNKNOWN = "fails", "passes", "unknown"


@dataclass(frozen=True)
class Case:
    """A submission in which everything is in order but what the case is about.

    Attributes:
        edits: pieces of the file's text to replace, for what a correct writer cannot write.
        units: rows of the organisation list it is held against; None without a list.
    """

    rule: str
    says: str
    outcome: str
    tables: dict[str, Rows]
    edits: tuple[tuple[str, str], ...] = ()
    units: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        return f"{self.rule} {self.outcome}: {self.says}"

    def write(self, path: Path) -> Path:
        text = submission(path, **self.tables).read_text("utf-8")
        for old, new in self.edits:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        return path

    def unit_list(self, folder: Path) -> UnitList | None:
        return None if self.units is None else listed(folder / "units.csv", *self.units)


def listed(path: Path, *rows: str) -> UnitList:
    """The organisation list of rows with number, industry, first day, last day and weekly hours of the staff."""
    path.write_text("\n".join([",".join(COLUMNS), *rows]), "utf-8")
    found, faults = unit_list(path, date(2023, 1, 5))
    assert found is not None, faults
    return found


def person(rule: str, says: str, outcome: str, /, *edits: tuple[str, str], **changes: object) -> Case:
    return Case(rule, says, outcome, {"person": [PERSON | changes]}, edits)


def service(rule: str, says: str, outcome: str, /, *edits: tuple[str, str], **changes: object) -> Case:
    return Case(rule, says, outcome, {"service": [SERVICE | changes]}, edits)


def two(rule: str, says: str, outcome: str, first: dict, second: dict, base: dict = SERVICE) -> Case:
    return Case(rule, says, outcome, {"service": [base | first, base | {"service_id": "t2"} | second]})


def assessed(rule: str, says: str, outcome: str, /, *edits: tuple[str, str], stay: dict | None = None, **changes: object) -> Case:
    tables = {"assessment": [ASSESSMENT | changes]} | ({"service": [STAY | stay]} if stay is not None else {})
    return Case(rule, says, outcome, tables, edits)
