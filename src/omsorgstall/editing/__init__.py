"""Controls that see beyond one record: a municipality's figures against its own last year, its peers and the country.

What they find is ranked by what it does to the national figures. Nothing here changes a value.
"""

from omsorgstall.editing.control import Control, controls
from omsorgstall.editing.finding import Finding, Outcome
from omsorgstall.editing.reports import municipality_reports, work_list
from omsorgstall.editing.review import Case, Review, review, reviewed_tables

__all__ = [
    "Case",
    "Control",
    "Finding",
    "Outcome",
    "Review",
    "controls",
    "municipality_reports",
    "review",
    "reviewed_tables",
    "work_list",
]
