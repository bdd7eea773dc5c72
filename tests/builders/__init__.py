"""Builders of made-up drafts for tests and measurements."""
