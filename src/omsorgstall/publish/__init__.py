"""Renders what it is given."""
