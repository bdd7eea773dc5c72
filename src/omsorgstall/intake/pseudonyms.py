"""The keyed pseudonym that replaces an identity number, made in memory before any engine sees a row."""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from omsorgstall.core import ErrorFamily, OmsorgstallError

KEY_VARIABLE = "OMSORGSTALL_PSEUDONYM_KEY"
KEY_BYTES = 32
_NATIONAL = frozenset({1, 2})
"""Fødselsnummer and D-nummer: numbers of one system that never collide, so a wrong type does not split a person in two."""


class PseudonymKey:
    """The secret key of the pseudonyms (HMAC-SHA-256). It never shows itself.

    Args:
        key: 32 secret bytes.

    Raises:
        OmsorgstallError: ENVIRONMENT, ``bad-pseudonym-key``, when the length is wrong.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise _environment("bad-pseudonym-key", f"The pseudonym key does not have {KEY_BYTES} bytes.")
        self._key = key

    def __repr__(self) -> str:
        return "PseudonymKey(…)"

    @classmethod
    def unkept(cls) -> "PseudonymKey":
        """A new key that is written nowhere, for a check whose rows are thrown away."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_environment_or_file(cls, store: Path) -> "PseudonymKey":
        """The key from the environment variable ``OMSORGSTALL_PSEUDONYM_KEY`` (64 hexadecimal digits) or the key file.

        Raises:
            OmsorgstallError: ENVIRONMENT when there is no key, or it is no key.
        """
        text = os.environ.get(KEY_VARIABLE)
        if text is None:
            file = cls.file_of(store)
            if not file.exists():
                raise _environment("no-pseudonym-key", "There is no pseudonym key for this store.")
            text = file.read_text(encoding="ascii")
        return cls(_decoded(text))

    @classmethod
    def create(cls, store: Path) -> "PseudonymKey":
        """Make a new key and write it to the key file beside the store, readable by its owner only.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``pseudonym-key-exists``: a key is never replaced, as all pseudonyms would change.
        """
        file = cls.file_of(store)
        key = secrets.token_bytes(KEY_BYTES)
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise _environment("pseudonym-key-exists", "There is a pseudonym key for this store already.") from None
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(key.hex() + "\n")
        return cls(key)

    @staticmethod
    def file_of(store: Path) -> Path:
        """The key file of a store: beside it, never in it, so that a copy of the store holds no key."""
        store = store.resolve()
        return store.parent / f"{store.name}.pseudonym-key"

    def pseudonym(self, identity_type: int, identity_number: str) -> str:
        """The pseudonym of a person: 22 characters, base64url of the first 16 bytes of the HMAC.

        Args:
            identity_type: code system 9032; fødselsnummer and D-nummer count as one system.
        """
        return self._of(_message(identity_type, identity_number))

    def pseudonyms(self, identities: Iterable[tuple[int, str]]) -> list[str]:
        """The pseudonyms of many persons, in order."""
        return [self._of(_message(kind, number)) for kind, number in identities]

    def _of(self, message: bytes) -> str:
        digest = hmac.digest(self._key, message, "sha256")[:16]
        return binascii.b2a_base64(digest, newline=False).translate(_URL_SAFE, b"=").decode("ascii")


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _message(identity_type: int, identity_number: str) -> bytes:
    system = "national" if identity_type in _NATIONAL else str(identity_type)
    return f"{system}:{identity_number}".encode()


def share_of(pseudonym: str) -> float:
    """A number in [0, 1) that is always the same for a person: it decides on which side of a split border she counts."""
    return int.from_bytes(base64.urlsafe_b64decode(pseudonym[:8])) / 256**6


def _decoded(text: str) -> bytes:
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise _environment("bad-pseudonym-key", "The pseudonym key is not written as hexadecimal digits.") from None


_TODO = {
    "bad-pseudonym-key": f"Write it as 64 hexadecimal digits, in {KEY_VARIABLE} or in the key file beside the store.",
    "no-pseudonym-key": f"Put the key file back beside the store, or set {KEY_VARIABLE}; for a new store make one (--new-key).",
    "pseudonym-key-exists": "Use the key there is: with another one every person would become somebody else.",
}


def _environment(code: str, what: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.ENVIRONMENT, code, what, todo=_TODO[code])
