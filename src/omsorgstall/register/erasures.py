"""The catalogue's book of erasures: what was erased when and on what ground, and whose rows are not taken in again.

A tombstone says how many rows a submission lost, never whose and never from which tables.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from omsorgstall.register.database import metadata

_erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("erased_at", sa.DateTime, nullable=False),
    sa.Column("case", sa.String(80), nullable=False),
    sqlite_autoincrement=True,
)
_tombstone = sa.Table(
    "tombstone",
    metadata,
    sa.Column("erasure", sa.ForeignKey("erasure.number"), primary_key=True),
    sa.Column("submission", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
)
_blocked = sa.Table(
    "blocked_pseudonym",
    metadata,
    sa.Column("pseudonym", sa.String(80), primary_key=True),
    sa.Column("case", sa.String(80), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands where rows of a person stood.

    Attributes:
        erasure: number of the erasure; it may have touched several submissions.
        case: reference of the case in which it was decided.
        rows: how many rows of the register's tables the submission lost; 0 when only findings were erased.
    """

    erasure: int
    submission: str
    rows: int
    erased_at: datetime
    case: str


class ErasureBook:
    """Reads tombstones and blocked pseudonyms.

    Args:
        engine: of the catalogue.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Every tombstone, the oldest first."""
        query = sa.select(_tombstone, _erasure).join(_erasure).order_by(_tombstone.c.erasure, _tombstone.c.submission)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(Tombstone(r.erasure, r.submission, r.rows, r.erased_at.replace(tzinfo=UTC), r.case) for r in rows)

    def lost_rows(self) -> Mapping[str, int]:
        """By name of a vintage: rows erased from its submissions after it was frozen; figures cannot be made from them again."""
        vintage = metadata.tables["vintage"]
        held = (metadata.tables[name] for name in ("vintage_submission", "vintage_substitution"))
        member = sa.union(*(sa.select(t.c.vintage, t.c.submission) for t in held)).subquery()
        query = (
            sa.select(member.c.vintage, sa.func.sum(_tombstone.c.rows).label("lost"))
            .join(_tombstone, _tombstone.c.submission == member.c.submission)
            .join(_erasure, _erasure.c.number == _tombstone.c.erasure)
            .join(vintage, vintage.c.name == member.c.vintage)
            .where(_erasure.c.erased_at >= vintage.c.created_at)
            .group_by(member.c.vintage)
        )
        with self._engine.connect() as connection:
            return {r.vintage: int(r.lost) for r in connection.execute(query).all() if r.lost}

    def blocked(self) -> frozenset[str]:
        """Pseudonyms whose rows are left out when files are taken in."""
        with self._engine.connect() as connection:
            return frozenset(connection.execute(sa.select(_blocked.c.pseudonym)).scalars())


def note(connection: sa.Connection, case: str, when: datetime, lost: Mapping[str, int]) -> int:
    """Set up the tombstones of one erasure.

    Args:
        lost: rows by submission.

    Returns:
        Number of the erasure.
    """
    row = {"erased_at": when.astimezone(UTC).replace(tzinfo=None), "case": case}
    key = connection.execute(_erasure.insert(), row).inserted_primary_key
    number = int(key[0]) if key else 0
    stones = [{"erasure": number, "submission": s, "rows": n} for s, n in sorted(lost.items())]
    if stones:
        connection.execute(_tombstone.insert(), stones)
    return number


def block(connection: sa.Connection, pseudonyms: Iterable[str], case: str) -> None:
    """Keep pseudonyms so that rows of the person are left out from now on."""
    found = sorted(set(pseudonyms))
    connection.execute(_blocked.delete().where(_blocked.c.pseudonym.in_(found)))
    connection.execute(_blocked.insert(), [{"pseudonym": p, "case": case} for p in found])


def unblock(connection: sa.Connection, pseudonyms: Iterable[str]) -> int:
    """Forget them again; returns how many there were."""
    return connection.execute(_blocked.delete().where(_blocked.c.pseudonym.in_(sorted(set(pseudonyms))))).rowcount


def rename_blocked(connection: sa.Connection, renamed: Callable[[list[str]], list[str]]) -> None:
    """Give those that are blocked the pseudonyms everybody else gets."""
    rows = connection.execute(sa.select(_blocked).order_by(_blocked.c.pseudonym)).all()
    if rows:
        connection.execute(_blocked.delete())
        new = renamed([r.pseudonym for r in rows])
        connection.execute(_blocked.insert(), [{"pseudonym": p, "case": r.case} for p, r in zip(new, rows, strict=True)])
