"""Facts as ``measures`` makes them, drawn by hand for tests of the tables."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from omsorgstall.measures import ANSWERED

SERVICE_FACTS = pa.schema(
    [
        ("data_year", pa.int16()),
        ("municipality", pa.string()),
        ("pseudonym", pa.string()),
        ("service_type", pa.int16()),
        ("leaf_region", pa.string()),
        ("age", pa.int16()),
        ("age_band", pa.string()),
        ("sex", pa.int8()),
        ("need", pa.string()),
        ("during_year", pa.bool_()),
        ("at_year_end", pa.bool_()),
        ("weekly_hours", pa.float64()),
        ("hours", pa.float64()),
        ("hours_raw", pa.float64()),
        ("days", pa.float64()),
        ("days_raw", pa.float64()),
        ("waiting", pa.string()),
    ]
)
PERSON_FACTS = pa.schema(
    [
        *[
            SERVICE_FACTS.field(n)
            for n in ("data_year", "municipality", "pseudonym", "leaf_region", "age", "age_band", "sex", "need")
        ],
        *[SERVICE_FACTS.field(n) for n in ("during_year", "at_year_end")],
        ("stair_step", pa.int16()),
        ("stair_short", pa.int16()),
        ("exclusive_group", pa.string()),
        ("home_hours", pa.float64()),
        ("household", pa.int8()),
        *[(name, pa.int8()) for name in ANSWERED],
    ]
)
_SERVICE_DEFAULTS: Mapping[str, Any] = {
    "data_year": 2021,
    "municipality": "4204",
    "age": 84,
    "age_band": "080-089",
    "sex": 2,
    "need": "2",
    "during_year": True,
    "at_year_end": True,
    "hours": 0.0,
    "hours_raw": 0.0,
    "days": 0.0,
    "days_raw": 0.0,
}


def service_facts(*rows: Mapping[str, Any]) -> pa.Table:
    """Service facts; what a row leaves out is an 84-year-old in Kristiansand in 2021 with medium need."""
    return pa.Table.from_pylist([_filled(r, SERVICE_FACTS) for r in rows], schema=SERVICE_FACTS)


def person_facts(*rows: Mapping[str, Any]) -> pa.Table:
    """Person facts, filled in likewise."""
    return pa.Table.from_pylist([_filled(r, PERSON_FACTS) for r in rows], schema=PERSON_FACTS)


def _filled(row: Mapping[str, Any], schema: pa.Schema) -> dict[str, Any]:
    full = {**_SERVICE_DEFAULTS, **row}
    full.setdefault("leaf_region", full["municipality"])
    return {name: full.get(name) for name in schema.names}
