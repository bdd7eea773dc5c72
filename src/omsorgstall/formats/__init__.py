"""File layouts: descriptions, streaming readers and writers."""
