"""How grave a finding is: what happens to the record it is about."""

from enum import StrEnum


class Severity(StrEnum):
    """What happens to the record, after the national actions of HIS 1135 (most findings keep the row)."""

    REJECT_SUBMISSION = "reject_submission"
    DELETE_MARK = "delete_mark"
    WARN = "warn"
    INFORM = "inform"
