"""The page of the register's tables is what the code declares."""

from omsorgstall.register import register_schemas
from tests.architecture.source import ROOT
from tests.docs import register_tables


def test_the_reference_of_the_register_is_what_it_declares(golden):
    golden(ROOT / "docs" / "reference" / "register-tables.md", register_tables.page())


def test_every_column_of_the_register_stands_in_the_reference():
    page = (ROOT / "docs" / "reference" / "register-tables.md").read_text("utf-8")
    names = {name for table in register_schemas().values() for name in table.arrow().names}
    assert {name for name in names if f"| `{name}` |" not in page} == set()
