"""One chunk of an annual batch through intake: identity, types, duplicates, content rules, register columns."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.codes import regions
from omsorgstall.codes.regions import cities_with_districts
from omsorgstall.formats.batch import BatchHeader, file_tables
from omsorgstall.formats.faults import rejected
from omsorgstall.intake.evaluation import ContentCheck, Outcome
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.persons import Persons, Sender, identify, note_faults, repeated
from omsorgstall.intake.typing import TypedTable
from omsorgstall.intake.unit_rules import UnitRules
from omsorgstall.intake.values import judge_values
from omsorgstall.register.schemas import table_schemas

PERSON = "person"
MOST_OF_A_PERSON = 5_000
"""Rows of one kind that one person may have in a year, more than ten a day: rules compare each of them with each other."""
_ALWAYS = frozenset({PERSON, "service"})
_DEPENDENT = frozenset(file_tables()) - _ALWAYS


class ChunkCheck:
    """Takes the chunks of one submission, one after the other.

    Attributes:
        read: rows read by table; ``accepted`` likewise.
    """

    def __init__(self, header: BatchHeader, sender: Sender, content: ContentCheck, units: UnitRules, log: FindingLog) -> None:
        self._header = header
        self._sender = sender
        self._content = content
        self._units = units
        self._log = log
        self._seen: set[str] = set()
        self.read = dict.fromkeys(file_tables(), 0)
        self.accepted = dict.fromkeys(file_tables(), 0)

    def accept(self, raw: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """The accepted rows of a chunk, typed as in the register; findings go to the log.

        Raises:
            OmsorgstallError: INPUT_REJECTED when a person has endless records.
        """
        persons = identify(raw[PERSON], self._sender)
        note_faults(persons, PERSON, raw[PERSON]["line"].combine_chunks(), self._log)
        first, again = repeated(persons.pseudonym, self._seen)
        key = self._sender.key
        there = {n: t for n, t in file_tables().items() if n in _ALWAYS or raw[n].num_rows}
        typed = {n: TypedTable(t, raw[n], persons, first, key, self._log) for n, t in there.items()}
        for table in typed.values():
            _refuse_endless(table)
            judge_values(table, self._header.data_year)
        _complete_persons(typed[PERSON], persons)
        typed[PERSON].drop("A02", again, "identity_number")
        _drop_incomplete(typed)
        _drop_repeated(typed["service"])
        kept = {name: _register_rows(t, persons, self._header) for name, t in typed.items()}
        rows = {name: kept[name] if name in kept else _no_rows(name) for name in file_tables()}
        outcomes = self._content.judge(rows, self._header.data_year, self._header.extracted_at)
        concluded = {n: self._concluded(rows[n], n, outcomes.get(n)) for n in rows}
        self._units.judge(concluded["service"])
        done = {n: _own_columns(n, table) for n, table in concluded.items()}
        for name in done:
            self.read[name] += raw[name].num_rows
            self.accepted[name] += done[name].num_rows
        return done

    def _concluded(self, rows: pa.Table, name: str, outcome: Outcome | None) -> pa.Table:
        """Findings of the content rules; values a rule leaves out are emptied."""
        if outcome is None:
            return rows
        for number, rule in enumerate(outcome.rules):
            self._log.unknown[rule.id] += outcome.unknown_count(number)
            failing = outcome.failing(number)
            found = rows.select(["record", "line"]).take(pa.array(failing))
            records, lines = (c.combine_chunks() for c in found.columns)
            self._log.add(rule.id, name, records, lines, rule.fields[0])
            if rule.clears:
                rows = _cleared(rows, rule.fields[0], failing)
        self._note_together(outcome)
        return rows

    def _note_together(self, outcome: Outcome) -> None:
        sets, counts = np.unique(outcome.failed, return_counts=True)
        for bits, count in zip(sets.tolist(), counts.tolist(), strict=True):
            failing = tuple(r.id for n, r in enumerate(outcome.rules) if bits >> n & 1)
            if len(failing) > 1:
                self._log.together[failing] += count


def _refuse_endless(table: TypedTable) -> None:
    owners = table.person.to_numpy(zero_copy_only=False)[table.kept]
    if table.name != PERSON and len(owners) and int(np.bincount(owners).max()) > MOST_OF_A_PERSON:
        what = f"A person has more than {MOST_OF_A_PERSON} records of one kind."
        raise rejected("too-large", what, f"{table.name}, the person of line {_line_of_most(table, owners)}")


def _line_of_most(table: TypedTable, owners: NDArray[np.int32]) -> int:
    """The first line of the person with the most records."""
    place = int(np.flatnonzero(owners == np.bincount(owners).argmax())[0])
    return int(table.lines.filter(pa.array(table.kept))[place].as_py())


def _complete_persons(typed: TypedTable, persons: Persons) -> None:
    """What the identity number tells where the sender did not; ids without identity numbers; doubles left out."""
    columns, facts = typed.columns, persons.facts
    columns["local_person_id"] = persons.local_id
    columns["identity_type"] = persons.kind
    columns["birth_date"] = pc.coalesce(columns["birth_date"], pa.array(facts.birth_date))
    stated = pc.if_else(pc.equal(columns["birth_year"], 0), None, columns["birth_year"])
    columns["birth_year"] = pc.coalesce(stated, pc.year(columns["birth_date"]).cast(pa.int16()))
    columns["sex"] = pc.coalesce(columns["sex"], pa.array(facts.sex, mask=facts.sex == 0))
    columns["district"] = todays_districts(columns["district"], persons.municipality)


def todays_districts(districts: pa.Array, municipality: pa.Array) -> pa.Array:
    """City districts as in the classification: municipality of today and two digits; others are left out."""
    if districts.null_count == len(districts):
        return districts
    last_two = pc.utf8_slice_codeunits(districts, -2, None)
    full = pc.binary_join_element_wise(municipality, last_two, "")
    known = pa.array([r for r in regions() if r[:4] in cities_with_districts() and len(r) == 6])
    return pc.if_else(pc.is_in(full, value_set=known), full, None)


def _drop_incomplete(typed: Mapping[str, TypedTable]) -> None:
    """Records without their key: left out, but a service without id is kept."""
    for name in _DEPENDENT & typed.keys():
        for column in table_schemas()[name].columns:
            if column.required:
                typed[name].drop("A03", pc.is_null(typed[name].columns[column.name]), column.name)
    services = typed["service"]
    services.fault("A06", np.asarray(pc.is_null(services.columns["service_id"])) & services.kept, "service_id")


def _drop_repeated(services: TypedTable) -> None:
    """A service id stands once per person: the first row of the file is kept."""
    ids = services.columns["service_id"]
    keys = pc.binary_join_element_wise(services.person.cast(pa.string()), ids, " ").filter(pa.array(services.kept))
    present = keys.drop_null()
    if pc.count_distinct(present).as_py() == len(present):
        return
    rows = np.flatnonzero(services.kept & np.asarray(pc.is_valid(ids)))
    order = rows[np.argsort(services.lines.to_numpy()[rows], kind="stable")]
    _, first = np.unique(np.array(present.to_pylist())[np.searchsorted(rows, order)], return_index=True)
    repeated = np.zeros(len(ids), bool)
    repeated[np.delete(order, first)] = True
    services.drop("A02", repeated, "service_id")


def _register_rows(typed: TypedTable, persons: Persons, header: BatchHeader) -> pa.Table:
    """Kept rows with the register's columns, and those that checks need: ``person`` and ``record``."""
    kept = pa.array(typed.kept)
    count = int(typed.kept.sum())
    person = typed.person.filter(kept)
    columns = {
        "municipality": persons.municipality.take(person),
        "reported_municipality": pa.repeat(pa.scalar(str(header.municipality)), count),
        "data_year": pa.repeat(pa.scalar(header.data_year, pa.int16()), count),
        "pseudonym": persons.pseudonym.take(person),
        "line": typed.lines.filter(kept),
        **{name: values.filter(kept) for name, values in typed.columns.items()},
    }
    schema = table_schemas()[typed.name].arrow()
    rows = pa.table([columns[n] for n in schema.names], schema=schema)
    return rows.append_column("person", person).append_column("record", typed.records.filter(kept))


@cache
def _no_rows(name: str) -> pa.Table:
    schema = table_schemas()[name].arrow()
    return schema.append(pa.field("person", pa.int32())).append(pa.field("record", pa.string())).empty_table()


def _cleared(rows: pa.Table, column: str, failing: NDArray[np.int64]) -> pa.Table:
    if not len(failing):
        return rows
    mask = np.zeros(rows.num_rows, bool)
    mask[failing] = True
    place = rows.schema.get_field_index(column)
    return rows.set_column(place, rows.schema.field(place), pc.if_else(pa.array(mask), None, rows[column]))


def _own_columns(name: str, rows: pa.Table) -> pa.Table:
    return rows.select(table_schemas()[name].arrow().names)
