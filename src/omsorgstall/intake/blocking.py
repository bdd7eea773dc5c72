"""Persons whom the register may not hold: a file is read as if they were not in it, so no row, finding or count is of them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.formats.batch import BatchHeader, RawBatch
from omsorgstall.formats.batch.unknown import UnknownNames
from omsorgstall.formats.events import RawEvents
from omsorgstall.formats.held import SentFile
from omsorgstall.intake.persons import Flags, Sender, pseudonyms_in
from omsorgstall.intake.pseudonyms import PseudonymKey

PERSON = "person"


class BatchWithout:
    """An annual batch without some persons.

    Args:
        raw: the batch as sent.
        key: makes the pseudonyms by which they are known.
        blocked: their pseudonyms.
    """

    path: SentFile
    header: BatchHeader
    unknown: UnknownNames

    def __init__(self, raw: RawBatch, key: PseudonymKey, blocked: frozenset[str]) -> None:
        self._raw = raw
        self._blocked = blocked
        self._sender = Sender(raw.header.municipality, raw.header.data_year, key, True)
        self.path, self.header, self.unknown = raw.path, raw.header, raw.unknown

    def chunks(self, persons: int = 20_000) -> Iterator[dict[str, pa.Table]]:
        """The chunks of the batch without the rows of those persons."""
        for chunk in self._raw.chunks(persons):
            yield self._left(chunk)

    def _left(self, chunk: dict[str, pa.Table]) -> dict[str, pa.Table]:
        gone = _blocked_rows(chunk[PERSON], self._sender, self._blocked)
        return {name: self._without(table, gone) for name, table in chunk.items()}

    def _without(self, table: pa.Table, gone: Flags) -> pa.Table:
        """The rows of other persons, each pointing at its person's new place; a row without a person is judged by its number."""
        owner = table["person"].to_numpy()
        stays = ~np.append(gone, False)[owner]
        orphans = np.flatnonzero(owner < 0)
        if len(orphans):
            named = table.take(pa.array(orphans)).select(["identity_number", "identity_type"])
            named = named.append_column("local_person_id", pa.repeat("-", len(orphans)))
            stays[orphans] = ~_blocked_rows(named, self._sender, self._blocked)
        place = np.append(np.cumsum(~gone) - 1, -1)[owner]
        column = table.schema.get_field_index("person")
        kind = table.schema.field(column)
        return table.set_column(column, kind, pa.array(place, kind.type)).filter(pa.array(stays))


def events_without(raw: RawEvents, key: PseudonymKey, blocked: frozenset[str]) -> RawEvents:
    """An event message without the notifications of some persons."""
    gone = _blocked_rows(raw.table, Sender(raw.header.municipality, 0, key, True), blocked)
    return replace(raw, table=raw.table.filter(pa.array(~gone)))


def _blocked_rows(rows: pa.Table, sender: Sender, blocked: frozenset[str]) -> Flags:
    found = pc.is_in(pseudonyms_in(rows, sender), value_set=pa.array(sorted(blocked), pa.string()), skip_nulls=True)
    return np.asarray(found, dtype=bool)
