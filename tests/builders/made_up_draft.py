"""Draft releases of made-up people, for tests and measurements of disclosure control."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from omsorgstall.core import Text
from omsorgstall.tables import (
    INNER_SCHEMA,
    Composition,
    Content,
    ContentKind,
    Dimension,
    DimensionKind,
    DraftRelease,
    DraftTable,
    Member,
    TableModel,
)

LEAF_COLUMNS = {"Region": "regions", "Alder": "age", "Behov": "need", "Gruppe": "unit"}


def member(code: str, covers: Sequence[str] = ()) -> Member:
    return Member(code, Text.same(code), frozenset(covers or [code]))


def dimension(
    name: str, members: Sequence[Member], kind=DimensionKind.CLASSIFICATION, composition=Composition.ADDITIVE
) -> Dimension:
    return Dimension(name, Text.same(name), kind, composition, tuple(members))


def region_dimension(members: Sequence[Member]) -> Dimension:
    return dimension("Region", members, DimensionKind.REGION, Composition.UNION)


def years(*codes: int) -> Dimension:
    return dimension("Tid", [member(str(c)) for c in codes], DimensionKind.TIME)


def persons_content(family: str, name: str = "Brukere", identities=(), among: str = "") -> Content:
    return Content(
        name, Text.same(name), ContentKind.PERSONS, Text.same("personer"), family=family, identities=identities, among=among
    )


def amount_content(family: str, persons: str, name: str = "Timer", published: bool = True) -> Content:
    unit = Text.same("timer")
    return Content(name, Text.same(name), ContentKind.AMOUNT, unit, 0, family, persons, published=published)


def ratio_content(numerator: str, denominator: str, name: str = "Snitt", decimals: int = 1) -> Content:
    unit = Text.same("timer")
    return Content(name, Text.same(name), ContentKind.RATIO, unit, decimals, numerator=numerator, denominator=denominator)


def model(table: str, dimensions: Sequence[Dimension], contents: Sequence[Content], unit: str = "") -> TableModel:
    return TableModel(table, Text.same(table), tuple(dimensions), tuple(contents), unit_dimension=unit)


@dataclass
class People:
    """Inner rows by family, unit and year; each row: regions, age, need, persons, amount."""

    rows: list[dict[str, object]] = field(default_factory=list)
    known: dict[str, dict[str, object]] = field(default_factory=dict)

    def add(
        self, family: str, unit: str, regions: Sequence[str], age: str, persons: int, *, need="", amount=None, year=2022
    ) -> None:
        """Persons of the same row are put together."""
        key = {"family": family, "unit": unit, "year": year, "regions": sorted(regions), "age": age, "need": need}
        key |= {"household": "", "waiting": ""}
        row = self.known.setdefault(str(key), key | {"persons": 0, "amount": None})
        if not row["persons"]:
            self.rows.append(row)
        row["persons"] += persons
        row["amount"] = amount if row["amount"] is None else row["amount"] + (amount or 0.0)

    def table(self) -> pa.Table:
        return pa.Table.from_pylist(self.rows, schema=INNER_SCHEMA)


def draft_of(models: Sequence[TableModel], people: People, edition: str = "2023-1") -> DraftRelease:
    """Tables counted one by one from the inner rows: slow and plain."""
    tables = []
    for shape in models:
        values = {c.id: _count(shape, c, people.rows) for c in shape.contents if c.kind is not ContentKind.RATIO}
        for ratio in (c for c in shape.contents if c.kind is ContentKind.RATIO):
            top, bottom = values[ratio.numerator], values[ratio.denominator]
            with np.errstate(divide="ignore", invalid="ignore"):
                values[ratio.id] = np.round(np.where(bottom > 0, top / bottom, 0.0), ratio.decimals)
        tables.append(DraftTable(shape, values, {c.id: np.ones(shape.shape, bool) for c in shape.contents}, {"vintage": "test"}))
    return DraftRelease(edition, tuple(tables), people.table(), LEAF_COLUMNS)


def _count(shape: TableModel, content: Content, rows: Sequence[Mapping[str, object]]) -> NDArray[np.float64]:
    found = np.zeros(shape.shape)
    for row in rows:
        if row["family"] == content.family:
            axes = [[n for n, m in enumerate(d.members) if _counts_in(shape, d, m, row, content)] for d in shape.dimensions]
            found[np.ix_(*axes)] += row["amount"] if content.kind is ContentKind.AMOUNT else row["persons"]
    return found


def _counts_in(shape: TableModel, dim: Dimension, m: Member, row: Mapping[str, object], content: Content) -> bool:
    if dim.kind is DimensionKind.TIME:
        return m.code == str(row["year"])
    if dim.id != shape.unit_dimension:
        leaves = row[LEAF_COLUMNS[dim.id]]
        return bool(m.covers & set(leaves if isinstance(leaves, list) else [leaves]))
    if content.kind is ContentKind.AMOUNT or dim.composition is Composition.ADDITIVE:
        return row["unit"] in m.covers
    return row["unit"] == m.code


def small_country(seed: int = 3, *, shared: bool = False) -> DraftRelease:
    """Two counties, five municipalities and two KOSTRA groups; three services in a group; hours of the first."""
    rng = np.random.default_rng(seed)
    leaves = ["1101", "1103", "1106", "0301", "4601"]
    regions = [member("EAK", leaves), member("EKA11", leaves[:3]), member("EKA03", ["0301"]), member("EKA46", ["4601"])]
    regions += [
        member("EKG01", ["1101", "4601"]),
        member("EKG02", ["1103", "1106"]),
        member("EKG13", ["0301"]),
        *map(member, leaves),
    ]
    ages, services = ["000-066", "067-079", "080+"], ["01", "02", "15"]
    age = dimension("Alder", [member("999", ages), *map(member, ages)])
    unit = [member("00", services), member("HOME", ["01", "02"]), *map(member, services)]
    service = dimension("Tjeneste", unit, composition=Composition.UNION)
    people = People()
    for _ in range(220):
        has = [s for s in services if rng.random() < 0.4] or ["15"]
        where = list(rng.choice(leaves, 2 if shared and rng.random() < 0.05 else 1, replace=False, p=[0.35, 0.1, 0.15, 0.3, 0.1]))
        band = str(rng.choice(ages))
        for u in [m.code for m in unit if m.covers & set(has)]:
            people.add("during_year", u, where, band, 1)
        if "01" in has:
            people.add("hours", "01", where, band, 1, amount=float(rng.integers(10, 400)))
    hours = dimension("Tjeneste", [member("01")])
    region = region_dimension(regions)
    users = model("11642", [region, age, service, years(2022)], [persons_content("during_year")], "Tjeneste")
    return draft_of(
        [users, model("11643", [region, age, hours, years(2022)], [amount_content("hours", "during_year")], "Tjeneste")], people
    )
