"""How the made-up country compares with the published one: measure by measure, fitted and unfitted apart.

It shows plausibility, not correctness: definitions rest on hand-worked cases and slow twins, not on this report.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import StringIO
from statistics import median

import numpy as np

from omsorgstall.codes import municipalities
from omsorgstall.core import Progress, silent
from omsorgstall.synthetic.draws import Floats
from omsorgstall.synthetic.facts import Counts, Facts, facts, together
from omsorgstall.synthetic.figures import Year, figure
from omsorgstall.synthetic.histories import History, histories_of, sampled
from omsorgstall.synthetic.parameters import Parameters, data_text, default_parameters
from omsorgstall.synthetic.people import Population, blocks
from omsorgstall.synthetic.reporting import Reporter, cut

YEARS = (2017, 2018, 2020, 2021, 2022)
"""Data years the published figures of the report need; 2020 and 2022 also tell who is new and who left in 2021."""
FITTED, UNFITTED = "fitted", "unfitted"
FITTED_LIMIT, UNFITTED_LIMIT, MAIN_LIMIT = 5.0, 10.0, 10.0
MAIN_GROUPS = (
    "Tjenester til hjemmeboende",
    "Bolig kommunen disponerer til helse- og omsorgsformål",
    "Institusjonstjenester",
    "Langtidsopphold i institusjon",
    "Helsetjenester i hjemmet",
    "Praktisk bistand - daglige gjøremål",
)
_MAIN_MEASURES = ("recipients_during_year", "recipients_at_31.12", "users_at_31.12")


@dataclass(frozen=True)
class Published:
    """One published figure."""

    measure: str
    group: str
    breakdown: str
    year: int
    value: float
    unit: str
    role: str
    source: str


@dataclass(frozen=True)
class Comparison:
    """A published figure beside the made-up one; ``deviation`` in percent of the published."""

    published: Published
    generated: float

    @property
    def deviation(self) -> float:
        """How far the made-up figure lies above the published one, in percent."""
        return 100 * (self.generated / self.published.value - 1)

    @property
    def main_group(self) -> bool:
        """Whether it counts the users of a main service group."""
        about = self.published
        return about.group in MAIN_GROUPS and about.measure.startswith(_MAIN_MEASURES) and "=" not in about.breakdown


@cache
def published_figures() -> tuple[Published, ...]:
    """The published figures we compare with, from the data file."""
    rows = csv.DictReader(StringIO(data_text("published_figures.csv")))
    return tuple(
        Published(
            r["measure"],
            r["service_or_group"],
            r["breakdown"],
            int(r["year"]),
            float(r["value"]),
            r["unit"],
            r["role"],
            r["source"],
        )
        for r in rows
    )


def plausibility(
    seed: int = 1,
    *,
    share: float | None = None,
    parameters: Parameters | None = None,
    progress: Progress = silent,
) -> list[Comparison]:
    """Make the country and compare it with the published figures.

    Args:
        share: share of the people to simulate; None makes everybody, block by block.
        parameters: the parameters to judge; None for the fitted ones of the package.
    """
    return compared(made_years(seed, parameters or default_parameters(), share, progress))


def made_years(seed: int, parameters: Parameters, share: float | None = None, progress: Progress = silent) -> dict[int, Year]:
    """The facts of every year of the report; see ``plausibility``."""
    population = Population(seed, parameters)
    if share is not None and share < 1:
        return _years([sampled(population, share, min(YEARS), max(YEARS))], population, 1 / share)
    return _years(_blocks(population, progress), population, 1.0)


def _blocks(population: Population, progress: Progress) -> Iterator[History]:
    for done, municipality in enumerate(municipalities(), start=1):
        yield from histories_of(population, municipality, min(YEARS), max(YEARS))
        progress("plausibility", done, len(municipalities()))


def _years(histories: Iterable[History], population: Population, scale: float) -> dict[int, Year]:
    parts: dict[int, list[tuple[Facts, Counts]]] = {year: [] for year in YEARS}
    for simulated in histories:
        for year in YEARS:
            shown = cut(simulated, year)
            reporter = Reporter(shown, population.parameters)
            onset = reporter.people.onset
            parts[year].append(facts(reporter.tables(), year, simulated.inhabitants[shown.persons], onset))
    found = {year: together(parts[year]) for year in YEARS}
    users = {year: f.identity[f.during.any(axis=1)] for year, (f, _) in found.items()}
    return {y: Year(y, *found[y], users.get(y - 1), users.get(y + 1), _inhabitants(population, y), scale) for y in YEARS}


def _inhabitants(population: Population, year: int) -> Floats:
    """The country's population of 1 January by the age it reaches in the year, as the published shares count it."""
    found: Floats = np.sum([population.inhabitants(block, year) for block in blocks()], axis=0)
    return np.concatenate([np.zeros((2, 1)), found], axis=1)


def compared(years: Mapping[int, Year]) -> list[Comparison]:
    """Every published figure of the years that the made-up country has an answer to."""
    found = []
    for row in published_figures():
        value = figure(years[row.year], row.measure, row.group, row.breakdown) if row.year in years else None
        if value is not None:
            found.append(Comparison(row, value))
    return found


def median_deviation(comparisons: Iterable[Comparison], role: str) -> float:
    """Median absolute deviation of the fitted or unfitted figures, in percent."""
    return median(abs(c.deviation) for c in comparisons if c.published.role == role)


def worst_main_group(comparisons: Iterable[Comparison]) -> Comparison:
    """The main service group furthest from what was published."""
    return max((c for c in comparisons if c.main_group), key=lambda c: abs(c.deviation))


def render(comparisons: list[Comparison]) -> str:
    """The report as Markdown."""
    lines = ["# Plausibility of the made-up country", "", _DISCLAIMER, "", *_summary(comparisons)]
    for role, title in ((FITTED, "Fitted figures"), (UNFITTED, "Unfitted figures")):
        lines += ["", f"## {title}", "", "| Measure | Group | Breakdown | Year | Published | Made up | Deviation % |"]
        lines.append("|---|---|---|---:|---:|---:|---:|")
        lines += [_line(c) for c in comparisons if c.published.role == role]
    return "\n".join(lines) + "\n"


_DISCLAIMER = "It shows plausibility, not correctness. Published figures: see the column source of published_figures.csv."


def _summary(comparisons: list[Comparison]) -> list[str]:
    worst = worst_main_group(comparisons)
    return [
        f"- Median absolute deviation, fitted: {median_deviation(comparisons, FITTED):.1f} % (limit {FITTED_LIMIT:.0f} %)",
        f"- Median absolute deviation, unfitted: {median_deviation(comparisons, UNFITTED):.1f} % (limit {UNFITTED_LIMIT:.0f} %)",
        f"- Main service group furthest off: {worst.published.group} ({worst.published.measure}, {worst.published.year}): "
        f"{worst.deviation:+.1f} % (limit {MAIN_LIMIT:.0f} %)",
    ]


def _line(c: Comparison) -> str:
    about = c.published
    values = f"{about.value:,.1f} | {c.generated:,.1f} | {c.deviation:+.1f}"
    return f"| {about.measure} | {about.group} | {about.breakdown} | {about.year} | {values} |"
