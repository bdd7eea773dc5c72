"""Rules of the code that a machine can hold: imports, sizes, words, and which room may do what."""
