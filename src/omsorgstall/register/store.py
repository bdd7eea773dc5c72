"""The store: a folder of immutable submissions and a catalogue that says which of them exist.

A submission is written in a private folder, flushed, moved into place, and then entered into the catalogue in one
transaction: the only moment of acceptance. Whatever a crash leaves before that moment is deleted when the store is opened
next; nothing after it is ever changed.
"""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register.basis import Basis
from omsorgstall.register.catalogue import Catalogue
from omsorgstall.register.content import ContentWriter, decrypting, extraction_time
from omsorgstall.register.database import disk_faults, sqlite_address
from omsorgstall.register.delivery import Delivery, Fault, Submission, SubmissionKind
from omsorgstall.register.keys import KeyService, LockedKey
from omsorgstall.register.mark import bind, is_store, wrong_catalogue
from omsorgstall.register.scoped import ScopedSource
from omsorgstall.register.staging import exclusive, move, private_folder, sha256, sweep
from omsorgstall.register.store_identities import StoreIdentities
from omsorgstall.register.store_keys import StoreKeys
from omsorgstall.register.store_persons import StorePersons
from omsorgstall.register.vintage import Vintage

_HASH = re.compile(r"[0-9a-f]{64}")


class Store:
    """A register on disk. Use ``Store.open``.

    Attributes:
        path: its folder.
        keys: which keys it belongs to, and a change of them.
        persons: what it holds of one person, and erasure.
        basis: its vintages and what stands beside submissions: withdrawals and substitutions.
        identities: changed identity numbers.
        attempts: what arrived, accepted or rejected.
    """

    def __init__(self, path: Path, catalogue: Catalogue, keys: KeyService | None = None) -> None:
        self.path = path
        self._catalogue = catalogue
        self.attempts = catalogue.attempts
        self.keys = StoreKeys(catalogue, keys, path / "store.lock")
        self.persons = StorePersons(catalogue, self.keys, path / "store.lock")
        self.identities = StoreIdentities(catalogue, self.keys, path / "store.lock")
        self.basis = Basis(catalogue, self.keys, path)

    @classmethod
    def open(cls, path: Path, *, create: bool = False, catalogue_url: str | None = None, keys: KeyService | None = None) -> Self:
        """Open a store, and clear away what a crashed process left unaccepted.

        Args:
            path: folder of the store.
            create: make it when it is not there.
            catalogue_url: such as ``postgresql://name@host/database``; SQLite inside the folder when None.
            keys: locks and unlocks the keys of submissions; None neither encrypts nor reads what is encrypted.

        Raises:
            OmsorgstallError: (NOT_FOUND) when it does not exist, (STORE) when a newer program made it, the
                catalogue is another store's or does not answer, or the disk is full, (ENVIRONMENT,
                ``wrong-encryption-key``) when it was encrypted with another key; nothing has changed then.
        """
        path = Path(path).absolute()
        if create:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            (path / "submissions").mkdir(exist_ok=True, mode=0o700)
        elif not is_store(path):
            raise OmsorgstallError(
                ErrorFamily.NOT_FOUND,
                "no-store",
                "There is no register here.",
                where=str(path),
                todo="Check --store, or take in the first files with --new-key.",
            )
        file = path / "catalogue.sqlite"
        if catalogue_url is None and is_store(path) and not file.exists():
            raise wrong_catalogue()
        store = cls(path, Catalogue(catalogue_url or sqlite_address(file)), keys)
        with disk_faults(), exclusive(path / "store.lock"):
            bind(path, store._catalogue)
            store.keys.check()
            store._clear_unaccepted()
            sweep(path / "staging")
        return store

    def close(self) -> None:
        """Give back the connections to the catalogue."""
        self._catalogue.close()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _clear_unaccepted(self) -> None:
        """Delete folders that were moved into place but never accepted, or replaced. Only under the store's lock."""
        accepted = self._catalogue.folders()
        for folder in (self.path / "submissions").iterdir():
            if folder.name not in accepted:
                shutil.rmtree(folder)

    def accept(self, delivery: Delivery) -> Submission:
        """Store a delivery for good. When this returns, it is accepted; when it raises, nothing has changed.

        Raises:
            OmsorgstallError: ``duplicate-submission`` when the content was accepted before, ``disk-full``,
                ``delivery-refused`` when the tables break the register's rules.
        """
        _check_terms(delivery)
        self._refuse_duplicate(delivery)
        lock = self.path / "store.lock"
        with disk_faults(), private_folder(self.path / "staging", lock) as content:
            key, locked = self.keys.new(delivery.submission_id)
            with ContentWriter(content, delivery, key) as writer:
                files = writer.write()
            entry = Submission(
                delivery.submission_id,
                0,
                SubmissionKind(delivery.kind),
                delivery.municipality,
                delivery.data_year,
                delivery.content_hash,
                datetime.now(UTC),
                extraction_time(delivery.header),
                writer.registered_until,
                frozenset(writer.municipalities),
                files,
            )
            with exclusive(lock):
                self._refuse_duplicate(delivery)
                self.keys.check_both(delivery.pseudonym_key)  # they may have been changed meanwhile
                self._refuse_blocked(delivery)
                return self._enter(entry, content, (delivery.who, delivery.why), locked)

    def _enter(self, entry: Submission, content: Path, said: tuple[str, str], key: LockedKey | None) -> Submission:
        """Move into place and accept, under the store's lock; ``said`` is who accepts and why."""
        target = self.path / "submissions" / entry.id
        if self._catalogue.of(id=entry.id):
            raise RuntimeError(f"Two contents with one id: {entry.id}.")
        shutil.rmtree(target, ignore_errors=True)  # a crashed attempt at the same content
        try:
            move(content, target)
            who, why = said
            event = AuditEvent(AuditAction.ACCEPT, entry.id, who, why, entry.accepted_at, entry.municipalities)
            return self._catalogue.add(entry, event, key)
        except BaseException:
            if entry.id not in self._catalogue.ids():
                shutil.rmtree(target, ignore_errors=True)
            raise

    def _refuse_duplicate(self, delivery: Delivery) -> None:
        earlier = self.received(delivery.content_hash)
        if earlier is not None:
            raise OmsorgstallError(
                ErrorFamily.INPUT_REJECTED,
                "duplicate-submission",
                f"This content was accepted before, as {earlier.id} on {earlier.accepted_at:%Y-%m-%d %H:%M} UTC.",
                todo="Nothing needs to be done. To replace it, send a new extraction.",
            )

    def _refuse_blocked(self, delivery: Delivery) -> None:
        """A person may have been erased and blocked while the file was read."""
        if not self.persons.blocked() <= delivery.left_out:
            raise OmsorgstallError(
                ErrorFamily.STORE,
                "blocked-meanwhile",
                "Whom the register may not hold has changed while the file was checked; nothing was stored.",
                todo="Take the file in again.",
            )

    def received(self, content_hash: str) -> Submission | None:
        """The submission with this content, when it was accepted before."""
        return self._catalogue.with_content(content_hash)

    def submissions(
        self, *, municipality: str | None = None, data_year: int | None = None, kind: str | None = None
    ) -> tuple[Submission, ...]:
        """Accepted submissions in order of acceptance, of one sender, year or kind when given."""
        return self._catalogue.of(municipality=municipality, data_year=data_year, kind=kind)

    def submission(self, submission_id: str) -> Submission:
        """One accepted submission.

        Raises:
            OmsorgstallError: (NOT_FOUND) when there is none.
        """
        found = self._catalogue.of(id=submission_id)
        if not found:
            raise OmsorgstallError(
                ErrorFamily.NOT_FOUND,
                "no-submission",
                f"There is no submission {submission_id}.",
                todo="omsorgstall submissions lists those there are.",
            )
        return found[0]

    def findings(self, submission_id: str, scope: Scope) -> pa.Table:
        """What intake found in a submission; the reading is logged.

        Raises:
            OmsorgstallError: (ACCESS) when the submission lies outside the scope, (NOT_FOUND) when there is none.
        """
        if not _touches(self.submission(submission_id), scope):
            raise OmsorgstallError(
                ErrorFamily.ACCESS,
                "outside-scope",
                f"{scope.who} has no access to submission {submission_id}.",
                todo="Ask the owner for access, or open your own municipality.",
            )
        self.log(AuditEvent.of(AuditAction.READ_FINDINGS, submission_id, scope, datetime.now(UTC)))
        return next(self._read_findings([self.submission(submission_id)]))[1]

    def findings_of(self, vintage_name: str, scope: Scope) -> Iterator[tuple[Submission, pa.Table]]:
        """What intake found in each annual submission of a vintage that lies within a scope; the reading is logged once.

        Raises:
            OmsorgstallError: (NOT_FOUND) when there is no such vintage.
        """
        annual = self.basis.annual(self.vintage(vintage_name))
        self.log(AuditEvent.of(AuditAction.READ_FINDINGS, vintage_name, scope, datetime.now(UTC)))
        return self._read_findings([s for s in annual if _touches(s, scope)])

    def _read_findings(self, submissions: Sequence[Submission]) -> Iterator[tuple[Submission, pa.Table]]:
        ring = self.keys.ring(s.id for s in submissions)
        for submission in submissions:
            options = decrypting(ring.reveal(submission.id) if submission.id in ring else None)
            yield submission, pq.read_table(self._file(submission, "findings.parquet"), **options)

    def header(self, submission_id: str) -> Mapping[str, object]:
        """What the sender said of a submission."""
        path = Path(self._file(self.submission(submission_id), "header.json"))
        content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
        return content

    def _file(self, submission: Submission, name: str) -> str:
        return str(self.path / "submissions" / submission.folder / name)

    def freeze(
        self, name: str, kind: str, years: Iterable[int], until: datetime | None = None, *, who: str = "register"
    ) -> Vintage:
        """Name the newest submissions of the years for good; see ``Basis.freeze``."""
        return self.basis.freeze(name, kind, years, until, who=who)

    def vintages(self) -> tuple[Vintage, ...]:
        """Every vintage in order of creation."""
        return self._catalogue.vintages()

    def vintage(self, name: str) -> Vintage:
        """The vintage with this name.

        Raises:
            OmsorgstallError: (NOT_FOUND) when there is none.
        """
        return self.basis.vintage(name)

    def delivered(self, vintage_name: str) -> Mapping[int, frozenset[str]]:
        """Per year the municipalities of today that have wholly delivered to a vintage."""
        return self.basis.delivered(self.vintage(vintage_name))

    def source(self, vintage_name: str, scope: Scope) -> ScopedSource:
        """The files of a vintage that hold rows within a scope; the reading is logged. Only the engine can open it."""
        return self.basis.source(self.vintage(vintage_name), scope)

    def log(self, event: AuditEvent) -> None:
        """Write down that someone read own or person-level figures."""
        self._catalogue.log(event)

    def audit(self) -> tuple[AuditEvent, ...]:
        """What was written down, oldest first."""
        return self._catalogue.logged()

    def check(self) -> tuple[Fault, ...]:
        """Hash every file again; returns what is missing or changed. Empty when all is as accepted."""
        return tuple(fault for s in self._catalogue.of() for fault in self._faults(s))

    def _faults(self, submission: Submission) -> Iterator[Fault]:
        for file in submission.files:
            path = Path(self._file(submission, file.name))
            if not path.exists():
                yield Fault(submission.id, file.name, "missing")
            elif path.stat().st_size != file.bytes or sha256(path) != file.sha256:
                yield Fault(submission.id, file.name, "changed")


def _check_terms(delivery: Delivery) -> None:
    """What the caller must have right before anything is written."""
    if not _HASH.fullmatch(delivery.content_hash):
        raise ValueError("A content hash is a SHA-256 in 64 small hexadecimal digits.")
    if delivery.kind == SubmissionKind.ANNUAL and extraction_time(delivery.header) is None:
        raise ValueError("An annual delivery says in its header when it was extracted (extracted_at).")


def _touches(submission: Submission, scope: Scope) -> bool:
    return scope.municipalities is None or bool(scope.municipalities & submission.municipalities)
