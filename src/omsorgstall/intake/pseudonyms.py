"""The keyed pseudonym that replaces an identity number, made in memory before any engine sees a row."""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register.keys import SERVICE_VARIABLE, check_value, key_service, write_secret

KEY_VARIABLE = "OMSORGSTALL_PSEUDONYM_KEY"
KEY_BYTES = 32
_LOCKED = "locked:"
_PURPOSE = "pseudonym key"
"""How the key file begins when a key service has locked it, and for what it was locked."""
_NATIONAL = frozenset({1, 2})
"""Fødselsnummer and D-nummer: numbers of one system that never collide, so a wrong type does not split a person in two."""


class PseudonymKey:
    """The secret key of the pseudonyms (HMAC-SHA-256), with the layers that were put over it later. It never shows itself.

    Args:
        key: 32 secret bytes, and 32 more for each layer: a pseudonym of the layer is made from the pseudonym below it.

    Attributes:
        key_id: tells keys apart without telling anything of them.

    Raises:
        OmsorgstallError: ENVIRONMENT, ``bad-pseudonym-key``, when the length is wrong.
    """

    def __init__(self, key: bytes) -> None:
        if not key or len(key) % KEY_BYTES:
            raise _environment("bad-pseudonym-key", f"The pseudonym key does not have {KEY_BYTES} bytes.")
        self._key, *self._layers = (key[n : n + KEY_BYTES] for n in range(0, len(key), KEY_BYTES))
        self.key_id = check_value(key)

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
            return cls.of_file(file)
        return cls.of_text(text)

    @classmethod
    def of_file(cls, file: Path) -> "PseudonymKey":
        """The key, with its layers, that a file holds.

        Raises:
            OmsorgstallError: ENVIRONMENT when it is no key.
        """
        return cls.of_text(file.read_text(encoding="ascii", errors="replace"))

    @classmethod
    def of_text(cls, text: str) -> "PseudonymKey":
        """The key, and its layers after it, as the key file and the environment hold them: divided by spaces.

        Raises:
            OmsorgstallError: ENVIRONMENT when it is no key.
        """
        keys = [_unlocked(part) for part in text.split()]
        if any(len(key) != KEY_BYTES for key in keys):
            raise _environment("bad-pseudonym-key", f"A part of the pseudonym key does not have {KEY_BYTES} bytes.")
        return cls(b"".join(keys))

    @classmethod
    def create(cls, store: Path) -> "PseudonymKey":
        """Make a new key and write it to the key file beside the store, readable by its owner only.

        Where a key service is configured, the file holds the key locked by it.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``pseudonym-key-exists``: a key is never replaced, as all pseudonyms would change.
        """
        key = secrets.token_bytes(KEY_BYTES)
        made = cls(key)
        try:
            made.write(cls.file_of(store))
        except FileExistsError:
            raise _environment("pseudonym-key-exists", "There is a pseudonym key for this store already.") from None
        return made

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

    def first(self) -> "PseudonymKey":
        """The key without its layers: what is decided by chance for a person must not change when a layer is put on."""
        return PseudonymKey(self._key) if self._layers else self

    def layered(self, layer: bytes) -> "PseudonymKey":
        """The key with one more layer of 32 secret bytes."""
        return PseudonymKey(b"".join((self._key, *self._layers, layer)))

    def raised(self, pseudonyms: Iterable[str]) -> list[str]:
        """The pseudonyms of the topmost layer for those of the layer below it."""
        return [_encoded(hmac.digest(self._layers[-1], _layer_message(p), "sha256")) for p in pseudonyms]

    def extends(self, other: "PseudonymKey") -> bool:
        """Whether it is the other with one more layer."""
        return bool(self._layers) and PseudonymKey(b"".join((self._key, *self._layers[:-1]))).key_id == other.key_id

    def write(self, file: Path) -> None:
        """Write it to a key file that its owner alone may read.

        Raises:
            FileExistsError: a key is never overwritten.
        """
        write_secret(file, " ".join(_locked(key) for key in (self._key, *self._layers)))

    def _of(self, message: bytes) -> str:
        pseudonym = _encoded(hmac.digest(self._key, message, "sha256"))
        for layer in self._layers:
            pseudonym = _encoded(hmac.digest(layer, _layer_message(pseudonym), "sha256"))
        return pseudonym


def _layer_message(pseudonym: str) -> bytes:
    return f"pseudonym:{pseudonym}".encode()


def _encoded(digest: bytes) -> str:
    return binascii.b2a_base64(digest[:16], newline=False).translate(_URL_SAFE, b"=").decode("ascii")


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _message(identity_type: int, identity_number: str) -> bytes:
    system = "national" if identity_type in _NATIONAL else str(identity_type)
    return f"{system}:{identity_number}".encode()


def share_of(pseudonym: str) -> float:
    """A number in [0, 1) that is always the same for a person: it decides on which side of a split border she counts."""
    return int.from_bytes(base64.urlsafe_b64decode(pseudonym[:8])) / 256**6


def _locked(key: bytes) -> str:
    """What the key file holds."""
    name = os.environ.get(SERVICE_VARIABLE)
    return _LOCKED + key_service(name).wrap(key, _PURPOSE).hex() if name else key.hex()


def _unlocked(text: str) -> bytes:
    """The key of what the key file or the environment holds."""
    if not text.startswith(_LOCKED):
        return _decoded(text)
    locked = _decoded(text.removeprefix(_LOCKED))
    try:
        return key_service(os.environ.get(SERVICE_VARIABLE, "")).unwrap(locked, _PURPOSE)
    except ValueError:
        raise _environment("wrong-key-service", "The key service cannot unlock the pseudonym key.") from None


def _decoded(text: str) -> bytes:
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise _environment("bad-pseudonym-key", "The pseudonym key is not written as hexadecimal digits.") from None


_TODO = {
    "wrong-key-service": f"Name the key service that locked it ({SERVICE_VARIABLE}).",
    "bad-pseudonym-key": f"Write it as 64 hexadecimal digits, in {KEY_VARIABLE} or in the key file beside the store.",
    "no-pseudonym-key": f"Put the key file back beside the store, or set {KEY_VARIABLE}; for a new store make one (--new-key).",
    "pseudonym-key-exists": "Use the key there is: with another one every person would become somebody else.",
}


def _environment(code: str, what: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.ENVIRONMENT, code, what, todo=_TODO[code])
