"""The documentation builds without a warning, its examples run, and nothing is left undocumented."""
