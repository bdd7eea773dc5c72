"""The catalogue's book of vintages: which there are, and who withdrew a submission or let another stand in for one.

What it writes is part of the caller's transaction. Nothing in it is changed or taken away; times are UTC.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from omsorgstall.register.database import metadata
from omsorgstall.register.delivery import SubmissionKind
from omsorgstall.register.vintage import StandIn, Substitution, Vintage, VintageKind, Withdrawal

_vintage = sa.Table(
    "vintage",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("until", sa.DateTime, nullable=False),
    sa.Column("code_version", sa.String(80), nullable=False),
    sa.Column("years", sa.JSON, nullable=False),
    sa.Column("reference_date", sa.Date),
    sa.Column("versions", sa.JSON),
    sa.Column("map_version", sa.Integer),
)
vintage_submission = sa.Table(
    "vintage_submission",
    metadata,
    sa.Column("vintage", sa.ForeignKey("vintage.name"), primary_key=True),
    sa.Column("submission", sa.ForeignKey("submission.id"), primary_key=True),
)
_vintage_substitution = sa.Table(
    "vintage_substitution",
    metadata,
    sa.Column("vintage", sa.ForeignKey("vintage.name"), primary_key=True),
    sa.Column("municipality", sa.String(4), primary_key=True),
    sa.Column("data_year", sa.Integer, primary_key=True),
    sa.Column("submission", sa.ForeignKey("submission.id"), nullable=False),
    sa.Column("by_year", sa.Integer),
    sa.Column("method", sa.String(20), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("why", sa.String(500), nullable=False),
    sa.Column("declared_at", sa.DateTime, nullable=False),
)
_substitution = sa.Table(
    "substitution",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("municipality", sa.String(4), nullable=False),
    sa.Column("data_year", sa.Integer, nullable=False),
    sa.Column("by_year", sa.Integer),
    sa.Column("method", sa.String(20), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("why", sa.String(500), nullable=False),
    sa.Column("declared_at", sa.DateTime, nullable=False),
)
_withdrawal = sa.Table(
    "withdrawal",
    metadata,
    sa.Column("submission", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("why", sa.String(500), nullable=False),
    sa.Column("withdrawn_at", sa.DateTime, nullable=False),
)


def add(connection: sa.Connection, vintage: Vintage) -> None:
    """Freeze a vintage.

    Raises:
        sqlalchemy.exc.IntegrityError: when the name is taken.
    """
    row = {
        "name": vintage.name,
        "kind": vintage.kind,
        "created_at": _naive(vintage.created_at),
        "until": _naive(vintage.until),
        "code_version": vintage.code_version,
        "years": list(vintage.years),
        "reference_date": vintage.reference_date,
        "versions": dict(vintage.versions),
        "map_version": vintage.map_version,
    }
    connection.execute(_vintage.insert(), row)
    members = [{"vintage": vintage.name, "submission": s} for s in (*vintage.annual, *vintage.events, *vintage.edits)]
    if members:
        connection.execute(vintage_submission.insert(), members)
    if vintage.substitutions:
        rows = [{"vintage": vintage.name, "submission": s.submission, **_declared(s)} for s in vintage.substitutions]
        connection.execute(_vintage_substitution.insert(), rows)


def withdraw(connection: sa.Connection, withdrawal: Withdrawal) -> None:
    """Keep that a submission is taken back.

    Raises:
        sqlalchemy.exc.IntegrityError: when it was before.
    """
    row = {"submission": withdrawal.submission, "who": withdrawal.who, "why": withdrawal.why}
    connection.execute(_withdrawal.insert(), row | {"withdrawn_at": _naive(withdrawal.withdrawn_at)})


def declare(connection: sa.Connection, substitution: Substitution) -> None:
    """Keep that an earlier year stands in; the last declaration for a municipality and year holds."""
    connection.execute(_substitution.insert(), _declared(substitution))


def withdrawals(connection: sa.Connection) -> tuple[Withdrawal, ...]:
    """What was taken back, oldest first."""
    rows = connection.execute(sa.select(_withdrawal).order_by(_withdrawal.c.withdrawn_at, _withdrawal.c.submission)).all()
    return tuple(Withdrawal(r.submission, r.who, r.why, _utc(r.withdrawn_at)) for r in rows)


def substitutions(connection: sa.Connection) -> tuple[Substitution, ...]:
    """Every declaration, oldest first."""
    rows = connection.execute(sa.select(_substitution).order_by(_substitution.c.number)).all()
    return tuple(_as_substitution(r, "") for r in rows)


def vintages(connection: sa.Connection, submission: sa.Table, name: str | None = None) -> tuple[Vintage, ...]:
    """Frozen vintages in order of creation, or the one with the name.

    Args:
        submission: the catalogue's table of submissions, which tells their kinds and order.
    """
    query = sa.select(_vintage).order_by(_vintage.c.created_at, _vintage.c.name)
    if name is not None:
        query = query.where(_vintage.c.name == name)
    return tuple(_as_vintage(connection, submission, row) for row in connection.execute(query).all())


def _as_vintage(connection: sa.Connection, submission: sa.Table, row: sa.Row[Any]) -> Vintage:
    members = _members(connection, submission, row.name)
    return Vintage(
        row.name,
        VintageKind(row.kind),
        _utc(row.created_at),
        _utc(row.until),
        row.code_version,
        tuple(row.years),
        members[SubmissionKind.ANNUAL],
        members[SubmissionKind.EVENTS],
        members[SubmissionKind.EDITS],
        _standing_in(connection, row.name),
        row.reference_date,
        row.versions or {},
        row.map_version or 0,
    )


def _members(connection: sa.Connection, submission: sa.Table, name: str) -> dict[str, tuple[str, ...]]:
    """Ids of a vintage's submissions by kind, in order of acceptance."""
    inside = sa.select(vintage_submission.c.submission).where(vintage_submission.c.vintage == name)
    query = sa.select(submission.c.kind, submission.c.id).where(submission.c.id.in_(inside)).order_by(submission.c.number)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(SubmissionKind, ())
    for kind, member in connection.execute(query).all():
        found[kind] += (member,)
    return found


def _standing_in(connection: sa.Connection, name: str) -> tuple[Substitution, ...]:
    table = _vintage_substitution
    query = sa.select(table).where(table.c.vintage == name).order_by(table.c.data_year, table.c.municipality)
    return tuple(_as_substitution(r, r.submission) for r in connection.execute(query).all())


def _declared(substitution: Substitution) -> dict[str, object]:
    s = substitution
    return {
        "municipality": s.municipality,
        "data_year": s.data_year,
        "by_year": s.by_year,
        "method": s.method,
        "who": s.who,
        "why": s.why,
        "declared_at": _naive(s.declared_at),
    }


def _as_substitution(row: sa.Row[Any], submission: str) -> Substitution:
    return Substitution(
        row.municipality,
        row.data_year,
        row.by_year,
        StandIn(row.method),
        row.who,
        row.why,
        _utc(row.declared_at),
        submission,
    )


def _naive(time: datetime) -> datetime:
    """UTC without a zone, as databases store it alike."""
    return time.astimezone(UTC).replace(tzinfo=None)


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)
