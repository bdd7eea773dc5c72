"""Events that move an annual snapshot on: starts, ends, changes of provider and pauses registered after it was taken out.

A notification is original (N), replaces (M) or annuls (C). M and C invalidate the original and every earlier notification that
refers to it, so of each chain only the last counts. It moves a snapshot when it came after the snapshot was taken out; an
annulment then undoes what the snapshot already held.
"""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import RECORD, day_number, last_day

PAUSE_RECORD = (*RECORD, "pause_id")
ANNULLED, ORIGINAL = "C", "N"
_MOST_SENT = 10**12
"""More than any running number, so that a day and a number become one order."""


def moved_on(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """The tables with events folded into ``person``, ``service`` and ``pause``; unchanged without ``event`` and ``snapshot``.

    A start adds a service (with the person, when she is not there) or gives another start; an end closes it; a change of
    provider gives another unit; pauses are added and ended. An annulled start takes the service away, an annulled end opens
    it again; a later start opens it again too. An end, a change or a pause of a service that nobody has begun says nothing.
    Which year an event was sent for does not matter: it moves every snapshot of its sender it came after.
    """
    if "event" not in tables or "snapshot" not in tables:
        return dict(tables)
    events = _moving(last_of_each_chain(tables["event"]), tables["snapshot"])
    changes = _changes(events)
    return {
        **tables,
        "person": tables["person"].union(_as(tables["person"], changes.filter(changes.start.notnull()))),
        "service": _services(tables["service"], changes),
        "pause": _pauses(tables["pause"], events),
    }


def last_of_each_chain(event: ir.Table) -> ir.Table:
    """The notification that counts of each original: the last by running number. Adds ``original_at``.

    ``original_at`` is when the original was registered; null when the original is not here.
    """
    chain = event.mutate(root=event.reference_guid.coalesce(event.notification_guid))
    same = ibis.window(group_by=["reported_municipality", "root"])
    newest = ibis.window(
        group_by=["reported_municipality", "root"], order_by=[chain.running_number.desc(), chain.notification_guid]
    )
    original = (chain.status == ORIGINAL).ifelse(chain.registered_at, ibis.null())
    rows = chain.mutate(place=ibis.row_number().over(newest), original_at=original.min().over(same))
    return rows.filter(rows.place == 0).drop("place", "root")


def _moving(events: ir.Table, snapshot: ir.Table) -> ir.Table:
    """Events with the snapshots they move (``data_year`` is the snapshot's), with ``undoes`` for annulments."""
    rows = events.drop("data_year").join(snapshot, ["reported_municipality"])
    undoes = rows.status == ANNULLED
    came = (rows.status == ORIGINAL).ifelse(rows.registered_at, rows.notified_at)
    within = day_number(rows.event_date) <= last_day(rows.data_year)
    # What was registered and annulled after the snapshot is not in it: there is nothing to undo. An original we never got was
    # sent before all we have, so the snapshot holds it. A correction may move what the snapshot holds out of its year.
    known = (rows.status != ORIGINAL) & (rows.original_at <= rows.extracted_at).fill_null(True)
    moves = (came > rows.extracted_at) & (known | (within & ~undoes))
    return rows.mutate(undoes=undoes, sent=rows.running_number.coalesce(0)).filter(moves)


def _changes(events: ir.Table) -> ir.Table:
    """One row per service that events change: what they say, null where they say nothing."""
    in_time = day_number(events.event_date) * _MOST_SENT + events.sent
    said = {
        "start": _last(events, "start", "event_date"),
        "end": _last(events, "end", "event_date"),
        "start_sent": _last(events, "start", "sent"),
        "end_sent": _last(events, "end", "sent"),
        "provider": _last(events, "provider_change", "organisation_number", in_time),
        "first_provider": _last(events, "start", "organisation_number"),
    }
    undone = {f"{what}_undone": _undone(events, what) for what in ("start", "end")}
    who = {column: events[column].max() for column in ("service_type", "district", "birth_date", "sex")}
    return events.group_by(list(RECORD)).aggregate(**said, **undone, **who)


def _last(events: ir.Table, what: str, column: str, order: ir.Value | None = None) -> ir.Value:
    """What the last event of a kind says, in the order they were sent unless another is given (ASSUMED)."""
    mine = (events.event == what) & ~events.undoes
    return events[column].argmax(events.sent if order is None else order, where=mine)


def _undone(events: ir.Table, what: str) -> ir.BooleanValue:
    return ((events.event == what) & events.undoes).any()


def _services(service: ir.Table, changes: ir.Table) -> ir.Table:
    rows = service.left_join(changes.drop("service_type", "district", "birth_date", "sex"), list(RECORD))
    end = rows.end_undone.coalesce(False).ifelse(ibis.null(), rows.end_date)
    moved = rows.mutate(
        start_date=rows.start.coalesce(rows.start_date),
        end_date=_closed(rows, rows.end.coalesce(end)),
        organisation_number=rows.provider.coalesce(rows.organisation_number),
    )
    kept = moved.filter(~moved.start_undone.coalesce(False)).select(*service.columns)
    new = changes.filter(changes.start.notnull()).anti_join(service, list(RECORD))
    unit = new.provider.coalesce(new.first_provider)
    return kept.union(_as(service, new.mutate(start_date=new.start, end_date=_closed(new, new.end), organisation_number=unit)))


def _closed(rows: ir.Table, end: ir.DateValue) -> ir.DateValue:
    """The end, unless a start sent after it begins the service again later (ASSUMED)."""
    again = (end < rows.start) & (rows.start_sent > rows.end_sent.coalesce(-1))
    return again.fill_null(False).ifelse(ibis.null(), end)


def _pauses(pause: ir.Table, events: ir.Table) -> ir.Table:
    about = events.filter(events.pause_id.notnull())
    changes = about.group_by(list(PAUSE_RECORD)).aggregate(
        new_from=_last(about, "pause_from", "event_date"),
        new_to=_last(about, "pause_to", "event_date"),
        from_undone=_undone(about, "pause_from"),
        to_undone=_undone(about, "pause_to"),
    )
    rows = pause.left_join(changes, list(PAUSE_RECORD))
    until = rows.to_undone.coalesce(False).ifelse(ibis.null(), rows.to_date)
    moved = rows.mutate(from_date=rows.new_from.coalesce(rows.from_date), to_date=rows.new_to.coalesce(until))
    kept = moved.filter(~moved.from_undone.coalesce(False)).select(*pause.columns)
    new = changes.filter(changes.new_from.notnull()).anti_join(pause, list(PAUSE_RECORD))
    return kept.union(_as(pause, new.mutate(from_date=new.new_from, to_date=new.new_to)))


def _as(table: ir.Table, rows: ir.Table) -> ir.Table:
    """The rows with the columns of the table; null where they have none."""
    types = table.schema()
    return rows.select(**{c: rows[c].cast(t) if c in rows.columns else ibis.null(t) for c, t in types.items()})
