"""From files to accepted rows and findings. Identity numbers live here, in memory, and nowhere else.

Faults are kept and reported; few reject. What cannot be judged because a value is missing is counted apart and never passes.
"""

from omsorgstall.intake.batch import BatchCheck, CheckedBatch, Counts, check_batch
from omsorgstall.intake.events import CheckedEvents, check_events
from omsorgstall.intake.findings import FINDINGS_SCHEMA, MOST_DETAIL
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.intake.receipts import receipt, rejecting_rules, rejection
from omsorgstall.intake.rule import Rule, Stage, rules

__all__ = [
    "FINDINGS_SCHEMA",
    "MOST_DETAIL",
    "BatchCheck",
    "CheckedBatch",
    "CheckedEvents",
    "Counts",
    "PseudonymKey",
    "Rule",
    "Stage",
    "check_batch",
    "check_events",
    "receipt",
    "rejecting_rules",
    "rejection",
    "rules",
]
