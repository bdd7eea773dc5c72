"""Findings drawn by hand, as intake would have kept them with a submission."""

from datetime import date

import pyarrow as pa

from omsorgstall.codes import municipalities
from omsorgstall.intake import FINDINGS_SCHEMA
from omsorgstall.quality import Submitted, found_in
from tests.register_rows import YEAR

HERE, NEAR, FAR = "4204", "4203", "3301"
"""Kristiansand, Arendal and Drammen."""
HOME_CARE, MEALS, ALARM, LONG_STAY = 15, 5, 6, 21


def findings(*rows):
    """Findings: rule, table, field, and where they stand."""
    full = [{"severity": "warn", "record": None, "line": 1, "field": "", **row} for row in rows]
    return pa.Table.from_pylist(full, FINDINGS_SCHEMA)


def found(*rows, municipality=HERE, year=YEAR):
    """Findings of one submission."""
    return found_in([Submitted(municipality, year, findings(*rows))])


def service(line=1, **columns):
    """A granted service of home care through the year, with its id after its line."""
    usual = {
        "service_id": f"t{line}",
        "service_type": HOME_CARE,
        "outcome": 1,
        "start_date": date(YEAR, 1, 1),
        "weekly_hours": 7.0,
    }
    return {"line": line, **usual, **columns}


def group_of(count):
    """So many municipalities of one KOSTRA group."""
    return sorted(m.number for m in municipalities().values() if m.kostra_group == "01")[:count]


def found_in_many(by_municipality, year=YEAR):
    """Findings of several submissions, by sender."""
    return found_in([Submitted(m, year, table) for m, table in by_municipality.items()])
