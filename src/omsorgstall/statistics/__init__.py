"""From facts to tables: definitions as data, inner cells in one pass, figures as sums of inner cells.

A draft release is protected by ``disclosure`` before anyone sees it; tables of an owner are shown to the owner only.
"""

from omsorgstall.statistics.caveats import Caveats
from omsorgstall.statistics.definition import TableDefinition, table_definitions
from omsorgstall.statistics.explain import Coordinate, Explanation, explain
from omsorgstall.statistics.release import Facts, draft_from_facts, draft_release, owner_tables

__all__ = [
    "Caveats",
    "Coordinate",
    "Explanation",
    "Facts",
    "TableDefinition",
    "draft_from_facts",
    "draft_release",
    "explain",
    "owner_tables",
    "table_definitions",
]
