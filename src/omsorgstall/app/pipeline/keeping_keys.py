"""The keys of an installation: the encryption key is made and changed for another, the pseudonym key gets a new layer."""

import os
import secrets
from pathlib import Path

import pyarrow as pa

from omsorgstall.app.opening import open_register, open_with
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.intake import PseudonymKey
from omsorgstall.intake.masking import masked_anew
from omsorgstall.intake.pseudonyms import KEY_BYTES, KEY_VARIABLE
from omsorgstall.register.keys import (
    ENCRYPTION_VARIABLE,
    SERVICE_VARIABLE,
    KeyService,
    MasterKey,
    encryption_file,
    encryption_service,
    key_service,
)
from omsorgstall.register.rewriting import Renaming

NEW_VARIABLE = "OMSORGSTALL_NEW_ENCRYPTION_KEY"
NEW_PSEUDONYM_VARIABLE = "OMSORGSTALL_NEW_PSEUDONYM_KEY"


def create_encryption_key(places: Places) -> Path:
    """Make the key file beside the store. What is accepted from now on is encrypted.

    Raises:
        OmsorgstallError: ENVIRONMENT, ``encryption-key-exists``, when a key is configured already.
    """
    if encryption_service(places.store) is not None:
        raise OmsorgstallError(
            ErrorFamily.ENVIRONMENT,
            "encryption-key-exists",
            "There is an encryption key for this store already.",
            todo="To change it for another, use omsorgstall keys rotate.",
        )
    if places.register.exists():
        with open_register(places) as store:
            store.keys.refuse_if_encrypted()
    file = encryption_file(places.store)
    MasterKey.create(file)
    return file


def rotate_encryption_key(places: Places, who: str, to_service: str = "") -> tuple[int, str]:
    """Lock every submission's key with a new key; the old one then opens nothing.

    The new key is a key service's, else the one in ``OMSORGSTALL_NEW_ENCRYPTION_KEY``, else a new one in the key file. Cut
    short at any moment and run again, it ends as if it had run once.

    Args:
        who: kept in the audit log.
        to_service: name of a key service that shall lock from now on.

    Returns:
        How many submissions are encrypted, and what is left to do for the user.

    Raises:
        OmsorgstallError: ENVIRONMENT, when the key in use or the new one is missing or wrong; nothing has changed then.
    """
    old = encryption_service(places.store)
    if to_service:
        return _rotated(places, old, key_service(to_service), who), f"Set {SERVICE_VARIABLE}={to_service} from now on."
    if os.environ.get(SERVICE_VARIABLE) and old is not None:  # the service locks with the newest version of its key
        return _rotated(places, old, old, who), "The key service may now disable versions older than its newest."
    if text := os.environ.get(NEW_VARIABLE):
        new = MasterKey.of_text(text)
        return _rotated(places, old, new, who), f"Set {ENCRYPTION_VARIABLE} to the new key, and unset {NEW_VARIABLE}."
    if os.environ.get(ENCRYPTION_VARIABLE) or old is None:
        raise OmsorgstallError(
            ErrorFamily.ENVIRONMENT,
            "no-new-key",
            "There is no new encryption key to change to.",
            todo=f"Set {NEW_VARIABLE}, or name a key service (--to-service); to make a first key, omsorgstall keys create.",
        )
    file = encryption_file(places.store)
    draft = file.with_name(f"{file.name}.new")
    new = MasterKey.of_file(draft) if draft.exists() else MasterKey.create(draft)
    changed = _rotated(places, old, new, who)
    draft.replace(file)
    return changed, f"Copy {file} to where your organisation keeps secrets, and destroy copies of the old key."


def _rotated(places: Places, old: KeyService | None, new: KeyService, who: str) -> int:
    """Rotate, or find that it was done by a run that was cut short."""
    try:
        store = open_with(places, old)
    except OmsorgstallError as error:
        if error.code != "wrong-encryption-key":
            raise
        store = open_with(places, new)
    with store:
        return store.keys.rotate(new, who)


def repseudonymise(places: Places, who: str) -> tuple[int, str]:
    """Give everybody in the register another pseudonym, made from the present one with a new layer of the key.

    The new key is the one in ``OMSORGSTALL_NEW_PSEUDONYM_KEY``, else a new layer in the key file. Cut short at any moment and
    run again, it ends as if it had run once.

    Returns:
        How many submissions were written anew, and what is left to do for the user.

    Raises:
        OmsorgstallError: ENVIRONMENT, when a key is missing or wrong; nothing has changed then.
    """
    old = PseudonymKey.from_environment_or_file(places.store)
    if text := os.environ.get(NEW_PSEUDONYM_VARIABLE):
        return _raised(places, old, PseudonymKey.of_text(text), who), f"Set {KEY_VARIABLE} to the new key."
    if os.environ.get(KEY_VARIABLE):
        raise _no_new_layer("There is no new pseudonym key to change to.")
    file = PseudonymKey.file_of(places.store)
    draft = file.with_name(f"{file.name}.new")
    if not draft.exists():
        old.layered(secrets.token_bytes(KEY_BYTES)).write(draft)
    changed = _raised(places, old, PseudonymKey.of_file(draft), who)
    draft.replace(file)
    return changed, f"Copy {file} to where your organisation keeps secrets."


def _raised(places: Places, old: PseudonymKey, new: PseudonymKey, who: str) -> int:
    """Write everything anew, unless a run that was cut short has done it."""
    if not new.extends(old):
        raise _no_new_layer("The new pseudonym key is not the present one with one more layer.")
    with open_register(places) as store:
        if store.keys.belongs_to_pseudonyms(new.key_id):
            return len(store.submissions())
        renamed = Renaming(lambda found: pa.array(new.raised(found.to_pylist()), pa.string()), lambda ids: masked_anew(ids, new))
        return store.keys.repseudonymise(renamed, old.key_id, new.key_id, who)


def _no_new_layer(what: str) -> OmsorgstallError:
    return OmsorgstallError(
        ErrorFamily.ENVIRONMENT,
        "no-new-pseudonym-layer",
        what,
        todo=f"Set {NEW_PSEUDONYM_VARIABLE} to the present key, a space, and 64 new hexadecimal digits.",
    )
