"""Declared schemas, immutable submissions, vintages and the catalogue."""
