"""One file per change of the catalogue."""
