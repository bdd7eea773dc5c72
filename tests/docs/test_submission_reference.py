"""The reference of the submission files and of the rules is what the declarations say."""

from lxml import etree

from tests.architecture.source import ROOT
from tests.docs import annual_batch, rules

REFERENCE = ROOT / "docs" / "reference"


def test_the_page_on_the_annual_batch_is_what_the_declarations_say(golden):
    golden(REFERENCE / "annual-batch.md", annual_batch.page())


def test_the_schema_of_the_annual_batch_is_what_the_declarations_say(golden):
    golden(REFERENCE / "annual-batch.xsd", annual_batch.schema())
    etree.XMLSchema(etree.fromstring(annual_batch.schema().encode()))


def test_the_page_on_the_rules_is_what_their_files_say(golden):
    golden(REFERENCE / "rules.md", rules.page())
