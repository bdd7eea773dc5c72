"""The catalogue's book of keys: the locked key of each encrypted submission, and which keys the store belongs to."""

from collections.abc import Callable, Mapping
from enum import StrEnum

import sqlalchemy as sa

from omsorgstall.register.database import metadata

_submission_key = sa.Table(
    "submission_key",
    metadata,
    sa.Column("submission", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
_key_check = sa.Table(
    "key_check",
    metadata,
    sa.Column("purpose", sa.String(20), primary_key=True),
    sa.Column("key_id", sa.String(80), nullable=False),
)


class KeyPurpose(StrEnum):
    """What a key of the store is for."""

    ENCRYPTION = "encryption"
    PSEUDONYM = "pseudonym"


class KeyBook:
    """Reads and writes locked keys and key ids. What it writes is part of the caller's transaction.

    Args:
        engine: of the catalogue.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def wrapped(self) -> Mapping[str, bytes]:
        """The locked key of every encrypted submission."""
        with self._engine.connect() as connection:
            return _wrapped(connection)

    def key_id(self, purpose: KeyPurpose) -> str | None:
        """Which key the store belongs to; None when it has met none yet."""
        with self._engine.connect() as connection:
            return _key_id(connection, purpose)

    def belong_to(self, purpose: KeyPurpose, key_id: str) -> None:
        """One transaction: from now on the store belongs to this key, unless it does to one already."""
        with self._engine.begin() as connection:
            if _key_id(connection, purpose) is None:
                set_key_id(connection, purpose, key_id)


def add(connection: sa.Connection, submission: str, wrapped: bytes, key_id: str) -> None:
    """Keep the locked key of new content; the first one says which key the store belongs to."""
    connection.execute(_submission_key.delete().where(_submission_key.c.submission == submission))
    connection.execute(_submission_key.insert(), {"submission": submission, "wrapped": wrapped})
    if _key_id(connection, KeyPurpose.ENCRYPTION) is None:
        set_key_id(connection, KeyPurpose.ENCRYPTION, key_id)


def rewrap(connection: sa.Connection, change: Callable[[str, bytes], bytes], key_id: str) -> int:
    """Lock the key of every submission anew; returns how many."""
    found = _wrapped(connection)
    for submission, wrapped in found.items():
        chosen = _submission_key.c.submission == submission
        connection.execute(_submission_key.update().where(chosen).values(wrapped=change(submission, wrapped)))
    set_key_id(connection, KeyPurpose.ENCRYPTION, key_id)
    return len(found)


def set_key_id(connection: sa.Connection, purpose: KeyPurpose, key_id: str) -> None:
    """Let the store belong to another key."""
    connection.execute(_key_check.delete().where(_key_check.c.purpose == purpose))
    connection.execute(_key_check.insert(), {"purpose": purpose, "key_id": key_id})


def _key_id(connection: sa.Connection, purpose: KeyPurpose) -> str | None:
    query = sa.select(_key_check.c.key_id).where(_key_check.c.purpose == purpose)
    return connection.execute(query).scalar_one_or_none()


def _wrapped(connection: sa.Connection) -> dict[str, bytes]:
    rows = connection.execute(sa.select(_submission_key).order_by(_submission_key.c.submission)).all()
    return {row.submission: bytes(row.wrapped) for row in rows}
