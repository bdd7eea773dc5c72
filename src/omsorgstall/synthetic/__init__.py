"""A made-up country written as submission files."""
