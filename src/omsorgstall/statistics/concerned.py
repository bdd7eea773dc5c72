"""Inner cells of the persons whom differences between two vintages concern, told apart by the senders that concern them.

A person's figures can only move when a sender that sent something else names her. So the steps between two vintages are counted
for those persons alone, whole: with what other senders say of them too, since need, age and totals are those of the whole person.
Inner cells are told apart by data year anyway; giving each combination of senders a year of its own tells them apart by that too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

import ibis
import pyarrow as pa

from omsorgstall.engine import Engine
from omsorgstall.measures import Settings
from omsorgstall.statistics.inner import ToldApart, inner_cells
from omsorgstall.statistics.release import facts_by_years
from omsorgstall.tables import INNER_SCHEMA

Tables = Mapping[str, ibis.Table]
Sender = tuple[str, int]
PERSON = ["data_year", "pseudonym"]
BETWEEN = "|"
CONCERNED_SCHEMA = INNER_SCHEMA.append(pa.field("senders", pa.string()))
"""Inner cells with the senders that concern the persons in them: numbers of municipalities as reported, ``|`` between."""
_SENDER_SCHEMA = pa.schema([("reported_municipality", pa.string()), ("data_year", pa.int16())])
_CODED_SCHEMA = pa.schema([("senders", pa.string()), ("code", pa.int16())])


def concerned_persons(engine: Engine, stages: Iterable[Tables], senders: Iterable[Sender]) -> ibis.Table:
    """Everyone whom one of the senders names in any of the stages, kept in the engine.

    Args:
        stages: what ``engine.open`` gives for each list between two vintages.
        senders: municipality as reported and data year.

    Returns:
        Columns ``data_year``, ``pseudonym`` and ``senders``: those of the year that name her in any stage.
    """
    rows = [{"reported_municipality": m, "data_year": y} for m, y in sorted(senders)]
    wanted = engine.from_arrow({"senders": pa.Table.from_pylist(rows, _SENDER_SCHEMA)})["senders"]
    named = [part for tables in stages for part in _named(tables, wanted)]
    each = engine.materialise(reduce(lambda a, b: a.union(b), named).distinct(), step="concerned persons and senders")
    joined = each.group_by(PERSON).aggregate(places=each.reported_municipality.collect(distinct=True))
    found = joined.select(*PERSON, senders=joined.places.sort().join(BETWEEN))
    kept = engine.materialise(found, step="concerned persons")
    engine.forget(each, wanted)
    return kept


def _named(tables: Tables, wanted: ibis.Table) -> Iterator[ibis.Table]:
    """Persons named by the senders in their batches, and in their messages, which move every year of theirs."""
    columns = [*PERSON, "reported_municipality"]
    for name in ("person", "service"):
        yield tables[name].select(*columns).semi_join(wanted, ["reported_municipality", "data_year"])
    if "event" in tables:
        yield (
            tables["event"].select("pseudonym", "reported_municipality").join(wanted, ["reported_municipality"]).select(*columns)
        )


def concerned_cells(
    engine: Engine, tables: Tables, persons: ibis.Table, years: Sequence[int], settings: Settings, told_apart: ToldApart
) -> pa.Table:
    """Inner cells of the persons in one stage, as ``CONCERNED_SCHEMA``.

    Args:
        tables: what ``engine.open`` gives for the stage.
        persons: what ``concerned_persons`` gives.
        years: data years to count.
        told_apart: which families, by what.
    """
    parts = [CONCERNED_SCHEMA.empty_table()]
    for year in years:
        own = persons.filter(persons.data_year == year)
        codes = engine.run(own.select("senders").distinct().order_by("senders"), step="senders")["senders"].to_pylist()
        if codes:
            coded = engine.from_arrow({"codes": pa.table([codes, range(len(codes))], schema=_CODED_SCHEMA)})["codes"]
            known = engine.materialise(own.join(coded, ["senders"]).select("pseudonym", "code"), step="codes of senders")
            parts += _of_year(engine, _only(tables, known), known, (year, codes), settings, told_apart)
            engine.forget(known, coded)
    return pa.concat_tables(parts)


def _only(tables: Tables, known: ibis.Table) -> Tables:
    """The tables of a stage with the rows of some persons."""
    return {n: t.semi_join(known, ["pseudonym"]) if "pseudonym" in t.columns else t for n, t in tables.items()}


def _of_year(
    engine: Engine,
    tables: Tables,
    known: ibis.Table,
    of: tuple[int, Sequence[str]],
    settings: Settings,
    told_apart: ToldApart,
) -> Iterator[pa.Table]:
    year, codes = of
    for facts in facts_by_years(engine, tables, [year], settings, told_apart):
        service = engine.materialise(_coded(facts.service, known), step="facts of the concerned")
        person = None if facts.person is None else _coded(facts.person, known)
        yield _decoded(inner_cells(engine, service, person, told_apart), year, codes)
        engine.forget(service)


def _coded(facts: ibis.Table, known: ibis.Table) -> ibis.Table:
    """Facts with the code of the senders in place of the year."""
    joined = facts.join(known, ["pseudonym"])
    return joined.select(**{c: joined.code if c == "data_year" else joined[c] for c in facts.columns})


def _decoded(inner: pa.Table, year: int, codes: Sequence[str]) -> pa.Table:
    senders = pa.array(codes, pa.string()).take(inner["year"].combine_chunks().cast(pa.int32()))
    years = pa.array([year] * inner.num_rows, pa.int16())
    return inner.set_column(inner.schema.get_field_index("year"), "year", years).append_column("senders", senders)
