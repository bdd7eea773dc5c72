"""What arrived at the register: accepted submissions in brief, and attempts that were rejected. Nothing is about persons."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from omsorgstall.register.database import metadata

_attempt = sa.Table(
    "rejected_attempt",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("municipality", sa.String(4), nullable=False),
    sa.Column("data_year", sa.Integer),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("attempted_at", sa.DateTime, nullable=False),
    sa.Index("rejected_attempt_content", "content_hash"),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An accepted submission, in brief.

    Attributes:
        kind: ``annual``, ``events`` or ``edits``.
        accepted_at: UTC.
        withdrawn_at: when its sender took it back, UTC; None when it stands.
    """

    submission: str
    kind: str
    municipality: str
    data_year: int
    accepted_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A file that was rejected.

    Attributes:
        kind: ``annual``, ``events``, or empty when that could not be read.
        municipality: the sender, empty when unknown; ``data_year`` None likewise.
        reasons: ids of the rules that reject it, or the code of the fault at the gate.
        attempted_at: UTC.
    """

    kind: str
    municipality: str
    data_year: int | None
    content_hash: str
    reasons: tuple[str, ...]
    attempted_at: datetime


class AttemptBook:
    """The part of the catalogue that tells what arrived, well or not."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, attempt: Attempt) -> None:
        """Write a rejected attempt down, once for the same content: files are often tried again as they are."""
        row = {
            "kind": attempt.kind,
            "municipality": attempt.municipality,
            "data_year": attempt.data_year,
            "content_hash": attempt.content_hash,
            "reasons": list(attempt.reasons),
            "attempted_at": attempt.attempted_at.astimezone(UTC).replace(tzinfo=None),
        }
        with self._engine.begin() as connection:
            known = sa.select(_attempt.c.number).where(_attempt.c.content_hash == attempt.content_hash)
            if connection.execute(known).first() is None:
                connection.execute(_attempt.insert(), row)

    def rejected(self) -> tuple[Attempt, ...]:
        """Rejected attempts in the order they were made."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_attempt).order_by(_attempt.c.number)).all()
        return tuple(
            Attempt(r.kind, r.municipality, r.data_year, r.content_hash, tuple(r.reasons), _utc(r.attempted_at)) for r in rows
        )

    def arrivals(self) -> tuple[Arrival, ...]:
        """Accepted submissions in order of acceptance."""
        table, withdrawal = metadata.tables["submission"], metadata.tables["withdrawal"]
        columns = (table.c[name] for name in ("id", "kind", "municipality", "data_year", "accepted_at"))
        query = sa.select(*columns, withdrawal.c.withdrawn_at).outerjoin(withdrawal).order_by(table.c.number)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(Arrival(*row[:4], _utc(row.accepted_at), row.withdrawn_at and _utc(row.withdrawn_at)) for row in rows)


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
