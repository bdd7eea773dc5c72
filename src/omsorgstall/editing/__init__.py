"""Controls that see beyond one record: a municipality's figures against its own last year, its peers and the country.

What they find is ranked by what it does to the national figures. Nothing here changes a value. The board of deliveries tells who
has sent what, before there are figures to control.
"""

from omsorgstall.editing.control import Control, controls
from omsorgstall.editing.deliveries import Seen, delivery_board, end_of
from omsorgstall.editing.finding import Finding, Outcome
from omsorgstall.editing.reports import municipality_reports, work_list
from omsorgstall.editing.review import Case, Review, review, reviewed_tables

__all__ = [
    "Case",
    "Control",
    "Finding",
    "Outcome",
    "Review",
    "Seen",
    "controls",
    "delivery_board",
    "end_of",
    "municipality_reports",
    "review",
    "reviewed_tables",
    "work_list",
]
