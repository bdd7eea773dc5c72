"""Editions of released tables: immutable, sealed, and the memory that protects the next edition."""

from omsorgstall.releases.store import ReleaseStore

__all__ = ["ReleaseStore"]
