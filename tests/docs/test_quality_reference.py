"""The reference of the quality reports is what their schemas say."""

from tests.architecture.source import ROOT
from tests.docs import quality_report


def test_the_page_on_quality_reports_is_what_their_schemas_say(golden):
    golden(ROOT / "docs" / "reference" / "quality-report.md", quality_report.page())
