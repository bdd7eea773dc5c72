"""Keys that lock other keys: each submission has a random key of its own, and the catalogue keeps it locked by the master key.

The master key comes from the environment, from a file beside the store, or never comes at all: a key service locks and unlocks
for us. Whoever has the files and the catalogue, but not the master key, reads nothing.
"""

import hmac
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register.staging import flush

KEY_BYTES = 32
ENCRYPTION_VARIABLE = "OMSORGSTALL_ENCRYPTION_KEY"
SERVICE_VARIABLE = "OMSORGSTALL_KEY_SERVICE"
SERVICES = "omsorgstall.key_services"
"""The group of entry points in which an installed package names its key services."""
_NONCE = 12


class KeyService(Protocol):
    """Locks (wraps) and unlocks keys without showing its own.

    Attributes:
        key_id: which key locks now; says nothing about the key itself, and is the same as long as the key is.
    """

    key_id: str

    def wrap(self, key: bytes, purpose: str) -> bytes:
        """A key of 32 bytes locked; the same purpose is needed to unlock it."""

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """The key again.

        Raises:
            ValueError: when it was not locked by this service for this purpose.
        """


class MasterKey:
    """A key of our own as a key service: AES-256-GCM with the purpose as associated data. It never shows itself.

    Args:
        key: 32 secret bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise _bad_key()
        self._cipher = AESGCM(key)
        self.key_id = check_value(key)

    def __repr__(self) -> str:
        return f"MasterKey({self.key_id})"

    @classmethod
    def of_text(cls, text: str) -> "MasterKey":
        """The key written as 64 hexadecimal digits.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``bad-encryption-key``.
        """
        try:
            return cls(bytes.fromhex(text.strip()))
        except ValueError:
            raise _bad_key() from None

    @classmethod
    def of_file(cls, file: Path) -> "MasterKey":
        """The key that a file holds.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``bad-encryption-key``.
        """
        return cls.of_text(file.read_text(encoding="ascii", errors="replace"))

    @classmethod
    def create(cls, file: Path) -> "MasterKey":
        """A new key, written to a file that its owner alone may read.

        Raises:
            FileExistsError: a key is never overwritten.
        """
        key = secrets.token_bytes(KEY_BYTES)
        write_secret(file, key.hex())
        return cls(key)

    def wrap(self, key: bytes, purpose: str) -> bytes:
        """The nonce, and the key with its tag."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, purpose.encode())

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """The key again."""
        try:
            return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError):
            raise ValueError("not locked by this key") from None


def write_secret(file: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all, and on disk before this returns.

    Raises:
        FileExistsError: a secret is never overwritten.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(descriptor)
        os.link(draft, file)
    finally:
        os.unlink(draft)
    flush(file.parent)


def check_value(key: bytes) -> str:
    """What tells two keys apart without telling anything of either: 32 hexadecimal digits."""
    return hmac.digest(key, b"omsorgstall: which key is this", "sha256")[:16].hex()


def encryption_file(store: Path) -> Path:
    """The key file of a store: beside it, never in it, so that a copy of the store holds no key."""
    store = store.resolve()
    return store.parent / f"{store.name}.encryption-key"


def encryption_service(store: Path) -> KeyService | None:
    """What locks the keys of a store: the key service named in the environment, else the key in the environment or the file.

    None when no key is configured: then nothing is encrypted.

    Raises:
        OmsorgstallError: ENVIRONMENT when what is configured is no key or no service.
    """
    if name := os.environ.get(SERVICE_VARIABLE):
        return key_service(name)
    if text := os.environ.get(ENCRYPTION_VARIABLE):
        return MasterKey.of_text(text)
    file = encryption_file(store)
    return MasterKey.of_file(file) if file.exists() else None


def key_service(name: str) -> KeyService:
    """The key service that an installed package offers under a name.

    Raises:
        OmsorgstallError: ENVIRONMENT, ``no-key-service``.
    """
    for found in entry_points(group=SERVICES, name=name):
        service: KeyService = found.load()()
        return service
    known = ", ".join(sorted(e.name for e in entry_points(group=SERVICES))) or "none"
    raise OmsorgstallError(
        ErrorFamily.ENVIRONMENT,
        "no-key-service",
        f"No installed package offers the key service {name!r}.",
        todo=f"Install it, or choose one that is there ({SERVICE_VARIABLE}): {known}.",
    )


@dataclass(frozen=True, slots=True)
class LockedKey:
    """The key of one submission as the catalogue keeps it.

    Attributes:
        key_id: of the key that locked it.
    """

    wrapped: bytes
    key_id: str


class Keyring:
    """The locked keys of some submissions and what unlocks them. A key leaves it only in the register and the engine.

    Args:
        service: what unlocks; None when no key is configured.
        wrapped: locked keys by submission.
    """

    def __init__(self, service: KeyService | None, wrapped: Mapping[str, bytes]) -> None:
        self._service = service
        self._wrapped = dict(wrapped)

    def __repr__(self) -> str:
        return f"Keyring({len(self._wrapped)} keys)"

    def __contains__(self, submission: object) -> bool:
        """Whether a submission is encrypted."""
        return submission in self._wrapped

    def reveal(self, submission: str) -> bytes:
        """The key of a submission.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``no-encryption-key`` or ``wrong-encryption-key``.
        """
        if self._service is None:
            raise no_encryption_key()
        try:
            return self._service.unwrap(self._wrapped[submission], submission)
        except ValueError:
            raise wrong_encryption_key() from None


def no_encryption_key() -> OmsorgstallError:
    """The error of a store with encrypted files where no key is configured."""
    return OmsorgstallError(
        ErrorFamily.ENVIRONMENT,
        "no-encryption-key",
        "This register is encrypted, and there is no key for it.",
        todo=f"Put the key file back beside the store, or set {ENCRYPTION_VARIABLE} or {SERVICE_VARIABLE}.",
    )


def wrong_encryption_key() -> OmsorgstallError:
    """The error of a store opened with another key than its own."""
    return OmsorgstallError(
        ErrorFamily.ENVIRONMENT,
        "wrong-encryption-key",
        "This is not the encryption key of the register; nothing was changed.",
        todo="Use the key it was encrypted with. If a change of keys was cut short, run omsorgstall keys rotate again.",
    )


def wrong_pseudonym_key() -> OmsorgstallError:
    """The error of taking in with another pseudonym key than the store's."""
    return OmsorgstallError(
        ErrorFamily.ENVIRONMENT,
        "wrong-pseudonym-key",
        "This is not the pseudonym key of the register; nothing was changed.",
        todo="Use the key the register was begun with: with another one everyone would become somebody else.",
    )


def _bad_key() -> OmsorgstallError:
    return OmsorgstallError(
        ErrorFamily.ENVIRONMENT,
        "bad-encryption-key",
        "The encryption key is not written as 64 hexadecimal digits.",
        todo=f"Write it so in {ENCRYPTION_VARIABLE} or in the key file beside the store, or make one: omsorgstall keys create.",
    )
