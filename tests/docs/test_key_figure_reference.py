"""The reference of key figures is what the definitions say."""

from tests.architecture.source import ROOT
from tests.docs import key_figures


def test_the_key_figure_reference_is_what_the_definitions_say(golden):
    golden(ROOT / "docs" / "reference" / "key-figures.md", key_figures.page())
