"""Opening the register of an installation: the one place of the program that knows its folder, its catalogue and its keys."""

from omsorgstall.app.settings import Places
from omsorgstall.register import Store
from omsorgstall.register.keys import KeyService, encryption_service


def open_register(places: Places, *, create: bool = False) -> Store:
    """The register with its catalogue and the encryption key, when one is configured.

    Args:
        create: make it when it is not there.

    Raises:
        OmsorgstallError: when it is not there or cannot be used; nothing has changed then.
    """
    return open_with(places, encryption_service(places.store), create=create)


def open_with(places: Places, keys: KeyService | None, *, create: bool = False) -> Store:
    """The register with an encryption key that is not the configured one: while it is changed for another."""
    return Store.open(places.register, create=create, catalogue_url=places.catalogue, keys=keys)
