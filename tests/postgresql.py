"""A PostgreSQL server of the tests' own: a private cluster in a temporary folder, on a socket that only we reach.

PostgreSQL refuses to run as root, so root starts it as another user.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

USER = "register"
_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
_PATH = os.pathsep.join([*map(str, _INSTALLED), os.environ.get("PATH", "")])
NO_POSTGRESQL = (
    "" if shutil.which("pg_ctl", path=_PATH) and find_spec("psycopg") else "PostgreSQL and psycopg are needed, which are not here"
)
# No test stops the machine, so nothing is lost that the server has not flushed.
_SETTINGS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=60"


def _someone():
    """Whom a process of root becomes."""
    if os.geteuid() != 0:
        return None
    return next(pwd.getpwnam(name) for name in ("postgres", "nobody") if name in {u.pw_name for u in pwd.getpwall()})


def _run(command, *arguments, who=None):
    owner = {} if who is None else {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    settings = {"PATH": _PATH, "LC_ALL": "C.UTF-8"}
    program = [shutil.which(command, path=_PATH), *map(str, arguments)]
    subprocess.run(program, check=True, capture_output=True, env=settings, cwd="/", **owner)


class Server:
    """A running server.

    Attributes:
        password: of the one user, who owns every database.
    """

    def __init__(self, folder, password):
        self.folder = folder
        self.password = password
        self._admin = sa.create_engine(
            self._url("postgres").set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )

    def _url(self, database, password=None):
        place = {"database": database, "query": {"host": str(self.folder)}}
        return sa.URL.create("postgresql", USER, password or self.password, **place)

    def _run(self, statement, **values):
        with self._admin.connect() as connection:
            connection.execute(sa.text(statement), values)

    def new_database(self, password=None):
        """The address of an empty database, with a password in it."""
        name = f"catalogue_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name}")
        return self._url(name, password).render_as_string(hide_password=False)

    def end_connections(self, address):
        """Cut every connection to a database, as a server that is started again does."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
        self._run(others, name=sa.make_url(address).database)


@contextmanager
def server():
    """A server for the time of the block."""
    who, password = _someone(), secrets.token_hex(12)
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # the path of a socket has at most 107 characters
    try:
        secret = folder / "password"
        secret.write_text(password, encoding="ascii")
        if who is not None:
            for path in (folder, secret):
                os.chown(path, who.pw_uid, who.pw_gid)
        data = folder / "data"
        _run("initdb", "-D", data, "-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "-E", "UTF8", who=who)
        _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"{_SETTINGS} -k {folder}", "start", who=who)
        try:
            yield Server(folder, password)
        finally:
            _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop", who=who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
