"""What the recommended package holds, as data: ``figures.yaml`` has the figures and their sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import Text, parse_yaml
from omsorgstall.measures.period import Period
from omsorgstall.statistics.sum_reports.peers import View, views
from omsorgstall.statistics.sum_reports.request import NONE, Request

_HERE = files("omsorgstall.statistics.sum_reports.package")
FORMS = ("none", "one", "few", "many")


@dataclass(frozen=True, slots=True)
class Cells:
    """A figure of a view over members, such as the recipients of two age bands."""

    figure: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure of the package.

    Attributes:
        view: id of the view it is read from.
        noun: what is counted behind it, such as ``person``.
        part: above a whole or the inhabitants of ``population`` (first and last age); with ``largest`` the largest member.
        ratio: a mean of the view itself; ``behind`` what it is a mean over, ``divide`` what it is divided by.
        unit: ``per_cent``, ``per_hundred``, ``hours``, ``days``, ``nights`` or ``years``.
        relation: how it is compared: ``level``, ``length`` or ``number``.
        lead: whether it stands on the first page.
        sentences: by form of ``FORMS``.
    """

    id: str
    section: str
    view: str
    noun: str
    unit: str
    decimals: int
    relation: str
    lead: bool
    title: Text
    chart: Text
    mind: Text
    definition: Text
    sentences: Mapping[str, Text]
    part: Cells | None = None
    whole: Cells | None = None
    population: tuple[int, int] | None = None
    largest: str = ""
    ratio: Cells | None = None
    behind: Cells | None = None
    divide: float = 1.0

    @property
    def of(self) -> View:
        """The view it is read from."""
        return views()[self.view]


def _cells(data: Mapping[str, Any] | None) -> Cells | None:
    return Cells(data["figure"], tuple(data["members"])) if data else None


def _figure(data: Mapping[str, Any]) -> KeyFigure:
    plain: dict[str, Any] = {k: data[k] for k in ("id", "section", "view", "noun", "unit", "relation", "lead")}
    plain |= {k: Text.of(data[k]) for k in ("title", "chart", "mind", "definition")}
    return KeyFigure(
        **plain,
        decimals=data.get("decimals", 0),
        sentences={form: Text.of(data[form]) for form in FORMS},
        part=_cells(data.get("part")),
        whole=_cells(data.get("whole")),
        population=(data["population"][0], data["population"][1]) if "population" in data else None,
        largest=data.get("largest", {}).get("figure", ""),
        ratio=_cells(data.get("ratio")),
        behind=_cells(data.get("behind")),
        divide=data.get("divide", 1.0),
    )


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = parse_yaml((_HERE / "figures.yaml").read_text(encoding="utf-8"))
    return found


@cache
def key_figures() -> tuple[KeyFigure, ...]:
    """Every figure of the package, in order."""
    return tuple(map(_figure, _read()["figures"]))


def public_figures() -> tuple[KeyFigure, ...]:
    """Those that may be told of a single municipality in public: their view is shown for each."""
    return tuple(f for f in key_figures() if f.of.municipal and not f.largest)


def small(*, mean: bool = False) -> int:
    """Below this number of cases nothing is compared, and no share is told (ASSUMED); means, of unknown spread, need more."""
    return int(_read()["small_mean" if mean else "small"])


def alike() -> float:
    """Means whose difference is a smaller part of the other are called about the same (ASSUMED)."""
    return float(_read()["alike"])


def apart() -> float:
    """Shares whose difference is a smaller part of the other are called about the same, however sure the difference (ASSUMED)."""
    return float(_read()["apart"])


def requests(years: Sequence[int]) -> tuple[Request, ...]:
    """What is asked of the sum reports, each view once: the ends of these years, or all of them."""
    days = tuple(date(y, 12, 31) for y in years)
    periods = tuple(Period(date(y, 1, 1), date(y, 12, 31)) for y in years)
    wanted = [views()[name] for name in dict.fromkeys(f.view for f in key_figures())]
    return tuple(Request(v.report, days, periods, rows=v.by, columns=NONE) for v in wanted)
