"""Table 11642 from the register beside the same table in SQL written by hand for it alone."""

import duckdb
import pyarrow as pa

from bench.data import LAST_YEAR, Extent
from bench.harness import Row, Section, measure, spaced
from omsorgstall.codes import (
    RegionLevel,
    age_bands,
    regions,
    service_groups,
    service_recodes,
    service_types,
    statistical_services,
)
from omsorgstall.codes.regions import cities_with_districts, districts, unknown_district
from omsorgstall.engine import Engine
from omsorgstall.register import ScopedSource
from omsorgstall.statistics import draft_release, table_definitions
from omsorgstall.tables import DraftTable

AIM = 2.0
TABLE = "11642"
TIMES = 5
Figures = dict[tuple[str, str, str], int]
Delivered = dict[int, frozenset[str]]

# The places a person counts in, the ages and the services are three small tables of memberships; the rest is one query.
BY_HAND = """
WITH person AS (
    SELECT municipality, pseudonym, max(district) AS district, min(death_date) AS death,
           min(coalesce(year(birth_date), nullif(birth_year, 0))) AS born
    FROM read_parquet($person) GROUP BY ALL
), placed AS (
    SELECT p.*, coalesce(leaf.code, city.unknown, p.municipality) AS leaf, $year - born AS age
    FROM person p
    LEFT JOIN leaf ON leaf.code = CASE WHEN length(p.district) > 2 THEN p.district
                                       ELSE p.municipality || lpad(p.district, 2, '0') END
    LEFT JOIN city ON city.municipality = p.municipality
    WHERE p.pseudonym NOT IN (SELECT pseudonym FROM person GROUP BY ALL HAVING count(DISTINCT municipality) >= $test_users)
), used AS (
    SELECT DISTINCT p.leaf, p.pseudonym, p.age, coalesce(recode.new, s.service_type) AS service
    FROM read_parquet($service) s
    JOIN placed p USING (municipality, pseudonym)
    LEFT JOIN recode ON recode.old = s.service_type
    WHERE coalesce(s.outcome IN (1, 3), true)
      AND s.start_date BETWEEN greatest(DATE '1980-01-01', coalesce(make_date(born, 1, 1), DATE '1980-01-01'))
                           AND make_date($year, 12, 31)
      AND least(coalesce(s.end_date, DATE '9999-12-31'), coalesce(p.death, DATE '9999-12-31'))
          >= greatest(s.start_date, make_date($year, 1, 1))
)
SELECT region.code, band.code, kind.code, count(DISTINCT pseudonym)
FROM used
JOIN region USING (leaf)
JOIN band ON used.age BETWEEN band.first AND band.last
JOIN kind USING (service)
GROUP BY ALL
"""


def memberships() -> dict[str, pa.Table]:
    """Small tables the query joins: what each leaf counts in."""
    services = [s for s in statistical_services() if service_types()[s].valid_in(LAST_YEAR) or s in service_recodes().values()]
    cities = {c: [d.number for d in districts().values() if d.municipality == c] for c in cities_with_districts()}
    leaves = [
        {"leaf": leaf, "code": r.code}
        for r in regions().values()
        for leaf in ([r.code] if r.level is RegionLevel.DISTRICT else [x for m in r.municipalities for x in leaves_of(m, cities)])
    ]
    bands = [{"code": b.code, "first": b.start, "last": b.end} for b in age_bands()]
    groups = [{"code": g.code, "service": s} for g in service_groups() for s in g.members if s in services]
    kinds = [{"code": code, "service": s} for s in services for code in ("00", f"{s:02d}")]
    return {
        "region": pa.Table.from_pylist(leaves),
        "band": pa.Table.from_pylist([*bands, {"code": "999", "first": 0, "last": 999}]),
        "kind": pa.Table.from_pylist([*kinds, *groups]),
        "recode": pa.Table.from_pylist([{"old": old, "new": new} for old, new in service_recodes().items()]),
        "leaf": pa.Table.from_pylist([{"code": d} for found in cities.values() for d in found]),
        "city": pa.Table.from_pylist([{"municipality": c, "unknown": unknown_district(c)} for c in cities]),
    }


def leaves_of(municipality: str, cities: dict[str, list[str]]) -> list[str]:
    """The leaf regions of a municipality."""
    if municipality not in cities:
        return [municipality]
    return [*cities[municipality], unknown_district(municipality)]


def by_hand(source: ScopedSource) -> Figures:
    """The peer: one query by hand, on two threads as the engine."""
    with duckdb.connect(config={"threads": 2}) as database:
        for name, table in memberships().items():
            database.register(name, table)
        given = {name: [f for part in source.files[name] for f in part.paths] for name in ("person", "service")}
        found = database.execute(BY_HAND, {**given, "year": LAST_YEAR, "test_users": 5}).fetchall()
    return {(region, band, service): count for region, band, service, count in found}


def ours(source: ScopedSource, delivered: Delivered) -> Figures:
    """The same table by its definition."""
    return figures(draft(source, delivered, [TABLE])[0])


def all_tables(source: ScopedSource, delivered: Delivered) -> int:
    """Every table by its definition; the number of cells."""
    return sum(t.model.cells for t in draft(source, delivered, list(table_definitions())))


def draft(source: ScopedSource, delivered: Delivered, names: list[str]) -> tuple[DraftTable, ...]:
    """Draft tables of one year."""
    chosen = [table_definitions()[name] for name in names]
    about = {"edition": "bench", "years": [LAST_YEAR], "delivered": delivered, "lineage": {}}
    with Engine.local(threads=2) as engine:
        return draft_release(engine, engine.open(source), **about, definitions=chosen).tables


def figures(table: DraftTable) -> Figures:
    """The cells above zero by region, age and service."""
    values = table.values[table.model.contents[0].id]
    codes = [d.codes() for d in table.model.dimensions]
    cells = zip(*[axis.tolist() for axis in (values > 0).nonzero()], strict=True)
    return {(codes[0][c[0]], codes[1][c[1]], codes[2][c[2]]): int(values[c]) for c in cells}


def benchmark(extent: Extent) -> Section:
    """Measure on one year of the register."""
    source, delivered = extent.source(), extent.delivered()
    hand, defined = measure(by_hand, source, times=TIMES), measure(ours, source, delivered, times=TIMES)
    whole = measure(all_tables, source, delivered)
    different = {k for k in hand.result.keys() | defined.result.keys() if hand.result.get(k) != defined.result.get(k)}
    if different:
        raise RuntimeError(f"{len(different)} cells differ between the two, such as {sorted(different)[:3]}.")
    ratio = defined.seconds / hand.seconds
    return Section(
        "Tables" if extent.county else "Tables of the whole country",
        f"One year of {extent.name} in the register; both give the same {spaced(len(hand.result))} cells above zero. Importing "
        "libraries is left out of both.",
        (
            Row.of(f"Table {TABLE} in SQL by hand", hand),
            Row.of(f"Table {TABLE} by its definition", defined, peer="SQL by hand", ratio=ratio, aim=f"at most {AIM:.0f}"),
            Row.of("All tables by their definitions", whole, f"{spaced(whole.result)} cells"),
        ),
    )
