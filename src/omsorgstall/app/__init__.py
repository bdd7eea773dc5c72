"""Wiring only: command line, web, settings."""
