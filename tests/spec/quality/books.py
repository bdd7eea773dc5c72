"""A quality book drawn by hand: municipalities of one KOSTRA group, with a variable and findings that are easy to follow."""

from datetime import UTC, datetime

from omsorgstall.codes import municipalities
from omsorgstall.quality import QualityBook
from omsorgstall.quality.effects import ALL_SERVICES, Amounts, Effects
from omsorgstall.quality.shares import Share
from tests.register_rows import YEAR
from tests.spec.quality.drawn import findings, found_in_many

GROUP = sorted(m.number for m in municipalities().values() if m.kostra_group == "01")[:4]
BEST, GOOD, POOR, SMALL = GROUP
FROZEN = datetime(2022, 3, 1, tzinfo=UTC)
HOME_CARE = 15
RECORDS = {BEST: (1000, 1000), GOOD: (1000, 900), POOR: (1000, 400), SMALL: (20, 5)}
"""Records of the household, and how many of them are valid."""


def share(municipality, valid, records, year=YEAR, variable="household"):
    return Share(municipality, year, variable, records, valid, 0, records - valid, 0)


def book(**changed):
    """The quality of the group's data: one household missing is one finding of C02; two services after death in the last two."""
    now = [share(m, valid, records) for m, (records, valid) in RECORDS.items()]
    before = [share(m, records // 2, records, YEAR - 1) for m, (records, _) in RECORDS.items()]
    marked = {
        m: findings(
            *(
                {"rule_id": "C02", "table": "person", "field": "household", "record": f"b{n}", "line": n}
                for n in range(records - valid)
            ),
            *({"rule_id": "C24", "table": "service", "field": "end_date", "record": f"t{n}", "line": n} for n in range(2)),
        )
        for m, (records, valid) in RECORDS.items()
        if m != BEST
    }
    figures = {
        (m, s): Amounts(records, records / 2, 100 * records, 100 * records)
        for m, (records, _) in RECORDS.items()
        for s in (ALL_SERVICES, HOME_CARE)
    }
    differences = {(m, "C24", s): Amounts(2, 1, 400, 400) for m in marked for s in (ALL_SERVICES, HOME_CARE)}
    persons = {(m, "C24"): 2 for m in marked} | {(m, "C02"): 9 for m in marked}
    made = {
        "vintage": "v1",
        "frozen": FROZEN,
        "year": YEAR,
        "years": (YEAR - 1, YEAR),
        "delivered": {y: frozenset(GROUP) for y in (YEAR - 1, YEAR)},
        "rows": {(m, y, "person"): records for m, (records, _) in RECORDS.items() for y in (YEAR - 1, YEAR)},
        "shares": tuple(sorted(before + now, key=lambda s: (s.municipality, s.year))),
        "found": found_in_many(marked),
        "effects": Effects(YEAR, figures, differences, persons),
    }
    return QualityBook(**made | changed)
