"""Readers and writers of submission files."""
