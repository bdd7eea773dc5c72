"""Writing what is unprotected: only its owner may read it, and never where pages are published."""

from pathlib import Path

from omsorgstall.app.cli.options import write_private
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError


def write_internal(places: Places, path: Path, content: bytes) -> None:
    """Write a file that only its owner may read.

    Raises:
        OmsorgstallError: USAGE, ``internal-in-store``, when it would stand in the store, from which pages are served.
    """
    refuse_in_store(places, path)
    write_private(path, content)


def refuse_in_store(places: Places, path: Path) -> None:
    """Refuse a place within the store, also by way of a link; before anything is computed.

    Raises:
        OmsorgstallError: USAGE, ``internal-in-store``.
    """
    if path.resolve().is_relative_to(places.store.resolve()):
        what = "Unprotected figures may not stand in the store: its releases are what pages are served from."
        raise OmsorgstallError(ErrorFamily.USAGE, "internal-in-store", what, todo="Choose another folder.")
