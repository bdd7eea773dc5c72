"""Reference pages are made from the source, and tell when they are stale."""

from tests.architecture.source import ROOT
from tests.docs import commands, errors

REFERENCE = ROOT / "docs" / "reference"


def test_the_error_reference_is_what_the_source_raises(golden):
    golden(REFERENCE / "errors.md", errors.page())


def test_a_code_belongs_to_one_family():
    families = {}
    for error in errors.raised():
        families.setdefault(error.code, set()).add(error.family)
    assert {code: found for code, found in families.items() if len(found) > 1} == {}


def test_the_reference_of_the_command_line_is_what_the_program_says(golden):
    golden(REFERENCE / "cli.md", commands.page())
