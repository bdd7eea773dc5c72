"""The store of editions: a folder per edition, one pointer file that says which are visible and current.

Layout: ``editions/<edition>/<table>.parquet``, ``reports.json`` and ``seal.json`` (SHA-256 of each file);
``current.json`` with the edition of each table and the SHA-256 of each edition's seal. An edition is written to ``staging``,
brought to disk and renamed; it becomes visible when ``current.json`` is replaced, the only moment of release.
"""

import fcntl
import json
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.releases.files import decode, encode, read_sealed, replace_durably, seal, settle, write_durably
from omsorgstall.tables import ReleasedTable

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
POINTER = "current.json"


class ReleaseStore:
    """Editions of released tables in a folder; nothing in it ever changes but the pointer.

    Args:
        path: the folder; made by the first edition, never by a reader who mistyped it.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def publish(self, edition: str, tables: Sequence[ReleasedTable], reports: Mapping[str, object] | None = None) -> None:
        """Make an edition visible, wholly or not at all.

        Args:
            reports: what is kept beside the tables, such as the loss report and the attack report; plain data.

        Raises:
            OmsorgstallError: when the edition exists, or a name could leave the folder.
        """
        for name in (edition, *(t.model.id for t in tables)):
            _check_name(name)
        for folder in ("editions", "staging"):
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        with self._alone():
            pointer = self._pointer()
            if edition in pointer["editions"]:
                raise _fault("edition-exists", f"Edition {edition} is released and cannot change.", "Choose a new name.")
            staged, mark = self._stage(tables, reports or {})
            self._move_in(staged, edition)
            pointer["editions"][edition] = mark
            pointer["tables"] |= {t.model.id: edition for t in tables}
            replace_durably(self.path / POINTER, json.dumps(pointer, indent=1).encode())

    def _stage(self, tables: Sequence[ReleasedTable], reports: Mapping[str, object]) -> tuple[Path, str]:
        folder = self.path / "staging" / uuid.uuid4().hex
        folder.mkdir()
        files = {f"{t.model.id}.parquet": encode(t) for t in tables}
        files["reports.json"] = json.dumps(dict(reports), ensure_ascii=False, indent=1).encode()
        files["seal.json"] = json.dumps({name: seal(content) for name, content in files.items()}, indent=1).encode()
        for name, content in files.items():
            write_durably(folder / name, content)
        settle(folder)
        return folder, seal(files["seal.json"])

    def _move_in(self, staged: Path, edition: str) -> None:
        target = self.path / "editions" / edition
        if target.exists():
            # Left by a process that died before it became visible: no reader has seen it.
            target.rename(self.path / "staging" / uuid.uuid4().hex)
        staged.rename(target)
        settle(target.parent)
        for left in (self.path / "staging").iterdir():
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.path / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _pointer(self) -> dict[str, dict[str, str]]:
        file = self.path / POINTER
        if not file.exists():
            return {"tables": {}, "editions": {}}
        return _pointer_of(file.read_bytes())

    def editions(self) -> tuple[str, ...]:
        """The released editions, oldest first."""
        return tuple(self._pointer()["editions"])

    def table_ids(self) -> tuple[str, ...]:
        """Every table that has been released."""
        return tuple(sorted(self._pointer()["tables"]))

    def current(self, table_id: str) -> ReleasedTable:
        """The newest release of a table."""
        return self.load(table_id, self.current_edition(table_id))

    def current_edition(self, table_id: str) -> str:
        """The edition of the newest release of a table.

        Raises:
            OmsorgstallError: (NOT_FOUND) when there is none.
        """
        tables = self._pointer()["tables"]
        if table_id not in tables:
            known = ", ".join(sorted(tables)) or "none yet"
            raise _not_found(f"Table {table_id} has not been released.", f"Released are: {known}.")
        return tables[table_id]

    def load(self, table_id: str, edition: str) -> ReleasedTable:
        """A table of an edition, its seal checked.

        Raises:
            OmsorgstallError: when there is none, or its file has changed.
        """
        name = f"{table_id}.parquet"
        seals = self._seals(edition)
        if name not in seals:
            raise _not_found(f"Edition {edition} has no table {table_id}.", "Leave out the edition to get the newest.")
        return decode(read_sealed(self.path / "editions" / edition / name, seals[name]))

    def reports(self, edition: str) -> dict[str, Any]:
        """What was kept beside the tables of an edition."""
        content = read_sealed(self.path / "editions" / edition / "reports.json", self._seals(edition)["reports.json"])
        found: dict[str, Any] = json.loads(content)
        return found

    def _tables_of(self, edition: str) -> list[str]:
        return sorted(name.removesuffix(".parquet") for name in self._seals(edition) if name.endswith(".parquet"))

    def check(self) -> tuple[tuple[str, str], ...]:
        """Hash every file of every edition again; returns edition and file of what is missing or changed."""
        return tuple((edition, file) for edition in self.editions() for file in self._broken(edition))

    def _broken(self, edition: str) -> Iterator[str]:
        try:
            seals = self._seals(edition)
        except OmsorgstallError:
            yield "seal.json"
            return
        for file, mark in seals.items():
            try:
                read_sealed(self.path / "editions" / edition / file, mark)
            except OmsorgstallError:
                yield file

    def _seals(self, edition: str) -> dict[str, str]:
        mark = self._pointer()["editions"].get(edition)
        if mark is None:
            raise _not_found(f"There is no edition {edition}.", f"Released are: {', '.join(self.editions()) or 'none yet'}.")
        found: dict[str, str] = json.loads(read_sealed(self.path / "editions" / edition / "seal.json", mark))
        return found

    def memory(self) -> tuple[ReleasedTable, ...]:
        """What readers know already: every table of every edition, open cells and hidden ones, the oldest first."""
        return tuple(self.load(table_id, edition) for edition in self.editions() for table_id in self._tables_of(edition))


def _pointer_of(content: bytes) -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = json.loads(content)
        names = [name for part in ("tables", "editions") for pair in found[part].items() for name in pair]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        names = [None]  # type: ignore[list-item]
    if not all(isinstance(name, str) and NAME.fullmatch(name) for name in names):
        raise _fault("damaged-pointer", f"The list of what is released ({POINTER}) cannot be read.", "Restore it from a backup.")
    return found


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise _fault("bad-name", f"{name!r} cannot be the name of an edition or table.", "Use letters, digits, '.', '_' and '-'.")


def _fault(code: str, what: str, todo: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.STORE, code, what, todo=todo)


def _not_found(what: str, todo: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.NOT_FOUND, "not-released", what, todo=todo)
