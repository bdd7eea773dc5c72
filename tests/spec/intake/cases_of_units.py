"""For the rules that hold organisation numbers against an organisation list: both sides of each limit, and what is unknown."""

from datetime import date

from tests.builders.submissions import SERVICE
from tests.spec.intake.case import FAILS, PASSES, UNKNOWN, Case

NUMBER, OTHER = str(SERVICE["organisation_number"]), "971524960"
NURSING = f"{NUMBER},86.901,,,"


def held(rule: str, says: str, outcome: str, units: tuple[str, ...] | None, /, **changes: object) -> Case:
    """One service of 3.5 hours a week, open since 10 January 2022, held against a list."""
    return Case(rule, says, outcome, {"service": [SERVICE | changes]}, units=units)


def hours(says: str, outcome: str, units: tuple[str, ...] | None, *rows: dict) -> Case:
    """Services of the place, each an hour a week unless it says otherwise."""
    services = [SERVICE | {"service_id": f"t{n}", "weekly_hours": 1.0} | row for n, row in enumerate(rows)]
    return Case("C52", says, outcome, {"service": services}, units=units)


def staff(weekly: str) -> tuple[str, ...]:
    return (f"{NUMBER},88.101,,,{weekly}",)


UNITS = [
    held("C21", "active in home nursing", PASSES, (NURSING,)),
    held("C21", "no list", UNKNOWN, None),
    held("C21", "no list and no number", PASSES, None, organisation_number=None),
    held("C21", "no list and refused", PASSES, None, outcome=2),
    held("C21", "not in the list", FAILS, (f"{OTHER},86.901,,,",)),
    held("C21", "care without accommodation", PASSES, (f"{NUMBER},88.101,,,",)),
    held("C21", "an industry written without its point", PASSES, (f"{NUMBER},87102,,,",)),
    held("C21", "public administration", FAILS, (f"{NUMBER},84.110,,,",)),
    held("C21", "education, next to health", FAILS, (f"{NUMBER},85.609,,,",)),
    held("C21", "industry not told", UNKNOWN, (f"{NUMBER},,,,",)),
    held("C21", "active from the last day of the year", PASSES, (f"{NUMBER},86.901,2022-12-31,,",)),
    held("C21", "active from the day after", FAILS, (f"{NUMBER},86.901,2023-01-01,,",)),
    held("C21", "active to the last day of the service", PASSES, (f"{NUMBER},86.901,,2022-06-30,",), end_date=date(2022, 6, 30)),
    held("C21", "active to the day before", FAILS, (f"{NUMBER},86.901,,2022-06-29,",), end_date=date(2022, 6, 30)),
    held("C21", "ended in the year, the service open", FAILS, (f"{NUMBER},86.901,,2022-12-30,",)),
    held(
        "C21", "in two periods", PASSES, (f"{NUMBER},84.110,,2022-06-30,", f"{NUMBER},86.901,2022-07-01,,", f"{OTHER},84.110,,,")
    ),
    held(
        "C21",
        "in the first of two periods",
        FAILS,
        (f"{NUMBER},86.901,2022-07-01,,", f"{NUMBER},84.110,,2022-06-30,"),
        end_date=date(2022, 6, 30),
    ),
    hours("as many hours as the staff works", PASSES, staff("2"), {}, {}),
    hours("a minute more", FAILS, staff("2"), {}, {"weekly_hours": 1 + 1 / 60}),
    hours("no list", UNKNOWN, None, {}),
    hours("staff hours not told", UNKNOWN, staff(""), {}),
    hours("another place in the list", UNKNOWN, (f"{OTHER},88.101,,,1",), {}),
    hours("hours missing below the staff's", UNKNOWN, staff("2"), {}, {"weekly_hours": None}),
    hours("hours missing above them", FAILS, staff("0.5"), {}, {"weekly_hours": None}),
    hours("ended on 30 December", PASSES, staff("1"), {}, {"end_date": date(2022, 12, 30)}),
    hours("ended on 31 December", FAILS, staff("1"), {}, {"end_date": date(2022, 12, 31)}),
    hours("refused", PASSES, staff("1"), {}, {"outcome": 2}),
    hours("day activity is given to many at a time", PASSES, staff("1"), {}, {"service_type": 4}),
    hours("at two places", PASSES, (*staff("1"), f"{OTHER},88.101,,,1"), {}, {"organisation_number": OTHER}),
    hours("the place had more staff before", FAILS, (f"{NUMBER},88.101,,2022-11-30,9", f"{NUMBER},88.101,2022-12-01,,1"), {}, {}),
]
