"""Findings gathered over a submission: exact counts for every rule, and as much detail as memory allows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import orjson
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


_COUNTS = b"omsorgstall.counts"
"""Key of the metadata of a table of findings that holds their exact counts."""


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """How often rules failed in one submission.

    Attributes:
        failed: findings by rule, table and field.
        unknown: how often a rule could not be judged.
        at_least: rules with more findings than are counted: the table was written before exact counts were kept with it.
    """

    failed: Mapping[tuple[str, str, str], int]
    unknown: Mapping[str, int]
    at_least: frozenset[str] = frozenset()

    @classmethod
    def of(cls, findings: pa.Table) -> Self:
        """The counts that stand with a table of findings; when none do, its rows are counted."""
        kept = (findings.schema.metadata or {}).get(_COUNTS)
        if kept is not None:
            told = orjson.loads(kept)
            return cls({(r, t, f): n for r, t, f, n in told["failed"]}, told["unknown"])
        counted = findings.group_by(["rule_id", "table", "field"]).aggregate([([], "count_all")])
        by_rule: Counter[str] = Counter()
        failed = {}
        for row in counted.to_pylist():
            failed[row["rule_id"], row["table"], row["field"]] = row["count_all"]
            by_rule[row["rule_id"]] += row["count_all"]
        return cls(failed, {}, frozenset(r for r, n in by_rule.items() if n >= MOST_DETAIL))


class FindingLog:
    """Collects findings.

    Attributes:
        failed: exact number of findings by rule; ``places`` by rule, table and field.
        unknown: how often a rule could not be judged because a value is missing; that is never passed.
        together: how often exactly this set of content rules failed on one record.
    """

    def __init__(self, most_detail: int = MOST_DETAIL) -> None:
        self.failed: Counter[str] = Counter()
        self.places: Counter[tuple[str, str, str]] = Counter()
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
        for name, times in ({field: count} if isinstance(field, str) else Counter(field)).items():
            self.places[rule_id, table, name] += times
        room = max(0, min(count, self._most - self._kept[rule_id]))
        if room:
            self._kept[rule_id] += room
            fields = [field] * count if isinstance(field, str) else list(field)
            self._parts.append(_rows(rule_id, table, records, lines, fields).sort_by("line").slice(0, room))

    def add_many(self, rule_id: str, table: str, line: int, field: str, count: int) -> None:
        """Add findings of the same kind of which only the first is kept in detail."""
        self.add(rule_id, table, pa.nulls(1, pa.string()), pa.array([line], pa.int32()), field)
        self.failed[rule_id] += count - 1
        self.places[rule_id, table, field] += count - 1

    def add_submission(self, rule_id: str, field: str = "") -> None:
        """Add a finding on the whole submission."""
        self.add(rule_id, "", pa.nulls(1, pa.string()), pa.array([0], pa.int32()), field)

    @property
    def parts(self) -> int:
        """How many times findings were kept so far."""
        return len(self._parts)

    def since(self, parts: int) -> pa.Table:
        """The findings kept after so many times."""
        return pa.concat_tables([FINDINGS_SCHEMA.empty_table(), *self._parts[parts:]])

    def table(self) -> pa.Table:
        """The findings kept, by line and rule, with the exact counts beside them (``FindingCounts.of``)."""
        order = [("line", "ascending"), ("rule_id", "ascending"), ("table", "ascending"), ("field", "ascending")]
        kept = pa.concat_tables([FINDINGS_SCHEMA.empty_table(), *self._parts]).combine_chunks().sort_by(order)
        failed = [[*place, count] for place, count in sorted(self.places.items())]
        counts = {"failed": failed, "unknown": dict(sorted((+self.unknown).items()))}
        return kept.replace_schema_metadata({_COUNTS: orjson.dumps(counts)})


def _rows(rule_id: str, table: str, records: pa.Array, lines: pa.Array, fields: list[str]) -> pa.Table:
    count = len(lines)
    severity = str(rules()[rule_id].severity)
    constant: Mapping[str, str] = {"rule_id": rule_id, "severity": severity, "table": table}
    columns = {name: pa.repeat(pa.scalar(value), count) for name, value in constant.items()}
    columns |= {"record": records, "line": lines, "field": pa.array(fields, pa.string())}
    return pa.table(columns, schema=FINDINGS_SCHEMA)
