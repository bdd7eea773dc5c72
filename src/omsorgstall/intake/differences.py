"""What intake changed in a file: values and rows it left out, and corrections that can only be one, as sent and as accepted.

For who has the file alone: nothing here is kept with a submission. Whatever looks like an identity number is masked.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.core import Severity
from omsorgstall.intake.naming import as_sent
from omsorgstall.intake.rule import Rule, rules

DIFFERENCES_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("change", "rule_id", "table", "record")]
    + [("line", pa.int32())]
    + [(name, pa.string()) for name in ("field", "sent", "accepted", "suggested")]
)
"""One row per difference. ``record`` is the sender's own id; ``sent``, ``accepted`` and ``suggested`` are values as text."""
_NUMBER = re.compile(r"\d{6}[ -]?\d{5}")
_LONGEST = 64
_NEVER_SHOWN = ("identity_number",)
_EMPTIES = "N12"
"""The rule on formats empties what it finds, though what it finds is no value that could be cleared."""


class Change(StrEnum):
    """What became of what was sent."""

    ROW_LEFT_OUT = "row_left_out"
    VALUE_LEFT_OUT = "value_left_out"
    SUGGESTED = "suggested"


def _divided(value: str, rule: Rule) -> str:
    return f"{float(value) / rule.limits['factors'][0]:.2f}"


_SUGGESTED: Mapping[str, Callable[[str, Rule], str]] = {"C19": _divided}
"""Rules whose findings have one correction only: hours of a month are divided by four (QA-TJ)."""


class DifferenceLog:
    """Collects the differences of one file as its chunks are checked."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def note(self, findings: pa.Table, raw: Mapping[str, pa.Table], accepted: Mapping[str, pa.Table]) -> None:
        """Note what findings of a chunk changed.

        Args:
            findings: those of the chunk, as intake keeps them one by one.
            raw: the chunk as read; ``accepted`` what became of it.
        """
        wanted = pa.array([r.id for r in rules().values() if _changes(r)])
        for row in findings.filter(pc.is_in(findings["rule_id"], value_set=wanted)).to_pylist():
            if row["table"] in raw:
                self._rows.extend(_difference(row, raw[row["table"]], accepted[row["table"]]))

    def table(self) -> pa.Table:
        """The differences by line."""
        found = pa.Table.from_pylist(self._rows, DIFFERENCES_SCHEMA)
        return found.sort_by([("line", "ascending"), ("table", "ascending"), ("field", "ascending"), ("rule_id", "ascending")])


def _changes(rule: Rule) -> bool:
    return rule.clears or rule.severity is Severity.DELETE_MARK or rule.id == _EMPTIES or rule.id in _SUGGESTED


def _difference(finding: Mapping[str, Any], raw: pa.Table, accepted: pa.Table) -> Iterator[dict[str, Any]]:
    rule, field = rules()[finding["rule_id"]], finding["field"]
    sent, kept = _value(raw, finding["line"], field), _value(accepted, finding["line"], field)
    row_left_out = rule.severity is Severity.DELETE_MARK
    suggested = ""
    if row_left_out:
        change, kept = Change.ROW_LEFT_OUT, ""
    elif not kept:
        change = Change.VALUE_LEFT_OUT
    elif rule.id in _SUGGESTED:
        change, suggested = Change.SUGGESTED, _SUGGESTED[rule.id](kept, rule)
    else:
        return  # a value that a row cannot do without stays as it was
    told = as_sent({"table": finding["table"], "record": finding["record"], "line": finding["line"], "field": field})
    yield {**told, "change": str(change), "rule_id": rule.id, "sent": sent, "accepted": kept, "suggested": suggested}


def _value(rows: pa.Table, line: int, field: str) -> str:
    """The value of a field on a line as text; empty when there is none, or when several records share the line."""
    if field in _NEVER_SHOWN or field not in rows.column_names:
        return ""
    values = rows[field].filter(pc.equal(rows["line"], line)).to_pylist()
    return _shown(values[0]) if len(values) == 1 else ""


def _shown(value: object) -> str:
    return "" if value is None else _NUMBER.sub("***********", str(value))[:_LONGEST]
