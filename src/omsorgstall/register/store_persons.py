"""What a store holds of one person: found by her pseudonyms, handed out to be shown, erased from all submissions.

Identity numbers are unknown here; whoever has the pseudonym key asks with the pseudonyms of a number.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.register import erasures, map_book
from omsorgstall.register.catalogue import Catalogue
from omsorgstall.register.content import decrypting
from omsorgstall.register.database import disk_faults
from omsorgstall.register.delivery import StoredFile, Submission
from omsorgstall.register.pseudonym_map import PseudonymMap
from omsorgstall.register.rewriting import LOCAL_IDS, Change
from omsorgstall.register.schemas import register_schemas
from omsorgstall.register.scoped import FilePart, ScopedSource
from omsorgstall.register.staging import exclusive
from omsorgstall.register.store_keys import StoreKeys
from omsorgstall.register.vintage import OPEN_VINTAGE

FINDINGS = "findings.parquet"
LocalIds = Mapping[str, frozenset[str]]
"""A person's local ids by the number of the municipality that sent them."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A submission that holds a person.

    Attributes:
        rows: how many rows of hers by table.
        vintages: names of the vintages it is in.
    """

    submission: Submission
    rows: Mapping[str, int]
    vintages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """That a person's rows are read or erased, and on what ground; kept in the audit log.

    Attributes:
        case: reference of the case (saksnummer); never a person's name or number.
        why: the ground in law.
        who: the person who does it.
    """

    case: str
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        submissions: those that held rows of the person, with how many.
        findings: how many submissions lost findings only.
        vintages: names of the vintages that cannot be made again as they were.
    """

    submissions: Mapping[str, int]
    findings: int
    vintages: tuple[str, ...]


class StorePersons:
    """Persons in a store.

    Args:
        catalogue: of the store.
        keys: of the store.
        lock: file of the store's lock.
    """

    def __init__(self, catalogue: Catalogue, keys: StoreKeys, lock: Path) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._lock = lock
        self._folders = lock.parent / "submissions"

    def all_of(self, pseudonyms: Iterable[str]) -> frozenset[str]:
        """A person's pseudonyms, with those of numbers she had before or later by the pseudonym map."""
        return PseudonymMap(self._catalogue.pseudonym_map.changes()).all_of(pseudonyms)

    def find(self, pseudonyms: Iterable[str]) -> tuple[Holding, ...]:
        """The submissions that hold a person under any of her numbers; of every file one column is read, part by part.

        They come in order of acceptance.

        Raises:
            OmsorgstallError: ENVIRONMENT, when the store is encrypted and its key is not given.
        """
        wanted = pa.array(sorted(self.all_of(pseudonyms)), pa.string())
        submissions = self._catalogue.of()
        ring = self._keys.ring(s.id for s in submissions)
        members = [(v.name, frozenset(v.submissions)) for v in self._catalogue.vintages()]
        found = []
        for s in submissions:
            key = ring.reveal(s.id) if s.id in ring else None
            rows = {f.table: n for f in s.files if f.table and (n := _count(self._file(s, f.name), wanted, key))}
            if rows:
                found.append(Holding(s, rows, tuple(name for name, inside in members if s.id in inside)))
        return tuple(found)

    def source(self, holding: Holding, scope: Scope) -> ScopedSource:
        """The files of a submission that hold rows of the person, for the engine; the caller picks her rows."""
        s = holding.submission
        files = {f.table: self._part(s, f) for f in s.files if f.table in holding.rows}
        ring = self._keys.ring([s.id])
        ids = {self._file(s, f.name): s.id for f in s.files if s.id in ring}
        tables = {name: files.get(name, ()) for name in register_schemas()}
        return ScopedSource(s.id, tables, scope.municipalities, (s.data_year,), key_ids=ids, keyring=ring)

    def _part(self, submission: Submission, file: StoredFile) -> tuple[FilePart, ...]:
        lacks = register_schemas()[file.table].lacking(file.version)
        return (FilePart(submission.data_year, lacks, (self._file(submission, file.name),)),)

    def log_reading(self, decision: Decision) -> None:
        """Write down that a person's rows were read for her."""
        self._catalogue.log(_event(AuditAction.READ_PERSON, decision, None))

    def readings(self, holdings: Iterable[Holding]) -> tuple[AuditEvent, ...]:
        """When rows of vintages that hold the person, or of open ones, were read in a scope that reaches them, oldest first."""
        vintages = {OPEN_VINTAGE, *(name for h in holdings for name in h.vintages)}
        places = frozenset[str]().union(*(h.submission.municipalities for h in holdings))
        read = (e for e in self._catalogue.logged() if e.action is AuditAction.READ_ROWS and e.what in vintages)
        return tuple(e for e in read if e.municipalities is None or e.municipalities & places)

    def erase(
        self,
        pseudonyms: Iterable[str],
        decision: Decision,
        *,
        block: bool = False,
        before: Callable[[LocalIds], object] = dict,
    ) -> Erased:
        """Take a person's rows, and findings that name her local ids, out of all submissions, for good, and her changed numbers.

        The submissions are written anew beside the old under the same ids; one transaction makes them valid, with tombstones
        and who decided; then the old files are deleted. Killed before the transaction, all is as before; after it, she is gone,
        and the next opening deletes what is left.

        Args:
            block: keep her pseudonyms, so that her rows are left out of what is taken in later.
            before: called with her local ids before anything is erased; what it does must bear to be done again.

        Raises:
            OmsorgstallError: ENVIRONMENT, without the keys; STORE, ``disk-full``. Nothing has changed then.
        """
        with disk_faults(), exclusive(self._lock):
            wanted = self.all_of(pseudonyms)
            mapped = self._catalogue.pseudonym_map.names(wanted)
            holdings = self.find(wanted)
            ids = self._local_ids(holdings, wanted)
            before(ids)
            lost = {h.submission.id: sum(h.rows.values()) for h in holdings}
            changes = {h.submission: self._change(h.submission, wanted, ids) for h in holdings}
            others = [s for s in self._named_in_findings(ids) if s.id not in lost]
            changes |= {s: self._change(s, wanted, ids) for s in others}
            if changes or block or mapped:
                now = datetime.now(UTC)
                places = frozenset[str]().union(*(s.municipalities for s in changes))
                stones = lost | {s.id: 0 for s in others}
                also: list[Callable[[sa.Connection], object]]
                also = [partial(erasures.note, case=decision.case, when=now, lost=stones)]
                also += [partial(map_book.forget, pseudonyms=wanted)]
                also += [partial(erasures.block, pseudonyms=wanted, case=decision.case)] if block else []
                self._keys.write_anew(changes, _event(AuditAction.ERASE, decision, places, now), *also)
        return Erased(lost, len(others), tuple(sorted({name for h in holdings for name in h.vintages})))

    def unblock(self, pseudonyms: Iterable[str], decision: Decision) -> int:
        """Let a person be taken in again; returns how many pseudonyms were forgotten."""
        wanted = self.all_of(pseudonyms)
        with exclusive(self._lock):
            there = len(wanted & self._catalogue.erasures.blocked())
            if there:
                event = _event(AuditAction.UNBLOCK, decision, None)
                self._catalogue.replace((), event, partial(erasures.unblock, pseudonyms=wanted))
        return there

    def blocked(self) -> frozenset[str]:
        """Pseudonyms whose rows are left out of what is taken in, those of changed numbers among them."""
        return self.all_of(self._catalogue.erasures.blocked())

    def lost_rows(self) -> Mapping[str, int]:
        """By name of a vintage that cannot be made again: how many of its rows were erased since it was frozen."""
        return self._catalogue.erasures.lost_rows()

    def tombstones(self) -> tuple[erasures.Tombstone, ...]:
        """What stands where erased rows stood, the oldest first."""
        return self._catalogue.erasures.tombstones()

    def _file(self, submission: Submission, name: str) -> str:
        return str(self._folders / submission.folder / name)

    def _key(self, submission: Submission) -> bytes | None:
        ring = self._keys.ring([submission.id])
        return ring.reveal(submission.id) if submission.id in ring else None

    def _local_ids(self, holdings: Iterable[Holding], wanted: frozenset[str]) -> LocalIds:
        found: dict[str, frozenset[str]] = {}
        for h in holdings:
            s, key = h.submission, self._key(h.submission)
            names = [f.name for f in s.files if f.table in h.rows]
            ids = frozenset[str]().union(*(_ids_in(self._file(s, name), wanted, key) for name in names))
            found[s.municipality] = found.get(s.municipality, frozenset()) | ids
        return found

    def _named_in_findings(self, ids: LocalIds) -> list[Submission]:
        """Submissions of the same senders with findings that name one of the local ids."""
        senders = [s for s in self._catalogue.of() if ids.get(s.municipality)]
        return [s for s in senders if _names(self._file(s, FINDINGS), ids[s.municipality], self._key(s))]

    def _change(self, submission: Submission, wanted: frozenset[str], ids: LocalIds) -> Change:
        key = self._key(submission)
        lines = frozenset[tuple[str, int]]().union(
            *(_lines_in(self._file(submission, f.name), f.table, wanted, key) for f in submission.files if f.table)
        )
        return _Without(wanted, ids.get(submission.municipality, frozenset()), lines)


@dataclass(frozen=True, slots=True)
class _Without:
    """What is left of rows when a person is taken out.

    Attributes:
        lines: table and line of her rows, for findings that name no local id.
    """

    pseudonyms: frozenset[str]
    ids: frozenset[str]
    lines: frozenset[tuple[str, int]] = field(repr=False)

    def __call__(self, name: str, rows: pa.Table) -> pa.Table:
        if name:
            return rows.filter(pc.invert(_is_in(rows["pseudonym"], self.pseudonyms)))
        if not {"record", "table", "line"} <= set(rows.column_names):
            return rows
        named = _is_in(rows["record"], self.ids)
        places = zip(rows["table"].to_pylist(), rows["line"].to_pylist(), strict=True)
        nameless = pc.and_(pc.is_null(rows["record"]), pa.array([place in self.lines for place in places], pa.bool_()))
        return rows.filter(pc.invert(pc.or_(named, nameless)))


def _is_in(column: pa.ChunkedArray, values: Iterable[str]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(sorted(values), pa.string()), skip_nulls=True)


def _count(path: str, wanted: pa.Array, key: bytes | None) -> int:
    with pq.ParquetFile(path, **decrypting(key)) as file:
        counts = (pc.sum(pc.is_in(b.column(0), value_set=wanted)).as_py() for b in file.iter_batches(columns=["pseudonym"]))
        return sum(n or 0 for n in counts)


def hers(path: str, columns: Iterable[str], wanted: frozenset[str], key: bytes | None) -> pa.Table:
    """Some columns of the rows of some persons, as far as the file has them."""
    with pq.ParquetFile(path, **decrypting(key)) as file:
        there = [c for c in columns if c in file.schema_arrow.names]
        parts = [
            t.filter(_is_in(t["pseudonym"], wanted)).select(there)
            for batch in file.iter_batches(columns=list(dict.fromkeys(("pseudonym", *there))))
            for t in [pa.Table.from_batches([batch])]
        ]
        return pa.concat_tables(parts) if parts else file.schema_arrow.empty_table().select(there)


def _ids_in(path: str, wanted: frozenset[str], key: bytes | None) -> frozenset[str]:
    rows = hers(path, LOCAL_IDS, wanted, key)
    return frozenset(i for column in rows.columns for i in pc.unique(column).to_pylist() if i is not None)


def _lines_in(path: str, table: str, wanted: frozenset[str], key: bytes | None) -> frozenset[tuple[str, int]]:
    return frozenset((table, line) for line in hers(path, ("line",), wanted, key)["line"].to_pylist())


def _names(path: str, ids: frozenset[str], key: bytes | None) -> bool:
    """Whether findings name one of the local ids."""
    with pq.ParquetFile(path, **decrypting(key)) as file:
        if "record" not in file.schema_arrow.names:
            return False
        wanted = pa.array(sorted(ids), pa.string())
        return any(pc.any(pc.is_in(b.column(0), value_set=wanted)).as_py() for b in file.iter_batches(columns=["record"]))


def _event(action: AuditAction, decision: Decision, places: frozenset[str] | None, when: datetime | None = None) -> AuditEvent:
    return AuditEvent(action, f"case {decision.case}", decision.who, decision.why, when or datetime.now(UTC), places)
