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
        if _read(folder / _MARK) != catalogue.identity():
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
        catalogue.belong_to(_read(draft))
    # A crash between the two steps left the draft of the folder that took the catalogue; any other folder has none like it.
    if not draft.exists() or _read(draft) != catalogue.identity():
        raise wrong_catalogue()
    draft.rename(folder / _MARK)
    flush(folder)


def _read(mark: Path) -> str:
    """The identity in a mark."""
    content = json.loads(mark.read_text(encoding="utf-8"))
    if content["format"] > FORMAT:
        raise OmsorgstallError(
            ErrorFamily.STORE,
            "store-too-new",
            "A newer program made this register.",
            todo="Use a newer version of the program.",
        )
    return str(content["identity"])


def wrong_catalogue() -> OmsorgstallError:
    """The error of a store opened with another's catalogue."""
    return OmsorgstallError(
        ErrorFamily.STORE,
        "wrong-catalogue",
        "This catalogue does not belong to the register.",
        todo="Open it with the catalogue it was made with (OMSORGSTALL_CATALOGUE), or restore that catalogue from a backup.",
    )
