"""The reference of tables is what the definitions say."""

from tests.architecture.source import ROOT
from tests.docs import tables


def test_the_table_reference_is_what_the_definitions_say(golden):
    golden(ROOT / "docs" / "reference" / "tables.md", tables.page())
