"""From facts to tables."""

from omsorgstall.statistics.definition import TableDefinition, table_definitions
from omsorgstall.statistics.draft import Facts, draft_from_facts

__all__ = ["Facts", "TableDefinition", "draft_from_facts", "table_definitions"]
