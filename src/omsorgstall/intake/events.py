"""Checking a continuous event message: accepted notifications, findings and a verdict.

Corrections and annulments are kept as sent; the register's events are folded when facts are made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.codes import code_list, service_types
from omsorgstall.formats.events import EventHeader, RawEvents
from omsorgstall.formats.events.layout import HOME
from omsorgstall.intake.batch import Counts, Verdict, is_rejected
from omsorgstall.intake.borders import is_valid
from omsorgstall.intake.chunks import todays_districts
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.heads import message_head
from omsorgstall.intake.masking import masked
from omsorgstall.intake.parsing import Parsed, parse, parse_times
from omsorgstall.intake.persons import Flags, Persons, Sender, identify, note_faults
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.register.service_tables import EVENT

TABLE = EVENT.name
_GUIDS = ("notification_guid", "reference_guid", "previous_guid", "event_guid")
_GUID = r"^\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?$"
_STATUSES = pa.array(["N", "M", "C"])
"""T (supplement) is reserved nationally and not read."""
_NUMBER = re.compile(r"-?[0-9]+")
_FORM_RULES = {"running_number": "N04"}
"""Columns whose form has a rule of its own; N12 judges the others."""
_NEEDED = ("event", "event_guid", "service_id", "event_date", "registered_at", "notified_at", "status")


@dataclass(frozen=True, slots=True)
class CheckedEvents:
    """An event message after intake. Nothing of it names a person.

    Attributes:
        data_year: year of the newest notification.
        chunks: accepted notifications, one table ``event``; empty when rejected.
        findings: ``FINDINGS_SCHEMA``.
        verdict: ``rejected`` when the sender is unknown or nothing can be accepted.
    """

    header: EventHeader
    data_year: int
    chunks: tuple[Mapping[str, pa.Table], ...]
    findings: pa.Table
    counts: Counts
    verdict: Verdict

    @property
    def municipality(self) -> str:
        """Number of the sender."""
        return self.header.municipality


def check_events(raw: RawEvents, key: PseudonymKey, *, test_persons: bool = False) -> CheckedEvents:
    """Check an event message.

    Args:
        test_persons: accept identity numbers made for tests.
    """
    log = FindingLog()
    raw = replace(raw, header=message_head(raw.header, log))
    for name in raw.unknown:
        log.add_many("A01", name.table, name.line, name.name, name.count)
    _judge_head(raw.header, log)
    columns = _Columns(raw.table, key, log)
    year = _year(columns.values["notified_at"])
    if not is_valid(raw.header.municipality, year):
        log.add_submission("A10", "kommuneNr")
    if is_rejected(log):
        return _conclusion(raw, year, [], log)
    persons = identify(raw.table, Sender(raw.header.municipality, year, key, test_persons))
    note_faults(persons, TABLE, columns.lines, log)
    columns.judge(persons, unknown_homes(raw.table[HOME], year))
    accepted = _register_rows(columns, persons, raw.header, year)
    if not accepted.num_rows:
        log.add_submission("A13")
    return _conclusion(raw, year, [accepted], log)


class _Columns:
    """The typed columns of a message and the rows kept so far."""

    def __init__(self, raw: pa.Table, key: PseudonymKey, log: FindingLog) -> None:
        self.lines = raw["line"].combine_chunks()
        self.values: dict[str, pa.Array] = {}
        self.kept = np.ones(raw.num_rows, bool)
        self._log = log
        self._records = pa.nulls(raw.num_rows, pa.string())
        own = raw["identity_number"].combine_chunks()
        rewritten = {}
        for column in ("service_id", "pause_id"):
            self.values[column], rewritten[column] = masked(raw[column].combine_chunks(), own, key)
        self._records = self.values["service_id"]
        for column, rows in rewritten.items():
            self._note("A04", rows, column)
        for field in EVENT.arrow():
            if field.name in raw.column_names and field.name not in (*self.values, "line", "local_person_id"):
                self._parse(field, raw[field.name].combine_chunks())

    def _parse(self, field: pa.Field, text: pa.Array) -> None:
        parsed = _typed(field, text)
        self.values[field.name] = parsed.values
        self._note(_FORM_RULES.get(field.name, "N12"), parsed.bad, field.name)

    def judge(self, persons: Persons, unknown_home: pa.Array) -> None:
        """The rules of the message, in the order of severity."""
        self.kept &= ~persons.refused
        self._drop("N08", unknown_home, HOME)
        self._drop("N05", pc.is_null(self.values["notification_guid"]), "notification_guid")
        for column in _NEEDED:
            self._drop("A20", pc.is_null(self.values[column]), column)
        refers = pc.fill_null(pc.not_equal(self.values["status"], "N"), False)
        self._drop("A21", pc.and_(refers, pc.is_null(self.values["reference_guid"])), "reference_guid")
        self._note("A22", self._not_rising(), "running_number")
        days = self.values["registered_at"].cast(pa.date32(), safe=False)
        self._note("A23", pc.fill_null(pc.greater(self.values["event_date"], days), False), "event_date")
        early = pc.fill_null(pc.less(self.values["notified_at"], self.values["registered_at"]), False)
        self._note("N13", early, "notified_at")
        triggers = pa.array([c for c, s in service_types().items() if s.event_reporting], pa.int16())
        self._note("A24", pc.invert(pc.is_in(self.values["service_type"], value_set=triggers)), "service_type")

    def _not_rising(self) -> Flags:
        numbers = self.values["running_number"].to_numpy(zero_copy_only=False).astype(float)
        none = np.isnan(numbers)
        newest = np.maximum.accumulate(np.where(none, -1, np.arange(len(numbers))))  # a text among them is passed over
        before = np.concatenate([[-np.inf], np.where(newest < 0, -np.inf, numbers[newest])[:-1]])
        flags: Flags = none | (numbers <= before[: len(numbers)])
        return flags

    def _note(self, rule_id: str, rows: pa.Array | Flags, field: str) -> None:
        mask = pa.array(rows)
        if pc.any(mask).as_py():
            self._log.add(rule_id, TABLE, self._records.filter(mask), self.lines.filter(mask), field)

    def _drop(self, rule_id: str, rows: pa.Array, field: str) -> None:
        gone = rows.to_numpy(zero_copy_only=False) & self.kept
        self._note(rule_id, gone, field)
        self.kept &= ~gone


def unknown_homes(homes: pa.ChunkedArray, year: int) -> pa.Array:
    """Where a home municipality is told that is neither one of the year nor a special code (N08)."""
    special = {str(c.value) for c in code_list("special_municipalities").codes}
    told = homes.unique().drop_null().to_pylist()
    known = pa.array([h for h in told if h in special or is_valid(h, year)], pa.string())
    return pc.and_(pc.is_valid(homes), pc.invert(pc.is_in(homes, value_set=known))).combine_chunks()


def _judge_head(header: EventHeader, log: FindingLog) -> None:
    if not header.version:
        log.add_submission("N01", "versjon")
    if header.running_number and not _NUMBER.fullmatch(header.running_number):
        log.add_submission("N04", "lopenr")


def _typed(field: pa.Field, text: pa.Array) -> Parsed:
    if pa.types.is_timestamp(field.type):
        return parse_times(text)
    if field.name in _GUIDS:
        plain = pc.if_else(pc.match_substring_regex(text, _GUID), pc.ascii_lower(pc.utf8_trim(text, "{}")), None)
        return Parsed(plain, pc.and_(pc.is_valid(text), pc.is_null(plain)))
    if field.name == "status":
        known = pc.if_else(pc.is_in(text, value_set=_STATUSES), text, None)
        return Parsed(known, pc.and_(pc.is_valid(text), pc.is_null(known)))
    return parse(field.name, field.type, text)


def _year(times: pa.Array) -> int:
    newest = pc.max(times).as_py()
    return 0 if newest is None else int(newest.year)


def _register_rows(columns: _Columns, persons: Persons, header: EventHeader, year: int) -> pa.Table:
    count = len(columns.kept)
    found = {
        "municipality": persons.municipality,
        "reported_municipality": pa.repeat(pa.scalar(str(header.municipality)), count),
        "data_year": pa.repeat(pa.scalar(year, pa.int16()), count),
        "pseudonym": persons.pseudonym,
        "line": columns.lines,
        **columns.values,
        "local_person_id": persons.local_id,
        # A person who is in no batch yet is known by her number alone.
        "birth_date": pa.array(persons.facts.birth_date),
        "sex": pa.array(persons.facts.sex, mask=persons.facts.sex == 0),
    }
    found["district"] = todays_districts(found["district"], persons.municipality)
    schema = EVENT.arrow()
    return pa.table([found[n] for n in schema.names], schema=schema).filter(pa.array(columns.kept))


def _conclusion(raw: RawEvents, year: int, accepted: list[pa.Table], log: FindingLog) -> CheckedEvents:
    verdict: Verdict = "rejected" if is_rejected(log) else "accepted"
    read, kept = {TABLE: raw.table.num_rows}, {TABLE: sum(t.num_rows for t in accepted)}
    chunks = tuple({TABLE: t} for t in accepted) if verdict == "accepted" else ()
    counts = Counts(read, kept, dict(log.failed), {})
    return CheckedEvents(raw.header, year, chunks, log.table(), counts, verdict)
