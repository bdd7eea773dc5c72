"""One raw table of a chunk becomes typed columns; what does not fit becomes findings."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.codes.services import service_subtypes
from omsorgstall.formats.batch import FileTable
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.masking import masked
from omsorgstall.intake.parsing import parse
from omsorgstall.intake.persons import Persons
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.intake.rule import rules

MINUTES = 60
LOCAL_IDS = ("service_id", "pause_id")


class TypedTable:
    """The typed columns of one table of a chunk, with what findings need to point at a row.

    Attributes:
        columns: by name, as in the register.
        kept: rows accepted so far.
        person: the first row of each row's person.
        records: the local id findings name; ``lines`` likewise.
    """

    def __init__(
        self,
        table: FileTable,
        raw: pa.Table,
        persons: Persons,
        first: NDArray[np.int64],
        key: PseudonymKey,
        log: FindingLog,
    ) -> None:
        self.name = table.name
        self.columns: dict[str, pa.Array] = {}
        self.lines = raw["line"].combine_chunks()
        self._log = log
        owner = raw["person"].to_numpy()
        orphan = owner < 0
        refused = np.append(persons.refused, True)[owner]
        self.person = pa.array(np.append(first, -1)[owner], pa.int32())
        self.kept = ~(orphan | refused)
        self.records = persons.local_id.take(pa.array(owner, mask=orphan))
        self._mask_ids(raw, key)
        if table.name != "person":
            self.fault("A05", ~self.kept, "identity_number")
        if table.name == "service":
            raw = self._subtypes(raw)
        for field in table.fields:
            if field.column not in self.columns:
                self._parse(field.column, field.type, raw[field.column].combine_chunks())
        if table.name == "service":
            self._hours()

    def fault(self, rule_id: str, rows: pa.Array | NDArray[np.bool_], field: str) -> None:
        """Note a finding on every row of a mask."""
        mask = pa.array(rows)
        if pc.any(mask).as_py():
            self._log.add(rule_id, self.name, self.records.filter(mask), self.lines.filter(mask), field)

    def drop(self, rule_id: str, rows: pa.Array | NDArray[np.bool_], field: str) -> None:
        """Note a finding on those rows of a mask that are kept so far, and leave them out."""
        gone = np.asarray(rows) & self.kept
        self.fault(rule_id, gone, field)
        self.kept &= ~gone

    def _mask_ids(self, raw: pa.Table, key: PseudonymKey) -> None:
        rewritten = {}
        for column in LOCAL_IDS:
            if column in raw.column_names:
                text = raw[column].combine_chunks()
                self.columns[column], rewritten[column] = masked(text, raw["identity_number"].combine_chunks(), key)
        if "service_id" in self.columns:
            self.records = self.columns["service_id"]
        for column, rows in rewritten.items():
            self.fault("A04", rows, column)

    def _parse(self, column: str, type_: pa.DataType, text: pa.Array) -> None:
        parsed = parse(column, type_, text)
        self.columns[column] = parsed.values
        self.fault("N12", parsed.bad, column)

    def _subtypes(self, raw: pa.Table) -> pa.Table:
        """Codes of two parts, such as 08.01, become the service type and the kind of respite."""
        text, known = raw["service_type"].combine_chunks(), service_subtypes()
        place = pc.index_in(text, value_set=pa.array(list(known)))
        self.columns["respite_kind"] = pa.array([s.respite_kind for s in known.values()], pa.int8()).take(place)
        if place.null_count == len(place):
            return raw
        types = pc.coalesce(pa.array([str(s.service_type) for s in known.values()]).take(place), text)
        return raw.set_column(raw.schema.get_field_index("service_type"), "service_type", types)

    def clear(self, column: str, rows: pa.Array) -> None:
        """Leave out the values of a column on the rows of a mask."""
        if pc.any(rows).as_py():
            self.columns[column] = pc.if_else(rows, None, self.columns[column])

    def _hours(self) -> None:
        """Hours and minutes become hours; without usable minutes the extent is unknown."""
        limits: Mapping[str, int] = rules()["C18"].limits
        hours, minutes = self.columns["weekly_hours"], self.columns.pop("weekly_minutes")
        wrong = pc.fill_null(pc.or_(pc.less(minutes, limits["least"]), pc.greater(minutes, limits["most"])), False)
        self.fault("C18", wrong, "weekly_minutes")
        stated = pc.or_(pc.is_valid(hours), pc.is_valid(minutes))
        total = pc.add(pc.fill_null(hours, 0), pc.divide(pc.fill_null(minutes, 0).cast(pa.float64()), MINUTES))
        self.columns["weekly_hours"] = pc.if_else(pc.and_(stated, pc.invert(wrong)), total, None)
