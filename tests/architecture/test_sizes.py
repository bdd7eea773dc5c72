"""Small functions in medium files. Length counts from ``def`` to the last line, docstring included."""

from statistics import median

from tests.architecture.source import Function, exceptions, modules

LONGEST_FUNCTION = 50
LONGEST_FILE = 400
LONGEST_MEDIAN = 8


def length(function: Function) -> int:
    return function.end_lineno - function.lineno + 1


def test_no_function_is_longer_than_a_screen():
    found = {f"{m.name}::{f.name}" for m in modules() for f in m.functions() if length(f) > LONGEST_FUNCTION}
    assert found == set(exceptions("long_functions"))


def test_no_file_is_longer_than_one_reads_in_one_go():
    found = {m.name for m in modules() if len(m.text.splitlines()) > LONGEST_FILE}
    assert found == set(exceptions("long_files"))


def test_most_functions_are_short():
    assert median(length(f) for m in modules() for f in m.functions()) <= LONGEST_MEDIAN


def test_every_exception_from_a_rule_has_a_reason():
    rules = ("long_functions", "long_files", "sql_text", "clock", "forbidden_words", "untested_defaults")
    assert [name for rule in rules for name, reason in exceptions(rule).items() if not reason] == []
