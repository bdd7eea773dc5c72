"""What intake found in the submissions of a vintage, by today's municipality and year."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.codes.regions import municipalities_in
from omsorgstall.intake import FINDINGS_SCHEMA
from omsorgstall.intake.findings import FindingCounts

Place = tuple[str, int, str]
"""A municipality of today, a data year and a rule."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The findings of one annual submission.

    Attributes:
        reported_municipality: the sender's number in the data year.
        findings: as intake kept them, with their counts.
    """

    reported_municipality: str
    data_year: int
    findings: pa.Table


@dataclass(frozen=True, slots=True)
class Found:
    """Counts of findings, exact but for rules in ``at_least``, and the findings one by one as far as intake kept them.

    Attributes:
        fields: findings by place, table and field.
        unjudged: rows a rule could not judge, by place.
        at_least: places with more findings than are counted.
        detail: by sender and year.
    """

    fields: Mapping[tuple[str, int, str, str, str], int]
    unjudged: Mapping[Place, int]
    at_least: frozenset[Place]
    detail: Mapping[tuple[str, int], pa.Table] = field(repr=False, default_factory=dict)
    _by_rule: dict[Place, int] = field(repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Add up the fields of each rule once."""
        for (municipality, year, rule, _, _), count in self.fields.items():
            self._by_rule[municipality, year, rule] = self._by_rule.get((municipality, year, rule), 0) + count

    def of_field(self, municipality: str, year: int, rule: str, table: str, column: str) -> int:
        """Findings of a rule on one field."""
        return self.fields.get((municipality, year, rule, table, column), 0)

    def by_rule(self) -> Mapping[Place, int]:
        """Findings by place."""
        return dict(self._by_rule)

    def records(self, municipality: str, year: int) -> pa.Table:
        """The findings of a municipality and year one by one."""
        kept = [t for (sender, y), t in self.detail.items() if y == year and today_of(sender, y) == municipality]
        return pa.concat_tables([FINDINGS_SCHEMA.empty_table(), *kept])

    def rows(self, year: int, chosen: Iterable[str]) -> pa.Table:
        """The findings of some rules in a year, for joining with the register.

        Columns: ``reported_municipality``, ``data_year``, ``rule_id``, ``table``, ``record`` and ``line``.
        """
        wanted, parts = pa.array(sorted(chosen), pa.string()), [_ROWS.empty_table()]
        for (sender, sent), findings in self.detail.items():
            if sent == year:
                kept = findings.filter(pc.is_in(findings["rule_id"], value_set=wanted))
                constant = {"reported_municipality": sender, "data_year": year}
                columns = [pa.repeat(pa.scalar(v, _ROWS.field(n).type), kept.num_rows) for n, v in constant.items()]
                columns += [kept[n] for n in ("rule_id", "table", "record", "line")]
                parts.append(pa.table(columns, schema=_ROWS))
        return pa.concat_tables(parts)


_ROWS = pa.schema(
    [
        ("reported_municipality", pa.string()),
        ("data_year", pa.int16()),
        *[(n, FINDINGS_SCHEMA.field(n).type) for n in ("rule_id", "table", "record", "line")],
    ]
)


def found_in(submissions: Iterable[Submitted]) -> Found:
    """Gather the findings of submissions."""
    fields: Counter[tuple[str, int, str, str, str]] = Counter()
    unjudged: Counter[Place] = Counter()
    at_least: set[Place] = set()
    detail = {}
    for one in submissions:
        today, counts = today_of(one.reported_municipality, one.data_year), FindingCounts.of(one.findings)
        for (rule, table, column), count in counts.failed.items():
            fields[today, one.data_year, rule, table, column] += count
        for rule, count in counts.unknown.items():
            unjudged[today, one.data_year, rule] += count
        at_least |= {(today, one.data_year, rule) for rule in counts.at_least}
        detail[one.reported_municipality, one.data_year] = one.findings
    return Found(dict(fields), dict(unjudged), frozenset(at_least), detail)


def today_of(sender: str, year: int) -> str:
    """Today's municipality of a sender; of one that was split, the one that got most of it. The sender itself when unknown."""
    parts = municipalities_in(year).get(sender, ())
    return max(parts, key=lambda part: (part[1], part[0]))[0] if parts else sender
