"""Event messages for the weeks after the last annual batch: starts, ends and pauses of stays and dwellings, with corrections."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.codes import service_types
from omsorgstall.core import MunicipalityNumber
from omsorgstall.formats.events import Contact, EventHeader, write_message
from omsorgstall.register.schemas import identified_schema
from omsorgstall.register.service_tables import EVENT
from omsorgstall.synthetic import columns as col
from omsorgstall.synthetic.draws import Floats, Ints, Keys, keyed, uniform
from omsorgstall.synthetic.histories import new_year
from omsorgstall.synthetic.reporting import Cut, Reporter

EVENTS = ("start", "end", "pause_from", "pause_to")
START, END, PAUSE_FROM, PAUSE_TO = range(4)
ORIGINAL, CORRECTED, ANNULLED = "N", "M", "C"
NO_GUID = "00000000-0000-0000-0000-000000000000"
CORRECTED_SHARE, ANNULLED_SHARE = 0.03, 0.01
"""Shares of notifications that are corrected, and that were sent by mistake and are annulled (ASSUMED)."""
BACKDATED_SHARE, BACKDATED_DAYS = 0.2, 14
"""Records whose first days of the new year turn out to belong to the old one: news after the batch was taken out (ASSUMED)."""
DAY_SECONDS = 86_400
_CONTACTS = tuple(Contact(kind, "Made-up contact", "contact@example.org") for kind in (1, 15, 16, 17))


@dataclass(frozen=True)
class _Happenings:
    """What happened, one element each: which record, which pause (−1 for none), what, when, and whether it is backdated."""

    key: Keys
    record: Ints
    pause: Ints
    kind: Ints
    day: Ints
    late: NDArray[np.bool_]

    def date(self) -> Ints:
        """The day the sender gives."""
        return self.day - self.late * BACKDATED_DAYS


def events(shown: Cut, reporter: Reporter, days: int) -> pa.Table:
    """The notifications of a cut of the year after the last annual batch, without numbers, for its first days."""
    happened = _happenings(shown, shown.first_day, shown.first_day + days)
    happened = _backdated(happened, shown)
    original = _notifications(reporter, happened, ORIGINAL)
    changed = uniform(happened.key, "correction")
    corrected = _chosen(happened, changed < CORRECTED_SHARE)
    annulled = _chosen(happened, changed > 1 - ANNULLED_SHARE)
    parts = [original, _notifications(reporter, corrected, CORRECTED), _notifications(reporter, annulled, ANNULLED)]
    return pa.concat_tables(parts)


def _happenings(shown: Cut, first: int, last: int) -> _Happenings:
    records, pauses = shown.history.records, shown.history.pauses
    codes = [code for code, service in service_types().items() if service.event_reporting]
    rows = shown.rows[np.isin(records.code[shown.rows], codes) & ~shown.history.decisions.refused[shown.rows]]
    mine = np.zeros(len(records), dtype=bool)
    mine[rows] = True
    stops = np.flatnonzero(mine[pauses.owner])
    none = np.full(len(rows), -1)
    parts = [
        (records.key[rows], rows, none, np.full(len(rows), START), records.start[rows]),
        (records.key[rows], rows, none, np.full(len(rows), END), records.end[rows]),
        (pauses.key[stops], pauses.owner[stops], stops, np.full(len(stops), PAUSE_FROM), pauses.start[stops]),
        (pauses.key[stops], pauses.owner[stops], stops, np.full(len(stops), PAUSE_TO), pauses.end[stops]),
    ]
    key, record, pause, kind, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    found = _Happenings(keyed(key, kind + 40), record, pause, kind, day, np.zeros(len(day), dtype=bool))
    return _chosen(found, (day >= first) & (day < last))


def _backdated(happened: _Happenings, shown: Cut) -> _Happenings:
    """All events of some records in the first days of the year are told to have happened two weeks before.

    They are registered no earlier: the annual batch lacks them, and its figures move when they are taken in.
    """
    owner = shown.history.records.key[happened.record]
    late = (uniform(owner, "backdated") < BACKDATED_SHARE) & (happened.day < shown.first_day + BACKDATED_DAYS)
    return replace(happened, late=late)


def _chosen(happened: _Happenings, rows: NDArray[np.bool_]) -> _Happenings:
    return _Happenings(*(getattr(happened, f.name)[rows] for f in fields(happened)))


def _notifications(reporter: Reporter, happened: _Happenings, status: str) -> pa.Table:
    """Notifications of one status: a correction moves a date that was first sent a little late."""
    key, count = happened.key, len(happened.key)
    history = reporter.cut.history
    records = history.records.take(happened.record)
    wrong = (uniform(key, "correction") < CORRECTED_SHARE) & (status == ORIGINAL)
    registered = (happened.day + wrong * 1) * DAY_SECONDS + _seconds(key) + (status != ORIGINAL) * 3 * DAY_SECONDS
    place = np.searchsorted(reporter.cut.persons, records.person)
    pause = history.pauses.key[happened.pause.clip(0)] if len(history.pauses.key) else np.zeros(count, dtype=np.uint64)
    values = {
        "status": pa.array([status] * count, pa.string()),
        "notification_guid": guid(keyed(key, ord(status))),
        "reference_guid": pa.nulls(count, pa.string()) if status == ORIGINAL else guid(keyed(key, ord(ORIGINAL))),
        "previous_guid": pa.nulls(count, pa.string()),
        "running_number": pa.nulls(count, pa.int64()),
        "notified_at": _times(registered + 3600),
        "event": pa.array(EVENTS).take(pa.array(happened.kind)),
        "event_guid": guid(keyed(key, 3)),
        "service_id": col.fixed_text(col.hexadecimal(records.key)),
        "service_type": pa.array(records.code.astype(np.int16)),
        "event_date": col.date_column(happened.date() + wrong),
        "registered_at": _times(registered),
        "organisation_number": reporter.organisations(records),
        "pause_id": col.fixed_text(col.hexadecimal(pause), happened.pause < 0),
        "local_person_id": reporter.local_ids().take(pa.array(place)),
        "district": reporter.districts().take(pa.array(place)),
        "birth_date": pa.nulls(count, pa.date32()),
        "sex": pa.nulls(count, pa.int8()),
    }
    return reporter.identified(place, values, EVENT)


def _seconds(key: Keys) -> Ints:
    """Registered in working hours, the same day or up to two days later."""
    late: Floats = np.floor(uniform(key, "registered late") ** 2 * 3)
    return (late * DAY_SECONDS + (8 + 8 * uniform(key, "hour")) * 3600).astype(np.int64)


def _times(seconds: Ints) -> pa.Array:
    return pa.array(seconds).cast(pa.timestamp("s")).cast(identified_schema(EVENT).field("notified_at").type)


def guid(keys: Keys) -> pa.Array:
    """Made-up GUIDs, one for each key."""
    text = np.concatenate([col.hexadecimal(keys, 16), col.hexadecimal(keyed(keys, 8), 16)], axis=1)
    dash = np.full((len(keys), 1), ord("-"), dtype=np.uint8)
    pieces = [text[:, :8], dash, text[:, 8:12], dash, text[:, 12:16], dash, text[:, 16:20], dash, text[:, 20:]]
    return col.fixed_text(np.concatenate(pieces, axis=1))


def numbered(found: pa.Table) -> pa.Table:
    """The notifications of a municipality in the order they were sent, with running numbers and the chain of GUIDs."""
    ordered = found.sort_by([("notified_at", "ascending"), ("notification_guid", "ascending")])
    guids = ordered["notification_guid"].combine_chunks()
    previous = pa.concat_arrays([pa.array([NO_GUID]), guids[:-1]]) if len(guids) else guids
    numbers = pa.array(np.arange(1, ordered.num_rows + 1))
    names = ordered.column_names
    ordered = ordered.set_column(names.index("previous_guid"), ordered.schema.field("previous_guid"), previous)
    return ordered.set_column(names.index("running_number"), ordered.schema.field("running_number"), numbers)


def weekly(found: pa.Table, year: int) -> Iterator[tuple[int, pa.Table]]:
    """The notifications week by week after New Year."""
    start = new_year(year) * DAY_SECONDS
    seconds = pc.cast(pc.cast(found["notified_at"], pa.timestamp("s")), pa.int64())
    weeks = (np.asarray(seconds) - start) // (7 * DAY_SECONDS) + 1
    for week in np.unique(weeks):
        yield int(week), found.filter(pa.array(weeks == week))


def write_weeks(folder: Path, number: str, year: int, found: pa.Table) -> list[Path]:
    """Write one message a week for a municipality; returns the files."""
    header = EventHeader(MunicipalityNumber(number), "Omsorgstall (made up)", "Made-up country", "1", "1", _CONTACTS)
    files = []
    for week, rows in weekly(numbered(found), year):
        path = folder / f"{number}-{week:02d}.xml"
        write_message(path, header, rows)
        files.append(path)
    return files
