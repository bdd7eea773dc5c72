"""The catalogue: what is accepted and frozen. A row here is what makes a submission exist."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from omsorgstall.access import AuditAction, AuditEvent
from omsorgstall.register import key_book, vintage_book
from omsorgstall.register.attempts import AttemptBook
from omsorgstall.register.database import POSTGRESQL, connect, metadata
from omsorgstall.register.delivery import StoredFile, Submission, SubmissionKind
from omsorgstall.register.erasures import ErasureBook
from omsorgstall.register.keys import LockedKey
from omsorgstall.register.map_book import MapBook
from omsorgstall.register.rewriting import Rewritten
from omsorgstall.register.vintage import Substitution, Vintage, Withdrawal

HEAD = "0006"
"""The newest migration; a test compares it with the migrations that exist."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_OPENING = 0x0503
"""Number of the lock in PostgreSQL under which tables are made and a store takes the catalogue."""

_submission = sa.Table(
    "submission",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(80), nullable=False, unique=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("municipality", sa.String(4), nullable=False),
    sa.Column("data_year", sa.Integer, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("accepted_at", sa.DateTime, nullable=False),
    sa.Column("extracted_at", sa.DateTime),
    sa.Column("registered_until", sa.DateTime),
    sa.Index("submission_sender", "municipality", "data_year"),
    sqlite_autoincrement=True,
)
_identity = sa.Table("identity", metadata, sa.Column("store", sa.String(32), primary_key=True))
_file = sa.Table(
    "submission_file",
    metadata,
    sa.Column("submission", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("table", sa.String(40), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
)
_municipality = sa.Table(
    "submission_municipality",
    metadata,
    sa.Column("submission", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("municipality", sa.String(4), primary_key=True),
)
_folder = sa.Table(
    "submission_folder",
    metadata,
    sa.Column("submission", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("folder", sa.String(100), nullable=False),
)
_audit = sa.Table(
    "audit_event",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("what", sa.String(200), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("why", sa.String(500), nullable=False),
    sa.Column("happened_at", sa.DateTime, nullable=False),
    sa.Column("municipalities", sa.JSON),
)


class Catalogue:
    """Reads and writes the catalogue; times are UTC.

    Args:
        address: such as ``sqlite:////srv/register/catalogue.sqlite`` or ``postgresql://name@host/database``.

    Raises:
        OmsorgstallError: USAGE or ENVIRONMENT when there can be no database at the address; ``catalogue-unreachable`` from
            any call when the database does not answer.

    Attributes:
        keys: its book of keys.
        erasures: its book of erasures.
        attempts: what arrived, accepted or rejected.
        pseudonym_map: its book of changed identity numbers.
    """

    def __init__(self, address: str) -> None:
        self._engine = connect(address)
        self.keys = key_book.KeyBook(self._engine)
        self.erasures = ErasureBook(self._engine)
        self.attempts = AttemptBook(self._engine)
        self.pseudonym_map = MapBook(self._engine)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def upgrade(self) -> None:
        """Bring the tables to the form this program knows. Does nothing when they are."""
        with self._engine.begin() as connection:
            _alone(connection)
            if MigrationContext.configure(connection).get_current_revision() == HEAD:
                return
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(_MIGRATIONS))
            command.upgrade(config, "head")

    def identity(self) -> str | None:
        """The store this catalogue belongs to; None when no store has taken it yet."""
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table(_identity.name):
                return None
            found = connection.execute(sa.select(_identity.c.store)).scalar_one_or_none()
        return None if found is None else str(found)

    def belong_to(self, store: str) -> None:
        """Make the catalogue a store's for good, unless it is some store's already."""
        taken = sa.select(sa.literal(store)).where(~sa.exists(sa.select(_identity.c.store)))
        with self._engine.begin() as connection:
            _alone(connection)
            connection.execute(_identity.insert().from_select(["store"], taken))

    def add(self, submission: Submission, event: AuditEvent, key: LockedKey | None = None) -> Submission:
        """One transaction: the moment of acceptance, with who accepted and the key of what is encrypted.

        Returns it with its number.

        Raises:
            sqlalchemy.exc.IntegrityError: when its content is there already.
        """
        s = submission
        row = {
            "id": s.id,
            "kind": s.kind,
            "municipality": s.municipality,
            "data_year": s.data_year,
            "content_hash": s.content_hash,
            "accepted_at": _naive(s.accepted_at),
            "extracted_at": _naive(s.extracted_at),
            "registered_until": _naive(s.registered_until),
        }
        with self._engine.begin() as connection:
            connection.execute(_submission.insert(), row)
            connection.execute(_file.insert(), [_file_row(s.id, f) for f in s.files])
            if s.municipalities:
                places = [{"submission": s.id, "municipality": m} for m in sorted(s.municipalities)]
                connection.execute(_municipality.insert(), places)
            if key is not None:
                key_book.add(connection, s.id, key.wrapped, key.key_id)
            connection.execute(_audit.insert(), _audit_row(event))
        return self.submissions(_submission.c.id == s.id)[0]

    def with_content(self, content_hash: str) -> Submission | None:
        """The submission with this content, if it was accepted."""
        found = self.submissions(_submission.c.content_hash == content_hash)
        return found[0] if found else None

    def of(self, **values: object) -> tuple[Submission, ...]:
        """Submissions whose columns have these values; None asks for nothing."""
        return self.submissions(*(_submission.c[name] == v for name, v in values.items() if v is not None))

    def submissions(self, *conditions: sa.ColumnElement[bool]) -> tuple[Submission, ...]:
        """Accepted submissions in order of acceptance."""
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(_submission).where(*conditions).order_by(_submission.c.number)).all()
            files = _grouped(connection, _file, conditions) if found else {}
            places = _grouped(connection, _municipality, conditions) if found else {}
            folders = _grouped(connection, _folder, conditions) if found else {}
        return tuple(_as_submission(r, files[r.id], places[r.id], folders[r.id]) for r in found)

    def ids(self) -> frozenset[str]:
        """Ids of every accepted submission."""
        with self._engine.connect() as connection:
            return frozenset(connection.execute(sa.select(_submission.c.id)).scalars())

    def folders(self) -> frozenset[str]:
        """Names of the folders that hold the content of accepted submissions."""
        name = sa.func.coalesce(_folder.c.folder, _submission.c.id)
        with self._engine.connect() as connection:
            return frozenset(connection.execute(sa.select(name).select_from(_submission).outerjoin(_folder)).scalars())

    def replace(self, contents: Iterable[Rewritten], event: AuditEvent, *also: Callable[[sa.Connection], object]) -> None:
        """One transaction: content that was written anew is valid, the old is not.

        Args:
            also: what else the same transaction writes.
        """
        with self._engine.begin() as connection:
            for new in contents:
                for table in (_file, _folder):
                    connection.execute(table.delete().where(table.c.submission == new.submission))
                connection.execute(_file.insert(), [_file_row(new.submission, f) for f in new.files])
                connection.execute(_folder.insert(), {"submission": new.submission, "folder": new.folder})
                if new.key is not None:
                    key_book.add(connection, new.submission, new.key.wrapped, new.key.key_id)
            for write in also:
                write(connection)
            connection.execute(_audit.insert(), _audit_row(event))

    def write(self, change: Callable[[sa.Connection], object], event: AuditEvent) -> None:
        """One transaction: a change of the book of vintages, with who made it.

        Raises:
            sqlalchemy.exc.IntegrityError: when what it writes is there already.
        """
        with self._engine.begin() as connection:
            change(connection)
            connection.execute(_audit.insert(), _audit_row(event))

    def vintages(self, name: str | None = None) -> tuple[Vintage, ...]:
        """Frozen vintages in order of creation, or the one with the name."""
        with self._engine.connect() as connection:
            return vintage_book.vintages(connection, _submission, name)

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """What was taken back, oldest first."""
        with self._engine.connect() as connection:
            return vintage_book.withdrawals(connection)

    def substitutions(self) -> tuple[Substitution, ...]:
        """Every declaration that an earlier year stands in, oldest first."""
        with self._engine.connect() as connection:
            return vintage_book.substitutions(connection)

    def rewrap(self, change: Callable[[str, bytes], bytes], key_id: str, event: AuditEvent) -> int:
        """One transaction: every submission's key is locked by another key, with who changed it. Returns how many."""
        with self._engine.begin() as connection:
            changed = key_book.rewrap(connection, change, key_id)
            connection.execute(_audit.insert(), _audit_row(event))
        return changed

    def log(self, event: AuditEvent) -> None:
        """Write down an audit event."""
        with self._engine.begin() as connection:
            connection.execute(_audit.insert(), _audit_row(event))

    def logged(self) -> tuple[AuditEvent, ...]:
        """Audit events in the order they were written."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_audit).order_by(_audit.c.number)).all()
        return tuple(_as_event(row) for row in rows)


def _alone(connection: sa.Connection) -> None:
    """Keep others away until the transaction ends: a file lock keeps those apart who open one store, not two."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_OPENING)))


def _grouped(
    connection: sa.Connection, table: sa.Table, conditions: Iterable[sa.ColumnElement[bool]]
) -> dict[str, list[sa.Row[Any]]]:
    """Rows of a table by submission, of the submissions that meet the conditions."""
    inside = sa.select(_submission.c.id).where(*conditions)
    query = sa.select(table).where(table.c.submission.in_(inside)).order_by(*table.primary_key.columns)
    found: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in connection.execute(query).all():
        found[row.submission].append(row)
    return found


def _file_row(submission: str, file: StoredFile) -> dict[str, object]:
    return dict(zip(_file.columns.keys(), (submission, *astuple(file)), strict=True))


def _as_submission(
    row: sa.Row[Any], files: Iterable[sa.Row[Any]], places: Iterable[sa.Row[Any]], folders: Iterable[sa.Row[Any]]
) -> Submission:
    return Submission(
        row.id,
        row.number,
        SubmissionKind(row.kind),
        row.municipality,
        row.data_year,
        row.content_hash,
        _utc(row.accepted_at),
        row.extracted_at and _utc(row.extracted_at),
        row.registered_until and _utc(row.registered_until),
        frozenset(p.municipality for p in places),
        tuple(StoredFile(f.name, f.table, f.rows, f.bytes, f.sha256) for f in files),
        next((f.folder for f in folders), row.id),
    )


def _audit_row(event: AuditEvent) -> dict[str, object]:
    return {
        "action": event.action,
        "what": event.what,
        "who": event.who,
        "why": event.why,
        "happened_at": _naive(event.when),
        "municipalities": None if event.municipalities is None else sorted(event.municipalities),
    }


def _as_event(row: sa.Row[Any]) -> AuditEvent:
    places = None if row.municipalities is None else frozenset(row.municipalities)
    return AuditEvent(AuditAction(row.action), row.what, row.who, row.why, _utc(row.happened_at), places)


def _naive(time: datetime | None) -> datetime | None:
    """UTC without a zone, as databases store it alike."""
    return time.astimezone(UTC).replace(tzinfo=None) if time else None


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)
