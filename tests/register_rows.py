"""Tables of the register from the few values a test cares about; everything else is empty."""

import pyarrow as pa

from omsorgstall.register.schemas import TABLES
from omsorgstall.register.service_tables import EVENT

YEAR = 2021
_KEYS = {"municipality": "4204", "reported_municipality": "4204", "data_year": YEAR, "pseudonym": "P", "line": 1}


def register_tables(**rows):
    """Register tables by name. Rows are dictionaries; keys left out are person P in Kristiansand in 2021.

    Everyone who has a row anywhere gets a person row, born in 1940, unless one is given.
    """
    given = {name: [_KEYS | row for row in found] for name, found in rows.items()}
    given["person"] = [*given.get("person", []), *_missing_people(given)]
    return {t.name: pa.Table.from_pylist(given.get(t.name, []), schema=t.arrow()) for t in (*TABLES, EVENT)}


def _missing_people(given):
    described = {_identity(row) for row in given.get("person", [])}
    everyone = dict.fromkeys(_identity(row) for rows in given.values() for row in rows)
    return [dict(who) | {"birth_year": 1940, "line": 1} for who in everyone if who not in described]


def _identity(row):
    return tuple((k, row[k]) for k in ("municipality", "reported_municipality", "data_year", "pseudonym"))
