"""The review of a vintage: every control over its figures and records, and the work list ranked by influence.

Figures here are unprotected. A review is held in memory, and shown only as a report to whoever may see it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from omsorgstall.core import Progress, silent
from omsorgstall.editing import beside_peers, beside_records, distributions, over_years
from omsorgstall.editing.control import Control, controls
from omsorgstall.editing.distributions import Tables, groups_table
from omsorgstall.editing.figures import Figures, delivered_in, figure_kinds, figures_of
from omsorgstall.editing.finding import Finding, Outcome
from omsorgstall.engine import Engine
from omsorgstall.statistics import TableDefinition, table_definitions
from omsorgstall.tables import DraftRelease

FIGURE_METHODS: Mapping[str, Callable[[Control, Mapping[str, Figures], int], Outcome]] = {
    "change_from_last_year": over_years.change_from_last_year,
    "gone_since_last_year": over_years.gone_since_last_year,
    "moved_the_country": over_years.moved_the_country,
    "reported_in_another_unit": over_years.reported_in_another_unit,
    "ratio_to_group": beside_peers.ratio_to_group,
}
"""Methods over figures, by the name that a control calls them by."""
RECORD_METHODS = {
    "heaped_hours": (distributions.granted_hours, beside_records.heaped_hours),
    "many_scores_of_one": (distributions.scores_of_one, beside_records.many_scores_of_one),
    "one_start_day": (distributions.common_start, beside_records.one_start_day),
    "reported_elsewhere": (distributions.reported_elsewhere, beside_records.reported_elsewhere),
    "users_for_testing": (distributions.reported_elsewhere, beside_records.users_for_testing),
}
"""Methods over records, likewise: the expression that counts them and what judges the counts."""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the controls say of one figure of one municipality.

    Attributes:
        findings: the one with the largest influence first.
    """

    findings: tuple[Finding, ...]

    @property
    def lead(self) -> Finding:
        """The finding that ranks the case."""
        return self.findings[0]


@dataclass(frozen=True)
class Review:
    """What the controls found in one year of a vintage.

    Attributes:
        outcomes: one for each control, also those that found nothing or could judge nothing.
        municipalities: those that delivered the year; the national figures are theirs together.
    """

    vintage: str
    year: int
    outcomes: tuple[Outcome, ...]
    municipalities: tuple[str, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, the one with the largest influence on a national figure first."""
        return tuple(sorted((f for o in self.outcomes for f in o.findings), key=_order))

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The work list: findings gathered by municipality, figure and service, the largest influence first."""
        gathered: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.findings:
            gathered.setdefault((finding.municipality, finding.figure, finding.service), []).append(finding)
        return tuple(Case(tuple(found)) for found in gathered.values())

    def of(self, municipality: str) -> tuple[Finding, ...]:
        """The findings of one municipality in the same order."""
        return tuple(f for f in self.findings if f.municipality == municipality)


def _order(finding: Finding) -> tuple[float, str, str, str, str]:
    return (-finding.influence, finding.municipality, finding.figure, finding.service, finding.control)


def reviewed_tables() -> tuple[TableDefinition, ...]:
    """The tables that the controls look at: a draft for a review needs no others."""
    wanted = {k.table for k in figure_kinds().values() if k.table}
    return tuple(d for d in table_definitions().values() if d.id in wanted)


def review(engine: Engine, tables: Tables, draft: DraftRelease, year: int, *, progress: Progress = silent) -> Review:
    """Run every control on a year.

    Args:
        tables: what ``engine.open`` gives for the vintage, over the whole country.
        draft: draft tables of the same vintage, of the year and the one before; what is missing is not judged.
    """
    figures = figures_of(draft.tables)
    groups = engine.from_arrow({"groups": groups_table()})["groups"]
    outcomes = []
    for number, control in enumerate(controls().values()):
        progress("controls", number, len(controls()))
        if control.method in FIGURE_METHODS:
            outcomes.append(FIGURE_METHODS[control.method](control, figures, year))
        else:
            count, judge = RECORD_METHODS[control.method]
            rows = engine.run(count(tables, groups, year), step=control.title.en)
            outcomes.append(judge(control, rows.to_pylist(), year))
    engine.forget(groups)
    vintage = next((d.lineage.get("vintage", "") for d in draft.tables), "")
    return Review(vintage, year, tuple(outcomes), delivered_in(figures.values(), year))
