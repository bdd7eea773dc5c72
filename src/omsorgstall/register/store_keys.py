"""The keys of one store: which it belongs to, a new one for each submission, and a change of the key that locks them."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from omsorgstall.access import AuditAction, AuditEvent
from omsorgstall.register import map_book
from omsorgstall.register.catalogue import Catalogue
from omsorgstall.register.database import disk_faults
from omsorgstall.register.delivery import Submission
from omsorgstall.register.erasures import rename_blocked
from omsorgstall.register.key_book import KeyPurpose, set_key_id
from omsorgstall.register.keys import (
    KEY_BYTES,
    Keyring,
    KeyService,
    LockedKey,
    no_encryption_key,
    wrong_encryption_key,
    wrong_pseudonym_key,
)
from omsorgstall.register.rewriting import Change, Renaming, Rewritten, clear, write_anew
from omsorgstall.register.staging import exclusive, flush


class StoreKeys:
    """Keys of a store.

    Args:
        catalogue: of the store.
        service: locks and unlocks; None neither encrypts nor reads what is encrypted.
        lock: file of the store's lock.
    """

    def __init__(self, catalogue: Catalogue, service: KeyService | None, lock: Path) -> None:
        self._book = catalogue.keys
        self._catalogue = catalogue
        self._service = service
        self._lock = lock

    def check(self) -> str | None:
        """Which encryption key the store belongs to; None when nothing is encrypted.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``wrong-encryption-key``, when the key given is another one.
        """
        known = self._book.key_id(KeyPurpose.ENCRYPTION)
        if self._service is not None and known is not None and known != self._service.key_id:
            raise wrong_encryption_key()
        return known

    def belong_to_pseudonyms(self, key_id: str) -> None:
        """Let the store belong to the pseudonym key it is first used with.

        Args:
            key_id: tells keys apart without telling anything of them.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``wrong-pseudonym-key``, when it belongs to another; nothing has changed then.
        """
        with exclusive(self._lock):
            known = self._book.key_id(KeyPurpose.PSEUDONYM)
            if known is None:
                self._book.belong_to(KeyPurpose.PSEUDONYM, key_id)
            elif known != key_id:
                raise wrong_pseudonym_key()

    def belongs_to_pseudonyms(self, key_id: str) -> bool:
        """Whether the store belongs to this pseudonym key already."""
        return self._book.key_id(KeyPurpose.PSEUDONYM) == key_id

    def check_both(self, pseudonym_key: str) -> None:
        """Refuse when the store belongs to another encryption key, or another pseudonym key than this one.

        Args:
            pseudonym_key: its id; nothing is known of it when empty.
        """
        self.check()
        known = self._book.key_id(KeyPurpose.PSEUDONYM)
        if pseudonym_key and known is not None and known != pseudonym_key:
            raise wrong_pseudonym_key()

    def refuse_if_encrypted(self) -> None:
        """Refuse to go on as if the store had no key, when it has one.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``no-encryption-key``.
        """
        if self._book.key_id(KeyPurpose.ENCRYPTION) is not None:
            raise no_encryption_key()

    def new(self, submission: str) -> tuple[bytes | None, LockedKey | None]:
        """A random key for a submission, and the same locked; None when nothing is encrypted.

        Raises:
            OmsorgstallError: ENVIRONMENT, when the store is encrypted and its key is not given.
        """
        self.check()
        if self._service is None:
            self.refuse_if_encrypted()
            return None, None
        key = secrets.token_bytes(KEY_BYTES)
        return key, LockedKey(self._service.wrap(key, submission), self._service.key_id)

    def ring(self, submissions: Iterable[str]) -> Keyring:
        """The locked keys of those of the submissions that are encrypted."""
        wanted = set(submissions)
        return Keyring(self._service, {name: key for name, key in self._book.wrapped().items() if name in wanted})

    def rotate(self, new: KeyService, who: str) -> int:
        """Lock the keys of all submissions with another key, in one transaction; the files stay as they are.

        Args:
            who: the person or process, kept in the audit log.

        Returns:
            How many submissions are encrypted.

        Raises:
            OmsorgstallError: ENVIRONMENT, when the store was not opened with its own key; nothing has changed then.
        """
        with disk_faults(), exclusive(self._lock):
            self.check()
            ring = Keyring(self._service, self._book.wrapped())
            event = AuditEvent(AuditAction.ROTATE_KEY, new.key_id, who, "another encryption key", datetime.now(UTC), None)
            changed = self._catalogue.rewrap(lambda name, _: new.wrap(ring.reveal(name), name), new.key_id, event)
            self._service = new
        return changed

    def repseudonymise(self, renamed: Renaming, old_key: str, new_key: str, who: str) -> int:
        """Write all submissions anew with other pseudonyms beside the old, make them valid in one transaction, delete the old.

        Whatever is killed before the transaction leaves the old content, after it the new; the next opening clears the rest.

        Args:
            renamed: the new pseudonyms of pseudonyms; never the same for two.
            old_key: id of the pseudonym key the store belongs to.
            new_key: id of the one it belongs to afterwards.
            who: the person or process, kept in the audit log.

        Returns:
            How many submissions were written anew.

        Raises:
            OmsorgstallError: ENVIRONMENT, when the store belongs to other keys; STORE, ``disk-full``. Nothing has changed then.
        """
        event = AuditEvent(AuditAction.REPSEUDONYMISE, new_key, who, "other pseudonyms", datetime.now(UTC), None)
        with disk_faults(), exclusive(self._lock):
            self.check_both(old_key)
            submissions = self._catalogue.of()
            also = (
                partial(rename_blocked, renamed=renamed.texts),
                partial(map_book.rename, renamed=renamed.texts),
                partial(set_key_id, purpose=KeyPurpose.PSEUDONYM, key_id=new_key),
            )
            self.write_anew(dict.fromkeys(submissions, renamed.rows), event, *also)
        return len(submissions)

    def write_anew(
        self, changes: Mapping[Submission, Change], event: AuditEvent, *also: Callable[[sa.Connection], object]
    ) -> None:
        """Write submissions anew, make them valid in one transaction and delete what they replace. Only under the store's lock.

        Args:
            changes: what becomes of the rows of each.
            event: who does it, for the audit log.
            also: what else the transaction writes.
        """
        folders = self._lock.parent / "submissions"
        ring = self.ring(s.id for s in changes)
        try:
            contents: list[Rewritten] = []
            for s, change in changes.items():
                old = ring.reveal(s.id) if s.id in ring else None
                contents.append(write_anew(s, folders, change, old, self.new(s.id)))
            flush(folders)
            self._catalogue.replace(contents, event, *also)
        finally:
            clear(folders, self._catalogue.folders())
