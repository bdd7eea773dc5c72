"""Figures by municipality, service and year, as arrays: what the controls on statistics look at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.codes import municipalities, population, service_groups, service_types
from omsorgstall.core import Text, parse_yaml
from omsorgstall.statistics import table_definitions
from omsorgstall.tables import DraftTable, Member, TableModel

COUNTRY, TOTAL = "EAK", "00"
REST = "rest"
"""The stratum of municipalities whose KOSTRA group is too small to judge by."""
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A figure that controls look at.

    Attributes:
        table: the draft table it stands in, with its ``content``; empty when it is counted from records.
        rests_on_others: whether the figure itself rests on what other municipalities sent, so that its owner may not see it.
    """

    id: str
    table: str
    content: str
    label: Text
    unit: Text
    rests_on_others: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Whose figure it is and which."""

    municipality: str
    figure: str
    service: str
    year: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One kind of figure.

    Attributes:
        values: municipalities × services × years; NaN where not delivered or where the service did not exist.
        national: services × years.
    """

    id: str
    municipalities: tuple[str, ...]
    services: tuple[Member, ...]
    years: tuple[int, ...]
    values: Floats
    national: Floats

    def service_rows(self, levels: Sequence[str]) -> list[int]:
        """Positions of the services of the given levels."""
        return [n for n, s in enumerate(self.services) if level_of(s.code) in levels]

    def of_year(self, year: int) -> Floats:
        """Municipalities × services; all missing when there are no figures of the year."""
        if year not in self.years:
            return np.full(self.values.shape[:2], np.nan)
        return self.values[:, :, self.years.index(year)]

    def national_of(self, service: int, year: int) -> float:
        """The national figure of a service; that of the year before where the country has none."""
        found = [self.national[service, self.years.index(y)] for y in (year, year - 1) if y in self.years]
        return next((float(n) for n in found if n > 0), 0.0)

    def vector(self, service: str, year: int, numbers: Sequence[str]) -> Floats:
        """The figures of one service by municipality, in the order asked for; missing where there are none."""
        codes = [s.code for s in self.services]
        found = self.of_year(year)[:, codes.index(service)] if service in codes else np.full(len(self.municipalities), np.nan)
        known = {number: float(value) for number, value in zip(self.municipalities, found, strict=True)}
        return np.array([known.get(n, np.nan) for n in numbers])

    def place(self, municipality: int, service: int, year: int) -> Place:
        """The place of a cell."""
        return Place(self.municipalities[municipality], self.id, self.services[service].code, year)


def level_of(service: str) -> str:
    """Whether a code stands for all services, a group of them, or one."""
    if service == TOTAL:
        return "total"
    return "group" if service in {g.code for g in service_groups()} else "service"


@cache
def figure_kinds() -> dict[str, FigureKind]:
    """Every kind of figure by id."""
    content = parse_yaml((files("omsorgstall.editing") / "figures.yaml").read_text(encoding="utf-8"))
    return {item["id"]: _kind(item) for item in content["items"]}


def _kind(item: dict[str, Any]) -> FigureKind:
    own = (Text.of(item["label"]), Text.of(item["unit"])) if "label" in item else _texts_of(item["table"], item["content"])
    return FigureKind(item["id"], item.get("table", ""), item.get("content", ""), *own, item.get("rests_on_others", False))


def _texts_of(table: str, content: str) -> tuple[Text, Text]:
    """What a table calls one of its contents, and its unit."""
    return next((c.label, c.unit) for c in table_definitions()[table].contents if c.id == content)


@cache
def factor_meanings() -> dict[str, Text]:
    """What it means that hours are a known factor too high or too low, by the id of the factor."""
    content = parse_yaml((files("omsorgstall.editing") / "figures.yaml").read_text(encoding="utf-8"))
    return {key: Text.of(text) for key, text in content["factors"].items()}


def service_name(code: str) -> Text:
    """The name of a service, a group of services, or all of them."""
    if level_of(code) == "total":
        return Text("Alle tjenester", "Alle tenester", "All services")
    groups = {g.code: g.name for g in service_groups()}
    return groups.get(code) or service_types()[int(code)].name


def figures_of(drafts: Iterable[DraftTable]) -> dict[str, Figures]:
    """The figures of every kind whose table is among the drafts, by id."""
    made = {d.model.id: d for d in drafts}
    return {k.id: _figures(k, made[k.table]) for k in figure_kinds().values() if k.table in made}


def _figures(kind: FigureKind, draft: DraftTable) -> Figures:
    values = _by_region_service_year(draft.model, np.where(draft.applicable[kind.content], draft.values[kind.content], np.nan))
    regions = draft.model.dimension("Region").codes()
    rows = [n for n, code in enumerate(regions) if code in municipalities()]
    country = values[regions.index(COUNTRY)] if COUNTRY in regions else np.nansum(values[rows], axis=0)
    years = tuple(int(code) for code in draft.model.dimension("Tid").codes())
    services = draft.model.dimension("Tjeneste").members
    return Figures(kind.id, tuple(regions[n] for n in rows), services, years, values[rows], country)


def _by_region_service_year(model: TableModel, values: Floats) -> Floats:
    """The array over three dimensions, the others at their total."""
    kept = ("Region", "Tjeneste", "Tid")
    for axis, dimension in reversed(list(enumerate(model.dimensions))):
        if dimension.id not in kept:
            values = np.take(values, dimension.index()[dimension.elimination or ""], axis=axis)
    order = [d.id for d in model.dimensions if d.id in kept]
    return np.transpose(values, [order.index(name) for name in kept])


def inhabitants(numbers: Sequence[str], year: int) -> Floats:
    """Population of the municipalities on 1 January of the year."""
    table = population(year).group_by("region").aggregate([("persons", "sum")])
    known: dict[str, float] = dict(
        zip(table["region"].to_pylist(), pc.cast(table["persons_sum"], "float64").to_pylist(), strict=True)
    )
    return np.array([known.get(n, np.nan) for n in numbers])


def beyond_chance(value: Floats, other: Floats, persons: Floats, others: Floats, limits: Mapping[str, float]) -> Marks:
    """Whether the ratio of two values, either way, is more than ``1 + least`` and what chance may do besides.

    The logarithm of a ratio of two counts varies by ``√(1/n + 1/m)``, that of amounts more: the fewer persons stand behind a
    figure, the more of it comes and goes with one of them.

    Args:
        persons: behind each value, at least one each; ``others`` behind the other, infinite where it does not vary.
        limits: ``least``, and ``chance``: how many times that variation passes.
    """
    both = (value > 0) & (other > 0)
    change = np.abs(np.log(np.where(both, value, 1)) - np.log(np.where(both, other, 1)))
    found: Marks = change > np.log(1 + limits["least"]) + limits["chance"] * np.sqrt(1 / persons + 1 / others)
    return found


def strata_of(numbers: Sequence[str], testable: Marks, least: int) -> list[str]:
    """The KOSTRA group of each municipality, those of groups with fewer than ``least`` testable ones put together."""
    groups = [municipalities()[n].kostra_group for n in numbers]
    counted = {g: sum(1 for own, there in zip(groups, testable, strict=True) if own == g and there) for g in set(groups)}
    return [g if counted[g] >= least else REST for g in groups]


def delivered_in(figures: Iterable[Figures], year: int) -> tuple[str, ...]:
    """The municipalities that have any figure of the year."""
    found = {f.municipalities[n] for f in figures for n in np.flatnonzero((~np.isnan(f.of_year(year))).any(axis=1))}
    return tuple(sorted(found))
