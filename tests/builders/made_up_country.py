"""Made-up years of the national tables, or of one county, over today's regions: for measuring disclosure control."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from omsorgstall.codes import age_bands, municipalities, need_levels, regions, service_groups, statistical_services
from omsorgstall.codes.regions import RegionLevel, cities_with_districts, unknown_district
from omsorgstall.codes.services import exclusive_groups
from omsorgstall.tables import INNER_SCHEMA, Composition, DraftRelease, DraftTable, Identity, Member, TableModel
from tests.builders.made_up_draft import (
    LEAF_COLUMNS,
    amount_content,
    dimension,
    member,
    model,
    persons_content,
    ratio_content,
    region_dimension,
    years,
)

SERVICES = [f"{s:02d}" for s in statistical_services()]
AGES = [b.code for b in age_bands()]
AGE_WEIGHTS = (0.06, 0.18, 0.16, 0.22, 0.25, 0.13)
NEEDS = [n.code for n in need_levels()]
EXCLUSIVE = [g.code for g in exclusive_groups()]
HOURS = ("01", "02", "03", "15")


@dataclass
class Country:
    """Leaf regions, and the members of the region dimension with what they cover."""

    leaves: list[str]
    weights: NDArray[np.float64]
    members: list[Member]


def country(county: str | None = None) -> Country:
    """The whole country, or one county with its municipalities."""
    inside = {m.number for m in municipalities().values() if county in (None, m.county)}
    leaves_of = {m: [m] for m in inside}
    for region in regions().values():
        if region.level is RegionLevel.DISTRICT and region.municipalities[0] in inside:
            leaves_of.setdefault(region.municipalities[0] + "*", []).append(region.code)
    for city in inside & cities_with_districts():
        leaves_of[city] = leaves_of.pop(city + "*")
    weights = {x: municipalities()[m].population / len(ls) for m, ls in leaves_of.items() for x in ls}
    for city in inside & cities_with_districts():
        weights[unknown_district(city)] /= 50
    leaves = sorted(weights)
    members = [_region_member(r, leaves_of, leaves) for r in regions().values() if any(m in inside for m in r.municipalities)]
    return Country(leaves, np.array([weights[x] for x in leaves]), [m for m in members if m.covers])


def _region_member(region, leaves_of: dict[str, list[str]], leaves: list[str]) -> Member:
    if region.level is RegionLevel.DISTRICT:
        return member(region.code)
    return member(region.code, [x for m in region.municipalities for x in leaves_of.get(m, [])])


def draft(where: Country, persons: int, year_codes: Sequence[int] = (2022,), seed: int = 1) -> DraftRelease:
    """Tables 11642, 11645, 11643, 06971 and 12293 of made-up people."""
    rng = np.random.default_rng(seed)
    parts = [_year(where, persons, year, rng) for year in year_codes]
    models = _models(where, year_codes)
    tables = []
    for n, shape in enumerate(models):
        values = {c: np.concatenate([p[1][n][c] for p in parts], axis=-1) for c in parts[0][1][n]}
        tables.append(DraftTable(shape, values, {c.id: np.ones(shape.shape, bool) for c in shape.contents}))
    return DraftRelease("2023-1", tuple(tables), pa.concat_tables([p[0] for p in parts]), LEAF_COLUMNS)


def _models(where: Country, year_codes: Sequence[int]) -> list[TableModel]:
    region, time = region_dimension(where.members), years(*year_codes)
    age = dimension("Alder", [member("999", AGES), *map(member, AGES)])
    need = dimension("Behov", [member("0", NEEDS), *map(member, NEEDS)])
    service = dimension("Tjeneste", [member(c, cover) for c, cover in _units().items()], composition=Composition.UNION)
    hours = dimension("Tjeneste", [member(c) for c in HOURS])
    group = dimension("Gruppe", [member("00", EXCLUSIVE), *map(member, EXCLUSIVE)])
    mean = [
        ratio_content("Timesum", "Brukere"),
        persons_content("with_hours"),
        amount_content("hours_week", "with_hours", "Timesum", False),
    ]
    return [
        model("11642", [region, age, service, time], [persons_content("during_year")], "Tjeneste"),
        model("11645", [region, age, service, time], [persons_content("at_year_end", among="during_year")], "Tjeneste"),
        model("11643", [region, age, hours, time], [amount_content("hours", "during_year")], "Tjeneste"),
        model(
            "06971",
            [region, need, group, time],
            [persons_content("exclusive", identities=(Identity((), "at_year_end", ("00",)),))],
        ),
        model("12293", [region, age, need, time], mean),
    ]


def _units() -> dict[str, list[str]]:
    groups = {g.code: [f"{m:02d}" for m in g.members if f"{m:02d}" in SERVICES] for g in service_groups()}
    return {"00": SERVICES} | groups | {s: [s] for s in SERVICES}


@dataclass
class _Crowd:
    leaf: NDArray[np.int64]
    age: NDArray[np.int64]
    need: NDArray[np.int64]
    has: NDArray[np.bool_]
    group: NDArray[np.int64]


def _year(where: Country, persons: int, year: int, rng: np.random.Generator):
    crowd = _crowd(where, persons, rng)
    now = rng.random(persons) < 0.7
    hours = rng.gamma(1.2, 90.0, size=(persons, len(HOURS)))
    grid = _Grid(where, year)
    during = {u: crowd.has[:, [SERVICES.index(s) for s in cover]].any(axis=1) for u, cover in _units().items()}
    tables = [
        grid.persons("during_year", crowd, during, need=False),
        grid.persons("at_year_end", crowd, {u: x & now for u, x in during.items()}, need=False),
        grid.amounts("hours", crowd, {s: (during[s], hours[:, n]) for n, s in enumerate(HOURS)}),
        grid.exclusive("exclusive", crowd, now),
        grid.means(crowd, during["15"] & now, hours[:, 3] / 52),
    ]
    return pa.concat_tables(grid.inner), [{k: np.round(v, 1)[..., None] for k, v in t.items()} for t in tables]


def _crowd(where: Country, persons: int, rng: np.random.Generator) -> _Crowd:
    leaf = rng.choice(len(where.leaves), persons, p=where.weights / where.weights.sum())
    age = rng.choice(len(AGES), persons, p=AGE_WEIGHTS)
    likely = 0.45 / (1 + np.arange(len(SERVICES))) ** 1.1
    rng.shuffle(likely)
    bent = likely[None, :] * rng.lognormal(0, 0.8, size=(len(AGES), len(SERVICES)))
    has = rng.random((persons, len(SERVICES))) < bent[age]
    has[~has.any(axis=1), int(likely.argmax())] = True
    need = rng.choice(len(NEEDS), persons, p=(0.4, 0.33, 0.25, 0.02))
    return _Crowd(leaf, age, need, has, rng.choice(len(EXCLUSIVE), persons, p=(0.13, 0.03, 0.2, 0.14, 0.27, 0.23)))


class _Grid:
    """Counts over leaf, age and need, and their sums over regions and totals."""

    def __init__(self, where: Country, year: int) -> None:
        self.where, self.year, self.inner = where, year, []
        self.region = np.array([[x in m.covers for x in where.leaves] for m in where.members], float)
        self.age, self.need = (np.vstack([np.ones(n), np.eye(n)]) for n in (len(AGES), len(NEEDS)))

    def leaf(self, family: str, unit: str, crowd: _Crowd, mask, weight=None) -> NDArray[np.float64]:
        shape = len(self.where.leaves), len(AGES), len(NEEDS)
        flat = np.ravel_multi_index((crowd.leaf[mask], crowd.age[mask], crowd.need[mask]), shape)
        count = np.bincount(flat, minlength=np.prod(shape))
        amount = count if weight is None else np.bincount(flat, weight[mask], minlength=np.prod(shape))
        rows = np.flatnonzero(count)
        leaf, age, need = np.unravel_index(rows, shape)
        columns = {
            "family": [family] * len(rows),
            "unit": [unit] * len(rows),
            "year": [self.year] * len(rows),
            "regions": [[self.where.leaves[x]] for x in leaf],
            "age": [AGES[a] for a in age],
            "need": [NEEDS[n] for n in need],
            "household": [""] * len(rows),
            "waiting": [""] * len(rows),
            "persons": count[rows],
            "amount": amount[rows].astype(float),
        }
        self.inner.append(pa.table(columns, schema=INNER_SCHEMA))
        return amount.reshape(shape).astype(float)

    def persons(self, family: str, crowd: _Crowd, units, *, need: bool):
        cubes = [self.leaf(family, u, crowd, mask).sum(axis=2) for u, mask in units.items()]
        return {"Brukere": np.stack([self.region @ c @ self.age.T for c in cubes], axis=-1)}

    def amounts(self, family: str, crowd: _Crowd, units):
        cubes = [self.leaf(family, u, crowd, mask, weight).sum(axis=2) for u, (mask, weight) in units.items()]
        return {"Timer": np.stack([self.region @ c @ self.age.T for c in cubes], axis=-1)}

    def exclusive(self, family: str, crowd: _Crowd, now):
        cubes = [self.leaf(family, u, crowd, now & (crowd.group == n)).sum(axis=1) for n, u in enumerate(EXCLUSIVE)]
        cubes.insert(0, sum(cubes))
        return {"Brukere": np.stack([self.region @ c @ self.need.T for c in cubes], axis=-1)}

    def means(self, crowd: _Crowd, mask, weight):
        users = self._both(self.leaf("with_hours", "", crowd, mask))
        hours = self._both(self.leaf("hours_week", "", crowd, mask, weight))
        with np.errstate(divide="ignore", invalid="ignore"):
            return {"Snitt": np.where(users > 0, hours / users, 0.0), "Brukere": users, "Timesum": hours}

    def _both(self, cube):
        return np.einsum("rl,lan,ba,mn->rbm", self.region, cube, self.age, self.need, optimize=True)
