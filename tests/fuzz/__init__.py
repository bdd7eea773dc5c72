"""Fuzzing of every reader: targets that read bytes and hold what was read against an independent, slower reading.

A target is a function of bytes. It raises nothing for any input, whether that input is refused or read; an ``AssertionError`` or
any other exception is a fault of the reader. ``run.py`` drives a target with atheris; ``test_corpus.py`` replays the kept inputs.
"""
