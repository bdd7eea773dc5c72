"""Everything the reports are made of, reckoned once for all municipalities: shares, findings, effects and ranks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from omsorgstall.core import Progress, Severity, silent
from omsorgstall.engine import Engine
from omsorgstall.intake import rules
from omsorgstall.measures import Settings
from omsorgstall.measures.people import users_for_testing
from omsorgstall.quality.effects import Effects, effects
from omsorgstall.quality.found import Found
from omsorgstall.quality.ranks import Rank, ranks
from omsorgstall.quality.shares import Share, Tables, shares

PER = 1000
"""Findings are compared by how many there are for so many records."""


@dataclass(frozen=True)
class QualityBook:
    """The quality of the data of a vintage.

    Attributes:
        frozen: when the vintage was made, UTC.
        year: the year the reports are about; ``years`` those compared, the last of them ``year``.
        delivered: per year the municipalities of today that are wholly delivered.
        rows: accepted rows by municipality, year and table.
        testing: per year how many persons of the country fall out of every figure as users for testing.
    """

    vintage: str
    frozen: datetime
    year: int
    years: tuple[int, ...]
    delivered: Mapping[int, frozenset[str]]
    rows: Mapping[tuple[str, int, str], int]
    shares: tuple[Share, ...]
    found: Found
    effects: Effects
    testing: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def of_municipality(self) -> dict[str, list[Share]]:
        """The shares by municipality."""
        grouped: dict[str, list[Share]] = {}
        for share in self.shares:
            grouped.setdefault(share.municipality, []).append(share)
        return grouped

    def shares_of(self, municipality: str, year: int) -> dict[str, Share]:
        """The shares of a municipality in a year by variable."""
        return {s.variable: s for s in self.of_municipality.get(municipality, []) if s.year == year}

    def overall(self, municipality: str, year: int) -> float | None:
        """The mean share of valid values over the variables; None when none has records."""
        return overall(self.shares_of(municipality, year).values())

    def findings_rate(self, municipality: str, year: int) -> float | None:
        """Findings that must be corrected for every ``PER`` accepted rows of the tables in ``rows``."""
        rows = self._all_rows.get((municipality, year), 0)
        return PER * self._all_findings.get((municipality, year), 0) / rows if rows else None

    @cached_property
    def _all_rows(self) -> dict[tuple[str, int], int]:
        return _summed(self.rows)

    @cached_property
    def _all_findings(self) -> dict[tuple[str, int], int]:
        to_correct = {r for r, rule in rules().items() if rule.severity is not Severity.INFORM}
        return _summed({place: n for place, n in self.found.by_rule().items() if place[2] in to_correct})

    @cached_property
    def ranks(self) -> dict[str, dict[str, Rank]]:
        """Ranks within KOSTRA groups in the year: by measure, then municipality.

        Measures: ``overall``, ``findings`` and each variable.
        """
        there = sorted(self.of_municipality)
        found = {
            "overall": ranks({m: self.overall(m, self.year) for m in there}, highest_first=True),
            "findings": ranks({m: self.findings_rate(m, self.year) for m in there}, highest_first=False),
        }
        valid: dict[str, dict[str, float | None]] = {}
        for share in self.shares:
            if share.year == self.year:
                valid.setdefault(share.variable, {})[share.municipality] = share.share("valid")
        return found | {variable: ranks(values, highest_first=True) for variable, values in valid.items()}

    def national(self, year: int) -> dict[str, Share]:
        """The shares of the country in a year by variable."""
        summed: dict[str, list[int]] = {}
        for s in self.shares:
            if s.year == year:
                parts = summed.setdefault(s.variable, [0, 0, 0, 0, 0])
                for n, part in enumerate((s.records, s.valid, s.unknown, s.missing, s.invalid)):
                    parts[n] += part
        return {v: Share("", year, v, *parts) for v, parts in summed.items()}

    @cached_property
    def _findings(self) -> dict[int, dict[str, dict[str, int]]]:
        grouped: dict[int, dict[str, dict[str, int]]] = {}
        for (municipality, year, rule), count in self.found.by_rule().items():
            if count:
                grouped.setdefault(year, {}).setdefault(rule, {})[municipality] = count
        return grouped

    def findings_by_rule(self, year: int) -> dict[str, dict[str, int]]:
        """Findings of a year by rule and municipality."""
        return self._findings.get(year, {})


def overall(found: Iterable[Share]) -> float | None:
    """The mean share of valid values over variables."""
    values = [v for s in found if (v := s.share("valid")) is not None]
    return sum(values) / len(values) if values else None


def _summed(counts: Mapping[tuple[str, int, str], int]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for (municipality, year, _), count in counts.items():
        found[municipality, year] = found.get((municipality, year), 0) + count
    return found


@dataclass(frozen=True, slots=True)
class Basis:
    """What reports rest on.

    Attributes:
        frozen: when the vintage was made, UTC.
        year: the year of the reports.
        delivered: per year the municipalities of today that are wholly delivered.
    """

    vintage: str
    frozen: datetime
    year: int
    delivered: Mapping[int, frozenset[str]]


def quality_book(engine: Engine, tables: Tables, found: Found, basis: Basis, *, progress: Progress = silent) -> QualityBook:
    """Reckon the quality of a year, and of those before it in the vintage.

    Args:
        tables: what ``engine.open`` gives for the vintage over the whole country.
        found: what intake found in its annual submissions.
    """
    years = tuple(y for y in sorted(basis.delivered) if y <= basis.year)
    progress("quality", 0, 3)
    made = shares(engine, tables, found, years)
    progress("quality", 1, 3)
    rows = _rows(engine, tables, years)
    reckoned = effects(engine, tables, found, basis.year)
    testing = engine.run(users_for_testing(tables, Settings()), step="users for testing").to_pylist()
    progress("quality", 3, 3)
    return QualityBook(
        basis.vintage,
        basis.frozen,
        basis.year,
        years,
        basis.delivered,
        rows,
        made,
        found,
        reckoned,
        {row["data_year"]: row["persons"] for row in testing},
    )


def _rows(engine: Engine, tables: Tables, years: Sequence[int]) -> dict[tuple[str, int, str], int]:
    counted = {}
    for name in ("person", "assessment", "service"):
        table = tables[name].filter(tables[name].data_year.isin(list(years)))
        by = table.group_by(["municipality", "data_year"]).aggregate(rows=table.count())
        for row in engine.run(by, step=f"rows of {name}").to_pylist():
            counted[row["municipality"], row["data_year"], name] = row["rows"]
    return counted
