<<<<<<< HEAD
"""Editions of released tables, their statuses and protection memory."""
=======
"""Editions of released tables: immutable, sealed, and the memory that protects the next edition."""

from omsorgstall.releases.store import ReleaseStore

__all__ = ["ReleaseStore"]
>>>>>>> 1bb9ca7 (Protection of released tables by elimination, the rank attack, and the store of editions)
