"""Alembic migrations of the catalogue, applied when a store is opened."""
