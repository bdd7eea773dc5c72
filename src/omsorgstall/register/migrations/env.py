"""Runs migrations inside the transaction the catalogue has opened. Alembic loads this file; nothing imports it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
