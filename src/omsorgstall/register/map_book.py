"""The catalogue's book of the pseudonym map: pairs of pseudonyms, version by version, with source and day; never a number.

A version is one file of changes that were added or taken out. What a version says never changes, so that a vintage needs to keep
its number alone; but rows of an erased person go, and everybody's pseudonyms are renamed when all are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from omsorgstall.register.database import metadata
from omsorgstall.register.pseudonym_map import NumberChange

_version = sa.Table(
    "pseudonym_map_version",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("entered_at", sa.DateTime, nullable=False),
    sqlite_autoincrement=True,
)
_change = sa.Table(
    "pseudonym_change",
    metadata,
    sa.Column("version", sa.ForeignKey("pseudonym_map_version.number"), primary_key=True),
    sa.Column("old", sa.String(80), primary_key=True),
    sa.Column("new", sa.String(80), nullable=False),
    sa.Column("known_on", sa.Date, nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class MapVersion:
    """One file of changes.

    Attributes:
        number: of the version; the first is 1.
        source: where the changes were known from.
        added: how many changes it added; ``withdrawn`` how many it took out. Those of erased persons are not counted.
    """

    number: int
    source: str
    who: str
    entered_at: datetime
    added: int
    withdrawn: int


class MapBook:
    """Reads the pseudonym map.

    Args:
        engine: of the catalogue.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def version_at(self, until: datetime | None = None) -> int:
        """Number of the newest version, or of the newest that was entered by a time; 0 when there is none."""
        query = sa.select(sa.func.max(_version.c.number))
        if until is not None:
            query = query.where(_version.c.entered_at <= _naive(until))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one() or 0

    def changes(self, version: int | None = None) -> tuple[NumberChange, ...]:
        """The changes that hold in a version, the newest when None; each old pseudonym once, in order."""
        if version == 0:
            return ()
        query = sa.select(_change).order_by(_change.c.version)
        if version is not None:
            query = query.where(_change.c.version <= version)
        with self._engine.connect() as connection:
            last = {r.old: r for r in connection.execute(query).all()}
        return tuple(NumberChange(r.old, r.new, r.known_on) for _, r in sorted(last.items()) if r.holds)

    def names(self, pseudonyms: Iterable[str]) -> bool:
        """Whether any version names one of the pseudonyms."""
        wanted = sorted(set(pseudonyms))
        query = sa.select(_change.c.version).where(_change.c.old.in_(wanted) | _change.c.new.in_(wanted)).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def versions(self) -> tuple[MapVersion, ...]:
        """Every version, the oldest first."""
        added, taken = (sa.func.sum(sa.case((_change.c.holds.is_(holds), 1), else_=0)) for holds in (True, False))
        query = sa.select(_version, added.label("added"), taken.label("withdrawn")).outerjoin(_change)
        query = query.group_by(*_version.c).order_by(_version.c.number)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(
            MapVersion(r.number, r.source, r.who, r.entered_at.replace(tzinfo=UTC), int(r.added), int(r.withdrawn)) for r in rows
        )


def add(
    connection: sa.Connection, changes: Iterable[NumberChange], source: str, who: str, when: datetime, *, holds: bool
) -> None:
    """Write a version: changes that hold from now on, or that hold no longer."""
    row = {"source": source, "who": who, "entered_at": _naive(when)}
    key = connection.execute(_version.insert(), row).inserted_primary_key
    number = int(key[0]) if key else 0
    rows = [{"version": number, "old": c.old, "new": c.new, "known_on": c.known_on, "holds": holds} for c in changes]
    connection.execute(_change.insert(), rows)


def forget(connection: sa.Connection, pseudonyms: Iterable[str]) -> int:
    """Take every change from or to these pseudonyms out of all versions; returns how many there were."""
    gone = sorted(set(pseudonyms))
    return connection.execute(_change.delete().where(_change.c.old.in_(gone) | _change.c.new.in_(gone))).rowcount


def rename(connection: sa.Connection, renamed: Callable[[list[str]], list[str]]) -> None:
    """Give those in the map the pseudonyms everybody else gets."""
    rows = connection.execute(sa.select(_change).order_by(_change.c.version, _change.c.old)).all()
    if rows:
        connection.execute(_change.delete())
        old, new = renamed([r.old for r in rows]), renamed([r.new for r in rows])
        named = zip(rows, old, new, strict=True)
        connection.execute(_change.insert(), [{**r._mapping, "old": o, "new": n} for r, o, n in named])


def _naive(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None)
