"""Who is to send a batch for a year, and what share of the country, a county or a KOSTRA group each of them stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.codes import Region, RegionLevel, municipalities, municipalities_in, regions
from omsorgstall.codes.population import FIRST_YEAR, LAST_YEAR, whole_population

LEVELS = (RegionLevel.COUNTRY, RegionLevel.COUNTY, RegionLevel.KOSTRA_GROUP)
"""Regions that response is told for."""
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sender:
    """A municipality as it was in a year.

    Attributes:
        number: in that year.
        today: number of the municipality of today that holds most of it.
    """

    number: str
    today: str

    @property
    def name(self) -> str:
        """Name of the municipality of today."""
        return municipalities()[self.today].name


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sender of a year stands for, by region: rows are ``regions``, columns are ``senders``.

    Attributes:
        municipalities: how much of the sender lies in the region; 1 or 0 unless it was divided.
        inhabitants: of the region's population 1 January after the year (or the nearest known), those of the sender.
        assumed: whether a municipality of today had several senders. Its inhabitants are then divided between them by the share
            of each that lies in it, as numbers of inhabitants are known within today's borders only.
    """

    senders: tuple[Sender, ...]
    regions: tuple[Region, ...]
    municipalities: Shares
    inhabitants: Shares
    assumed: bool


@cache
def weights(year: int) -> Weights:
    """The senders of a year with their weights."""
    parts = municipalities_in(year)
    senders = tuple(Sender(n, max(p, key=lambda part: part[1])[0]) for n, p in parts.items())
    chosen = tuple(r for r in regions().values() if r.level in LEVELS)
    today = {number: place for place, number in enumerate(municipalities())}
    within = np.zeros((len(today), len(senders)))
    for column, share in enumerate(parts.values()):
        for number, weight in share:
            within[today[number], column] += weight
    inside = np.array([[number in set(r.municipalities) for number in today] for r in chosen], float)
    total = within.sum(axis=1, keepdims=True)
    divided = np.divide(within, total, out=np.zeros_like(within), where=total > 0)
    people = _inhabitants(year)[:, None] * divided
    return Weights(senders, chosen, inside @ within, inside @ people, bool(((within > 0).sum(axis=1) > 1).any()))


def _inhabitants(year: int) -> Shares:
    known = _population()
    nearest = min(max(year + 1, FIRST_YEAR), LAST_YEAR)
    return np.array([known.get((nearest, number), 0) for number in municipalities()], float)


@cache
def _population() -> Mapping[tuple[int, str], int]:
    """Inhabitants 1 January by year and municipality."""
    rows = whole_population().filter(pc.field("niva") == "kommune").group_by(["aar", "kode"]).aggregate([("folketall", "sum")])
    keys = zip(rows["aar"].to_pylist(), rows["kode"].to_pylist(), strict=True)
    return dict(zip(keys, rows["folketall_sum"].to_pylist(), strict=True))
