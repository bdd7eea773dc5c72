"""A finding is what a check says about a record. It never carries the value of a person's field."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What happens to the record, after the national actions of HIS 1135 (most findings keep the row)."""

    REJECT_SUBMISSION = "reject_submission"
    DELETE_MARK = "delete_mark"
    WARN = "warn"
    INFORM = "inform"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding on one record.

    Attributes:
        rule_id: stable rule id, such as ``C11``.
        severity: what happens to the record.
        table: the table of the record, such as ``service``; empty for the whole file.
        record: the sender's own local id of the record (``brukerNr`` or ``tjenesteID``), so that it can be found again.
        line: line number in the file as sent; 0 when it concerns the whole file.
        field: the field concerned; empty when several.
        file: name of the file within the submission.
    """

    rule_id: str
    severity: Severity
    table: str = ""
    record: str = ""
    line: int = 0
    field: str = ""
    file: str = ""
