"""The database behind the catalogue: SQLite in the store's folder, or PostgreSQL at an address. Its faults as errors to act on.

The address may hold a password: it stands in no error, no log and no representation, and neither do the values of a statement.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from omsorgstall.core import ErrorFamily, OmsorgstallError

metadata = sa.MetaData()
"""Every table of the catalogue."""
POSTGRESQL = "postgresql"
_DRIVERS = {POSTGRESQL: "psycopg", "sqlite": "pysqlite"}
_BUSY_MILLISECONDS = 30_000
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_IN_SQLITE = ("disk is full", "disk I/O error")
_FULL_IN_POSTGRESQL = "53100"
"""The state that PostgreSQL gives a statement for which the disk of the server has no room."""


def connect(address: str) -> sa.Engine:
    """Connections to the database at an address; none is made yet.

    Args:
        address: such as ``sqlite:////srv/register/catalogue.sqlite`` or ``postgresql://name@host/database``.

    Raises:
        OmsorgstallError: USAGE, ``bad-catalogue-address``; ENVIRONMENT, ``no-psycopg`` without the driver of PostgreSQL.
    """
    url = _url(address)
    engine = _engine(url)
    sa.event.listen(engine, "handle_error", _Faults(url).tell)
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def sqlite_address(file: Path) -> str:
    """The address of a database in a file."""
    return sa.URL.create("sqlite", database=str(file)).render_as_string()


def _url(address: str) -> sa.URL:
    try:
        url = sa.make_url(address)
        return url.set(drivername=f"{url.get_backend_name()}+{_DRIVERS[url.get_backend_name()]}")
    except (ArgumentError, KeyError, ValueError):  # their messages may repeat the address
        raise OmsorgstallError(
            ErrorFamily.USAGE,
            "bad-catalogue-address",
            "The address of the catalogue is not one of a database that can hold it.",
            todo="Write postgresql://USER@HOST:PORT/DATABASE, or leave it out for SQLite in the store.",
        ) from None


def _engine(url: sa.URL) -> sa.Engine:
    try:
        # A server may end connections that wait: each is tried before it is used.
        return sa.create_engine(url, hide_parameters=True, pool_pre_ping=url.get_backend_name() == POSTGRESQL)
    except (ImportError, NoSuchModuleError):
        raise OmsorgstallError(
            ErrorFamily.ENVIRONMENT,
            "no-psycopg",
            "The catalogue is in PostgreSQL, and its driver is not installed.",
            todo="Install the extra: omsorgstall[postgresql].",
        ) from None


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Write-ahead log and full flushing: a transaction that was reported done survives a power cut; what is deleted is zeroed."""
    cursor = connection.cursor()
    waiting = f"busy_timeout={_BUSY_MILLISECONDS}"
    for pragma in ("journal_mode=WAL", waiting, "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Faults:
    """Tells a fault of the database at an address."""

    def __init__(self, url: sa.URL) -> None:
        self._where = f"{url.host or 'this machine'}, database {url.database}" if url.host or url.database else ""

    def tell(self, fault: sa.engine.ExceptionContext) -> None:
        """Raise what the user can act on; any other fault goes on as it is."""
        error = fault.original_exception
        if _is_full(error):
            raise _full() from None
        if fault.is_pre_ping:  # a new connection is made, and its fault is told
            return
        lost = fault.is_disconnect or fault.connection is None
        if lost and isinstance(fault.sqlalchemy_exception, sa.exc.OperationalError):
            raise OmsorgstallError(
                ErrorFamily.STORE,
                "catalogue-unreachable",
                "The database of the catalogue does not answer, or does not let you in.",
                where=self._where,
                todo="Check the address, the user's password and that the server runs; what was not accepted can be sent again.",
            ) from None


def _is_full(error: BaseException) -> bool:
    if getattr(error, "sqlstate", None) == _FULL_IN_POSTGRESQL:
        return True
    return isinstance(error, sqlite3.OperationalError) and any(words in str(error) for words in _FULL_IN_SQLITE)


@contextmanager
def disk_faults() -> Iterator[None]:
    """A full disk as an error to act on; the old state is untouched."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _full() from error


def _full() -> OmsorgstallError:
    return OmsorgstallError(
        ErrorFamily.STORE,
        "disk-full",
        "The disk is full or cannot be written to.",
        todo="Make room and send it again; everything accepted earlier is untouched.",
    )
