"""What each sum report (sumrapport) is, as data, the fourteen of 2011 and further ones: one file each in ``definitions/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from omsorgstall.codes import service_groups, statistical_services
from omsorgstall.core import Text, parse_yaml
from omsorgstall.statistics.caveats import shared_notes
from omsorgstall.statistics.sum_reports.population import known_populations

_HERE = files("omsorgstall.statistics.sum_reports")
Share = Literal["", "row", "column", "total"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report.

    Attributes:
        id: name in the output.
        measure: what is counted or added (``counting.MEASURES``); empty for a ratio.
        ratio: ids of numerator and denominator.
        share: for a ratio of a figure to itself in the total of the row, the column or the table; per cent.
        percent: the ratio is shown per hundred.
        shown: False for what only serves a ratio.
        optional: shown only when it is asked for.
        whole_years: nothing unless the period is a calendar year.
    """

    id: str
    label: Text
    unit: Text
    measure: str = ""
    ratio: tuple[str, ...] = ()
    share: Share = ""
    percent: bool = False
    decimals: int = 0
    shown: bool = True
    optional: bool = False
    whole_years: bool = False


@dataclass(frozen=True, slots=True)
class SumReport:
    """A sum report.

    Attributes:
        id: ``S01`` to ``S14``, with the official title of 2011; ``T01`` and on are further reports of our own.
        reads: one sentence that says how to read the table.
        population: id of what is counted (``population.known_populations``); empty for persons and services on a date.
        rows: ids of breakdowns for the rows; the first is the default.
        columns: likewise for the columns; the first is the default, empty for none.
        services: the service types counted; ``hours_only`` leaves out those without granted hours.
        whole_years: counted in calendar years only.
        tells: what is told below the table of each municipality (``footnotes``).
        related: numbers of published tables with the same or a close definition.
        assumed: what about it is ASSUMED.
    """

    id: str
    version: int
    title: Text
    purpose: Text
    reads: Text
    population: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    services: tuple[int, ...]
    hours_only: bool
    whole_years: bool
    figures: tuple[Figure, ...]
    notes: tuple[Text, ...]
    tells: tuple[str, ...]
    related: tuple[str, ...]
    assumed: str

    @property
    def of_scores(self) -> bool:
        """Whether its rows are the function variables, each with everybody in it."""
        return self.rows == ("Variabel",)

    @property
    def of_period(self) -> bool:
        """Whether it is counted in a period; otherwise on a date."""
        return not known_populations()[self.population].on_a_date


def _services(named: str | list[int]) -> tuple[int, ...]:
    """A list of service types, or a name for one: ``all``, or a group of services in lower case."""
    if isinstance(named, list):
        return tuple(named)
    groups = {g.code.lower(): g.members for g in service_groups()}
    known = {"all": statistical_services(), **groups}
    return tuple(s for s in known[named] if s in statistical_services())  # groups name retired types too


def _figure(data: Mapping[str, Any]) -> Figure:
    texts = {key: Text.of(data[key]) for key in ("label", "unit")}
    return Figure(**{**data, **texts, "ratio": tuple(data.get("ratio", ()))})


def _report(data: Mapping[str, Any], shared: Mapping[str, Any]) -> SumReport:
    texts = {key: Text.of(data[key]) for key in ("title", "purpose", "reads")}
    made = {
        "rows": tuple(data["rows"]),
        "columns": tuple(data["columns"]),
        "services": _services(data["services"]),
        "figures": tuple(map(_figure, data["figures"])),
        "notes": tuple(Text.of(shared[n] if isinstance(n, str) else n) for n in data["notes"]),
        "tells": tuple(data.get("tells", ())),
        "related": tuple(data["related"]),
        "whole_years": data.get("whole_years", False),
    }
    return SumReport(**{**data, **texts, **made})


def figures_of(population: str) -> dict[str, Figure]:
    """Every figure that a report of the population has, by id, shares of its own table left out."""
    reports = [r for r in sum_reports().values() if r.population == population and not r.of_scores]
    return {f.id: f for r in reversed(reports) for f in r.figures if not f.share}


@cache
def sum_reports() -> Mapping[str, SumReport]:
    """Every sum report by id, in order; those of 2011 begin with ``S``."""
    names = sorted(f.name for f in (_HERE / "definitions").iterdir() if f.name.endswith(".yaml"))
    read = [parse_yaml((_HERE / "definitions" / name).read_text(encoding="utf-8")) for name in names]
    return {r.id: r for r in (_report(data, shared_notes()) for data in read)}
