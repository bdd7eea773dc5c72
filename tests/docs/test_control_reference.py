"""The reference of the controls is what their files say."""

from tests.architecture.source import ROOT
from tests.docs import controls


def test_the_page_on_the_controls_is_what_their_files_say(golden):
    golden(ROOT / "docs" / "reference" / "controls.md", controls.page())
