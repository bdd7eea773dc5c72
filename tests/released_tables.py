"""Hand-made released tables for tests of rooms that show them: plausible figures with suppressed, missing and impossible cells.

Only tests make released tables here; in the program only disclosure control does.
"""

from functools import cache

import numpy as np

from omsorgstall.codes import age_bands, municipalities, regions, service_groups, service_types, statistical_services
from omsorgstall.codes.services import short_stair_steps, stair_steps
from omsorgstall.core import Text
from omsorgstall.tables import (
    CellStatus,
    Composition,
    Content,
    ContentKind,
    Dimension,
    DimensionKind,
    Member,
    ReleasedTable,
    TableModel,
)

EDITION = "2026-06-15"
YEARS = tuple(str(y) for y in range(2019, 2026))
SCARCE = 5
LINEAGE = {
    "vintage": "final-2025",
    "vintage_kind": "final",
    "definition_version": "1",
    "code_version": "0.1.0",
    "published": "2026-06-15T06:00:00Z",
}


def region_codes(county: str = "39") -> tuple[str, ...]:
    """The country, one county, its municipalities, their KOSTRA groups, and Oslo with two districts."""
    home = [r for r in regions().values() if r.level.value == "municipality" and r.code.startswith(county)]
    groups = [
        r.code for r in regions().values() if r.level.value == "kostra_group" and any(m.code in r.municipalities for m in home)
    ]
    return ("EAK", f"EKA{county}", "EKA03", *groups, *(m.code for m in home), "0301", "030101", "030102")


def region_dimension(codes: tuple[str, ...]) -> Dimension:
    """The region variable with these regions."""
    members = tuple(Member(c, regions()[c].name, frozenset(regions()[c].municipalities)) for c in codes)
    return Dimension("Region", Text("region", "region", "region"), DimensionKind.REGION, Composition.UNION, members)


def age_dimension() -> Dimension:
    """Age with its total, which stands for all when left out."""
    bands = age_bands()
    total = Member("999", Text("I alt", "I alt", "Total"), frozenset(b.code for b in bands))
    members = (total, *(Member(b.code, b.name, frozenset({b.code})) for b in bands))
    return Dimension("Alder", Text("alder", "alder", "age"), DimensionKind.CLASSIFICATION, Composition.ADDITIVE, members, "999")


def service_dimension() -> Dimension:
    """Services with their groups and total."""
    leaves = [f"{c:02d}" for c in statistical_services()]
    members = [Member("00", Text("Tjenester i alt", "Tenester i alt", "All services"), frozenset(leaves))]
    members += [Member(g.code, g.name, frozenset(f"{c:02d}" for c in g.members)) for g in service_groups()]
    members += [Member(f"{c:02d}", service_types()[c].name, frozenset({f"{c:02d}"})) for c in statistical_services()]
    label = Text("tjenestetype", "tenestetype", "type of service")
    return Dimension("Tjeneste", label, DimensionKind.CLASSIFICATION, Composition.UNION, tuple(members), "00")


def step_dimension() -> Dimension:
    """The care staircase: total, sixteen steps and the eight-step view."""
    steps = [Member(f"{s.step:02d}", s.name, frozenset({f"{s.step:02d}"})) for s in stair_steps()]
    short = [
        Member(f"K{n}", name, frozenset(f"{s.step:02d}" for s in stair_steps() if s.short == n))
        for n, name in short_stair_steps().items()
    ]
    total = Member("00", Text("Alle trinn", "Alle trinn", "All steps"), frozenset(s.code for s in steps))
    label = Text("trinn i omsorgstrappa", "trinn i omsorgstrappa", "step of the care staircase")
    members = (total, *short, *steps)
    return Dimension("Trinn", label, DimensionKind.CLASSIFICATION, Composition.ADDITIVE, members, "00")


def time_dimension(years: tuple[str, ...] = YEARS) -> Dimension:
    """Years."""
    members = tuple(Member(y, Text.same(y), frozenset({y})) for y in years)
    return Dimension("Tid", Text("år", "år", "year"), DimensionKind.TIME, Composition.ADDITIVE, members)


def persons(content_id: str, label: Text, *, stock: bool = False) -> Content:
    """A measure that counts persons."""
    unit = Text("personer", "personar", "persons")
    return Content(content_id, label, ContentKind.PERSONS, unit, family=content_id.lower(), stock=stock)


@cache
def users_table() -> ReleasedTable:
    """11642: users during the year by region, age and service."""
    users = persons("Brukere", Text("Brukere i løpet av året", "Brukarar i løpet av året", "Users during the year"))
    title = Text("Brukere av omsorgstjenester", "Brukarar av omsorgstenester", "Users of care services")
    dimensions = (region_dimension(region_codes()), age_dimension(), service_dimension(), time_dimension())
    notes = (
        Text(
            "En person telles én gang i hver tjeneste og én gang i totalen.",
            "Ein person blir tald éin gong i kvar teneste og éin gong i totalen.",
            "A person counts once in each service and once in the total.",
        ),
    )
    return released(TableModel("11642", title, dimensions, (users,), notes, unit_dimension="Tjeneste", level_mark="KFB"))


@cache
def year_end_table() -> ReleasedTable:
    """11645: users at 31 December by region, age and service, with the share of all users."""
    users = persons("Brukere", Text("Brukere per 31.12.", "Brukarar per 31.12.", "Users at 31 December"), stock=True)
    share = Content(
        "Andel",
        Text("Andel av alle brukere", "Del av alle brukarar", "Share of all users"),
        ContentKind.RATIO,
        Text("prosent", "prosent", "per cent"),
        decimals=1,
        stock=True,
    )
    title = Text("Brukere av omsorgstjenester per 31.12.", "Brukarar av omsorgstenester per 31.12.", "Users at 31 December")
    dimensions = (region_dimension(region_codes()), age_dimension(), service_dimension(), time_dimension(YEARS[-3:]))
    return released(TableModel("11645", title, dimensions, (users, share), level_mark="KF"))


@cache
def staircase_table() -> ReleasedTable:
    """OT001: persons at 31 December by the highest step of the care staircase."""
    label = Text("Personer per 31.12.", "Personar per 31.12.", "Persons at 31 December")
    title = Text("Omsorgstrappa", "Omsorgstrappa", "The care staircase")
    dimensions = (region_dimension(region_codes()), step_dimension(), time_dimension())
    return released(TableModel("OT001", title, dimensions, (persons("Personer", label, stock=True),), level_mark="KF"))


def released(model: TableModel) -> ReleasedTable:
    """Figures for a table, the same every time."""
    values, statuses = {}, {}
    for content in model.contents:
        numbers = _percentages(model) if content.decimals else _counts(model)
        status = _status(model, numbers, content.decimals)
        values[content.id] = np.where(status > CellStatus.TRUE_ZERO, np.nan, numbers)
        statuses[content.id] = status
    return ReleasedTable(model, EDITION, values, statuses, "small-count-5 v1", LINEAGE)


def _counts(model: TableModel) -> np.ndarray:
    """Each cell is the region's people times fixed shares of the other variables."""
    parts = [np.array([_weight(d, m) for m in d.members]) for d in model.dimensions]
    product = np.ones(())
    for part in parts:
        product = np.multiply.outer(product, part)
    wobble = np.random.default_rng(11642).uniform(0.85, 1.15, product.shape)
    return np.round(product * wobble)


def _weight(dimension: Dimension, member: Member) -> float:
    if dimension.kind is DimensionKind.REGION:
        return _people(member) * 0.07
    if dimension.kind is DimensionKind.TIME:
        return 0.9 + 0.02 * (int(member.code) - 2019)
    if member.code == dimension.elimination:
        return 1.0
    sizes = {"Alder": _AGES, "Trinn": _STEPS}.get(dimension.id, {})
    return sum(sizes.get(c, 0.03) for c in member.covers)


_AGES = {"000-017": 0.06, "018-049": 0.15, "050-066": 0.14, "067-079": 0.24, "080-089": 0.27, "090+": 0.14}
_STEPS = {
    **{"01": 0, "02": 0.01, "03": 0.12, "04": 0, "05": 0.1, "06": 0.02, "07": 0.02, "08": 0.36},
    **{"09": 0.1, "10": 0.04, "11": 0.01, "12": 0.08, "13": 0.03, "14": 0.001, "15": 0.109, "16": 0},
}


def _people(member: Member) -> float:
    total = sum(municipalities()[m].population for m in member.covers)
    return total / 15 if len(member.code) == 6 else total


def _percentages(model: TableModel) -> np.ndarray:
    return np.random.default_rng(11645).uniform(0, 100, model.shape)


def _status(model: TableModel, numbers: np.ndarray, decimals: int) -> np.ndarray:
    status = np.full(model.shape, CellStatus.VALUE, dtype=np.uint8)
    status[numbers == 0] = CellStatus.TRUE_ZERO
    status[(numbers > 0) & (numbers < SCARCE)] = CellStatus.SUPPRESSED
    if decimals == 0:
        status[..., 0][numbers[..., 0] % 97 == 13] = CellStatus.MISSING
        status[..., 0][numbers[..., 0] % 97 == 14] = CellStatus.NOT_APPLICABLE
    return status


class HandMadeStore:
    """A source of tables as ``publish.TableSource`` wants it."""

    def __init__(self, *tables: ReleasedTable) -> None:
        self._tables = {t.model.id: t for t in tables or (users_table(), year_end_table(), staircase_table())}

    def table_ids(self) -> tuple[str, ...]:
        return tuple(self._tables)

    def current(self, table_id: str) -> ReleasedTable:
        return self._tables[table_id]

    def editions(self) -> tuple[str, ...]:
        return tuple(sorted({t.edition for t in self._tables.values()}))
