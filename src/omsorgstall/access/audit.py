"""What is written down when the register changes, and when own or person-level figures are read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from omsorgstall.access.scope import Scope


class AuditAction(StrEnum):
    """Fixed names of what can be logged."""

    ACCEPT = "accept"
    FREEZE = "freeze"
    WITHDRAW = "withdraw"
    SUBSTITUTE = "substitute"
    ROTATE_KEY = "rotate_key"
    REPSEUDONYMISE = "repseudonymise"
    CHANGE_IDENTITIES = "change_identities"
    READ_ROWS = "read_rows"
    READ_FINDINGS = "read_findings"
    READ_PERSON = "read_person"
    ERASE = "erase"
    UNBLOCK = "unblock"
    SHOW_OWNER_TABLE = "show_owner_table"
    SHOW_WORK_LIST = "show_work_list"
    SHOW_QUALITY = "show_quality"
    SHOW_DELIVERIES = "show_deliveries"
    SHOW_COMPARISON = "show_comparison"
    SHOW_SUM_REPORT = "show_sum_report"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what to what, why and when.

    Attributes:
        what: name of a vintage, submission, table or report; never a person.
        municipalities: those read, None for the whole country.
    """

    action: AuditAction
    what: str
    who: str
    why: str
    when: datetime
    municipalities: frozenset[str] | None

    @classmethod
    def of(cls, action: AuditAction, what: str, scope: Scope, when: datetime) -> "AuditEvent":
        """The event of acting within a scope."""
        return cls(action, what, scope.who, scope.purpose, when, scope.municipalities)
