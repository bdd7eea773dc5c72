"""Findings gathered over a submission: exact counts for every rule, and as much detail as memory allows."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa

from omsorgstall.intake.rule import rules

MOST_DETAIL = 10_000
"""Findings of one rule that are kept one by one, the first of the file. Counts are always exact."""

FINDINGS_SCHEMA = pa.schema(
    [
        pa.field("rule_id", pa.string()),
        pa.field("severity", pa.string()),
        pa.field("table", pa.string()),
        pa.field("record", pa.string()),
        pa.field("line", pa.int32()),
        pa.field("field", pa.string()),
    ]
)
"""One row per finding; ``record`` is the sender's own local id. Never a value of a person's field."""


class FindingLog:
    """Collects findings.

    Attributes:
        failed: exact number of findings by rule.
        unknown: how often a rule could not be judged because a value is missing; that is never passed.
        together: how often exactly this set of content rules failed on one record.
    """

    def __init__(self, most_detail: int = MOST_DETAIL) -> None:
        self.failed: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.together: Counter[tuple[str, ...]] = Counter()
        self._most = most_detail
        self._kept: Counter[str] = Counter()
        self._parts: list[pa.Table] = []

    def add(self, rule_id: str, table: str, records: pa.Array, lines: pa.Array, field: str | Sequence[str] = "") -> None:
        """Add findings of one rule.

        Args:
            records: local ids, null when there is none.
            lines: lines in the file; the first are kept when there are too many.
            field: the field, or the field of each.
        """
        count = len(lines)
        if not count:
            return
        self.failed[rule_id] += count
        room = max(0, min(count, self._most - self._kept[rule_id]))
        if room:
            self._kept[rule_id] += room
            fields = [field] * count if isinstance(field, str) else list(field)
            self._parts.append(_rows(rule_id, table, records, lines, fields).sort_by("line").slice(0, room))

    def add_many(self, rule_id: str, table: str, line: int, field: str, count: int) -> None:
        """Add findings of the same kind of which only the first is kept in detail."""
        self.add(rule_id, table, pa.nulls(1, pa.string()), pa.array([line], pa.int32()), field)
        self.failed[rule_id] += count - 1

    def add_submission(self, rule_id: str, field: str = "") -> None:
        """Add a finding on the whole submission."""
        self.add(rule_id, "", pa.nulls(1, pa.string()), pa.array([0], pa.int32()), field)

    def table(self) -> pa.Table:
        """The findings kept, by line and rule."""
        if not self._parts:
            return FINDINGS_SCHEMA.empty_table()
        order = [("line", "ascending"), ("rule_id", "ascending"), ("table", "ascending"), ("field", "ascending")]
        return pa.concat_tables(self._parts).combine_chunks().sort_by(order)


def _rows(rule_id: str, table: str, records: pa.Array, lines: pa.Array, fields: list[str]) -> pa.Table:
    count = len(lines)
    severity = str(rules()[rule_id].severity)
    constant: Mapping[str, str] = {"rule_id": rule_id, "severity": severity, "table": table}
    columns = {name: pa.repeat(pa.scalar(value), count) for name, value in constant.items()}
    columns |= {"record": records, "line": lines, "field": pa.array(fields, pa.string())}
    return pa.table(columns, schema=FINDINGS_SCHEMA)
