"""From the tables of a vintage to draft tables of one edition over shared inner cells, and to the tables of one owner."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.codes.regions import municipalities
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.engine import Engine
from omsorgstall.measures import Settings, person_facts, service_facts
from omsorgstall.statistics.caveats import Caveats
from omsorgstall.statistics.coverage import Coverage, leaves_of
from omsorgstall.statistics.definition import TableDefinition, table_definitions
from omsorgstall.statistics.dense import LEAF_COLUMNS
from omsorgstall.statistics.figures import coverage_of, tables_of, told_apart
from omsorgstall.statistics.inner import ToldApart, inner_cells, needs_persons, person_columns, read_again, service_columns
from omsorgstall.statistics.key_figures import key_figure_table
from omsorgstall.tables import INNER_SCHEMA, DerivedTable, DraftRelease, OwnerTable
from omsorgstall.tables.derived import Cells, derived_cells

Tables = Mapping[str, ibis.Table]
ROWS_AT_ONCE = 2_000_000
"""Service records whose facts are held at once, unless a single year has more: about those of the country in a year."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one or more data years as ``measures`` makes them.

    Attributes:
        service: kept in the engine (``materialise``) where it is read more than once.
        person: may be None when no table rests on it.
    """

    service: ibis.Table
    person: ibis.Table | None


def facts_by_years(
    engine: Engine, tables: Tables, years: Sequence[int], settings: Settings, wanted: ToldApart
) -> Iterator[Facts]:
    """Facts of a few data years at a time, freed when the next are asked for: memory does not grow with the number of years."""
    tables = without_idle_events(engine, tables)
    for some in _batches(engine, tables["service"], years):
        # An event moves every snapshot of its sender that it came after, whatever year it was sent for.
        chosen = {n: t if n == "event" else t.filter(t.data_year.isin(some)) for n, t in tables.items()}
        kept: list[ibis.Table] = []
        keep = keeper(engine, kept)
        services = service_facts(chosen, settings, keep, service_columns(wanted))
        if read_again(wanted):
            services = keep(services, "service facts")
        persons = person_facts(chosen, settings, services, person_columns(wanted)) if needs_persons(wanted) else None
        yield Facts(services, persons)
        engine.forget(*kept)


def without_idle_events(engine: Engine, tables: Tables) -> Tables:
    """Most vintages hold no events; the measures need not look for what they would move then."""
    if "event" not in tables or engine.run(tables["event"].count(), step="events").column(0)[0].as_py():
        return tables
    return {name: table for name, table in tables.items() if name != "event"}


def keeper(engine: Engine, kept: list[ibis.Table]) -> Callable[[ibis.Table, str], ibis.Table]:
    """Runs a step that several others use once, and notes it to be forgotten."""

    def keep(expression: ibis.Table, step: str) -> ibis.Table:
        kept.append(engine.materialise(expression, step=step))
        return kept[-1]

    return keep


def _batches(engine: Engine, service: ibis.Table, years: Sequence[int]) -> list[list[int]]:
    """Years together as long as they hold few rows: preparing queries takes longer than running them then."""
    counted = engine.run(service.group_by("data_year").aggregate(rows=service.count()), step="rows by year")
    rows = dict(zip(counted["data_year"].to_pylist(), counted["rows"].to_pylist(), strict=True))
    found: list[list[int]] = []
    held = 0
    for year in sorted(years):
        held += rows.get(year, 0)
        if held > ROWS_AT_ONCE or not found:
            found.append([])
            held = rows.get(year, 0)
        found[-1].append(year)
    return found


def draft_release(
    engine: Engine,
    tables: Tables,
    *,
    edition: str,
    years: Sequence[int],
    delivered: Mapping[int, frozenset[str]],
    lineage: Mapping[str, str],
    definitions: Iterable[TableDefinition] | None = None,
    settings: Settings | None = None,
    caveats: Caveats | None = None,
    progress: Progress = silent,
) -> DraftRelease:
    """Draft tables of an edition from the tables of a vintage.

    Args:
        tables: what ``engine.open`` gives for a vintage.
        delivered: per year the municipalities (today's numbers) whose submission stands in the vintage.
        lineage: what the figures rest on, such as ``vintage``.
        definitions: the tables to make; all when None, and then the table of key figures is derived from them.
        settings: the decisions of the measures; the defaults when None.
        caveats: what is said beside the figures.
    """
    definitions = tuple(table_definitions().values()) if definitions is None else tuple(definitions)
    facts = facts_by_years(engine, tables, years, settings or Settings(), told_apart(definitions))
    return draft_from_facts(
        engine,
        facts,
        edition=edition,
        years=years,
        delivered=delivered,
        lineage=lineage,
        definitions=definitions,
        caveats=caveats,
        progress=progress,
    )


def draft_from_facts(
    engine: Engine,
    facts: Iterable[Facts],
    *,
    edition: str,
    years: Sequence[int],
    delivered: Mapping[int, frozenset[str]],
    lineage: Mapping[str, str],
    definitions: Iterable[TableDefinition] | None = None,
    caveats: Caveats | None = None,
    progress: Progress = silent,
) -> DraftRelease:
    """Draft tables from facts, each data year in exactly one of them."""
    chosen = tuple(table_definitions().values()) if definitions is None else tuple(definitions)
    inner = _inner_cells(engine, facts, chosen, progress)
    coverage = coverage_of(inner, delivered, "", caveats)
    made = tables_of(inner, chosen, years, coverage, lineage)
    return DraftRelease(edition, made, inner, dict(LEAF_COLUMNS), _derived(chosen, years, coverage, lineage))


def _derived(
    chosen: Iterable[TableDefinition], years: Sequence[int], coverage: Coverage, lineage: Mapping[str, str]
) -> tuple[DerivedTable, ...]:
    """The table of key figures, when the tables it rests on are there."""
    known = {d.id for d in chosen}
    return (key_figure_table(years, coverage, lineage),) if known >= set(table_definitions()) else ()


def _inner_cells(engine: Engine, facts: Iterable[Facts], definitions: Sequence[TableDefinition], progress: Progress) -> pa.Table:
    parts = [INNER_SCHEMA.empty_table()]
    for number, some in enumerate(facts):
        progress("tables", number, 0)
        parts.append(inner_cells(engine, some.service, some.person, told_apart(definitions)))
    return pa.concat_tables(parts)


def owner_tables(
    engine: Engine,
    tables: Tables,
    owner: str,
    years: Sequence[int],
    *,
    lineage: Mapping[str, str] | None = None,
    definitions: Iterable[TableDefinition] | None = None,
    settings: Settings | None = None,
    caveats: Caveats | None = None,
) -> tuple[OwnerTable, ...]:
    """Tables for one municipality, unprotected, by the same definitions. The only place that makes such tables.

    A figure rests on the municipality's own submission alone, so for a person who is also served elsewhere need, group and
    step may differ from the released table.

    Args:
        tables: what ``engine.open`` gives for a source whose scope is this municipality.
        years: the years it delivered, or others stand in for.
        definitions: the tables to make; all when None, and then the table of key figures is derived from them.
        caveats: what is said beside the figures.

    Raises:
        OmsorgstallError: ``no-such-municipality``, or ``scope-wider-than-owner`` when the tables hold anyone else's rows.
    """
    if owner not in municipalities():
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-municipality", f"There is no municipality {owner}.")
    definitions = tuple(table_definitions().values()) if definitions is None else tuple(definitions)
    facts = facts_by_years(engine, tables, years, settings or Settings(), told_apart(definitions))
    inner = _inner_cells(engine, facts, definitions, silent)
    _refuse_others(inner, owner)
    coverage = coverage_of(inner, {year: frozenset({owner}) for year in years}, owner, caveats)
    drafts = tables_of(inner, definitions, years, coverage, lineage or {})
    own = [OwnerTable(owner, d.model, d.values, d.lineage) for d in drafts]
    read = [Cells.unprotected(t) for t in own]
    derived = _derived(definitions, years, coverage, lineage or {})
    return (*own, *(OwnerTable(owner, d.model, derived_cells(d, read)[0], d.lineage) for d in derived))


def _refuse_others(inner: pa.Table, owner: str) -> None:
    seen = set(pc.unique(pc.list_flatten(inner["regions"])).to_pylist())
    if seen <= leaves_of(owner):
        return
    raise OmsorgstallError(
        ErrorFamily.ACCESS,
        "scope-wider-than-owner",
        f"The tables of municipality {owner} may only be made from its own submissions.",
        todo="Open the vintage with the scope of the municipality.",
    )
