"""Ad hoc tables: the populations, breakdowns and figures of the sum reports combined freely, as a report made for one run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from omsorgstall.codes import statistical_services
from omsorgstall.core import Text
from omsorgstall.statistics.sum_reports.population import SERVED, Population, known_populations
from omsorgstall.statistics.sum_reports.specification import Figure, Share, SumReport, figures_of, sum_reports
from omsorgstall.statistics.sum_reports.texts import said

AD_HOC = "TABELL"
"""The id of an ad hoc table, where a report has its own."""
SERVED_BY_NAME = "served"
SHARES: Mapping[Share, str] = {"row": "RadProsent", "column": "KolonneProsent", "total": "TotalProsent"}
"""The shares of the first figure that may be shown, with the ids of their figures."""
MOST_BREAKDOWNS = 4
_COLUMNS = ("Ingen",)


def counted_by_name() -> Mapping[str, str]:
    """What can be counted: ids of populations, by the name they are asked for."""
    return {p or SERVED_BY_NAME: p for p in known_populations() if figures_of(p)}


def ad_hoc_report(
    population: Population, figures: Sequence[Figure], shares: Sequence[str], *, title: str, hours_only: bool
) -> SumReport:
    """The report that shows these figures, with what their ratios are made of, and shares of the first one."""
    made = _with_inputs(figures, figures_of(population.id))
    made += [_share(share, name, made[0]) for share, name in SHARES.items() if share in shares]
    return SumReport(
        id=AD_HOC,
        version=1,
        title=Text.same(title) if title else said("ad_hoc_title"),
        purpose=population.name,
        reads=said("ad_hoc_reads"),
        population=population.id,
        rows=(),
        columns=_COLUMNS,
        services=_services(population),
        hours_only=hours_only,
        whole_years=any(r.whole_years for r in sum_reports().values() if r.population == population.id),
        figures=tuple(made),
        notes=(),
        tells=(),
        related=(),
        assumed="",
    )


def _services(population: Population) -> tuple[int, ...]:
    """All that the population may be of: coercion has services of its own."""
    every = {s for r in sum_reports().values() if r.population == population.id for s in r.services}
    return statistical_services() if population.id == SERVED else tuple(sorted(every))


def _with_inputs(figures: Sequence[Figure], known: Mapping[str, Figure]) -> list[Figure]:
    """The figures in the order asked for, and those that only serve a ratio, hidden."""
    names = [f.id for f in figures]
    inputs = dict.fromkeys(i for f in figures for i in f.ratio if i not in names)
    shown = [_as(f, shown=True) for f in figures]
    hidden = [_as(known[i], shown=False) for i in inputs]
    return [*(f for f in shown if f.measure), *hidden, *(f for f in shown if not f.measure)]


def _as(figure: Figure, *, shown: bool) -> Figure:
    return replace(figure, shown=shown, optional=False)


def _share(share: Share, name: str, of: Figure) -> Figure:
    label, unit = said(f"share_{share}"), said("per_cent")
    return Figure(name, label, unit, ratio=(of.id,), share=share, percent=True, decimals=1)
