"""Editions of released tables, their statuses and protection memory."""
