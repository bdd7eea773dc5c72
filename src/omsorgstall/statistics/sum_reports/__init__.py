"""The fourteen sum reports (sumrapporter S01–S14) as data: counted over all municipalities at once, one table an owner."""

from omsorgstall.statistics.sum_reports.counted import Counted
from omsorgstall.statistics.sum_reports.happened import Happened, happened
from omsorgstall.statistics.sum_reports.kept import KeptPopulations
from omsorgstall.statistics.sum_reports.population import Time
from omsorgstall.statistics.sum_reports.report import count, tables_of_owners
from omsorgstall.statistics.sum_reports.request import Asked, Request, asked, settings_of
from omsorgstall.statistics.sum_reports.snapshot import Snapshot, snapshot
from omsorgstall.statistics.sum_reports.specification import Figure, SumReport, sum_reports
from omsorgstall.statistics.sum_reports.together import counted_together

__all__ = [
    "Asked",
    "Counted",
    "Figure",
    "Happened",
    "KeptPopulations",
    "Request",
    "Snapshot",
    "SumReport",
    "Time",
    "asked",
    "count",
    "counted_together",
    "happened",
    "settings_of",
    "snapshot",
    "sum_reports",
    "tables_of_owners",
]
