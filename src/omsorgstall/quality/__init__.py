"""How good the data of a vintage are: shares of valid values, findings, what they do to the figures, and ranks.

Counts are made by expressions over all municipalities at once. What a municipality is told is a report with that owner; what
everybody is told holds no count that could tell about a person.
"""

from omsorgstall.quality.book import Basis, QualityBook, quality_book
from omsorgstall.quality.found import Found, Submitted, found_in
from omsorgstall.quality.municipality import municipality_report
from omsorgstall.quality.national import national_report

__all__ = [
    "Basis",
    "Found",
    "QualityBook",
    "Submitted",
    "found_in",
    "municipality_report",
    "national_report",
    "quality_book",
]
