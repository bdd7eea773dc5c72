"""The mark that binds a store's folder to its one catalogue: a list that does not know our files must not clear them away."""

import json
from pathlib import Path
from uuid import uuid4

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register.catalogue import Catalogue
from omsorgstall.register.staging import flush

FORMAT = 1
_MARK = "store.json"


def is_store(folder: Path) -> bool:
    """Whether a store was begun here."""
    return (folder / _MARK).exists()


def bind(folder: Path, catalogue: Catalogue) -> None:
    """Bring the catalogue of this folder to today's form; a new folder takes a catalogue that no other store has taken.

    Only under the store's lock. A folder without a mark has accepted nothing yet.

    Raises:
        OmsorgstallError: STORE, ``wrong-catalogue`` or ``store-too-new``; the catalogue and the folder are as before.
    """
    if is_store(folder):
        if mark_of(folder / _MARK) != catalogue.identity():
            raise wrong_catalogue()
        catalogue.upgrade()
        return
    if any((folder / "submissions").iterdir()):
        raise wrong_catalogue()
    draft = folder / "store.new"
    taken = catalogue.identity()
    if taken is None:
        draft.write_text(json.dumps({"format": FORMAT, "identity": uuid4().hex}), encoding="utf-8")
        flush(draft)
        catalogue.upgrade()
        catalogue.belong_to(mark_of(draft))
    # A crash between the two steps left the draft of the folder that took the catalogue; any other folder has none like it.
    if not draft.exists() or mark_of(draft) != catalogue.identity():
        raise wrong_catalogue()
    draft.rename(folder / _MARK)
    flush(folder)


def mark_of(mark: Path) -> str:
    """The identity in a mark.

    Raises:
        OmsorgstallError: STORE, ``store-too-new`` or ``damaged-mark``.
    """
    try:
        content = json.loads(mark.read_text(encoding="utf-8"))
        made, identity = content["format"], content["identity"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise _damaged() from None
    if not isinstance(made, int) or not isinstance(identity, str):
        raise _damaged()
    if made > FORMAT:
        raise OmsorgstallError(
            ErrorFamily.STORE,
            "store-too-new",
            "A newer program made this register.",
            todo="Use a newer version of the program.",
        )
    return identity


def _damaged() -> OmsorgstallError:
    what = f"The mark of the register ({_MARK}) cannot be read."
    return OmsorgstallError(
        ErrorFamily.STORE, "damaged-mark", what, todo=f"Restore {_MARK} from a backup of the register's folder."
    )


def wrong_catalogue() -> OmsorgstallError:
    """The error of a store opened with another's catalogue."""
    return OmsorgstallError(
        ErrorFamily.STORE,
        "wrong-catalogue",
        "This catalogue does not belong to the register.",
        todo="Open it with the catalogue it was made with (OMSORGSTALL_CATALOGUE), or restore that catalogue from a backup.",
    )
