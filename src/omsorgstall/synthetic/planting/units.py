"""Organisation lists for made-up batches: every unit that delivers services, with staff for what is granted, but for one."""

import csv
import math
import random
import re
from collections import defaultdict
from pathlib import Path

from omsorgstall.synthetic.planting.files import read_batch
from omsorgstall.synthetic.planting.planters import plants
from omsorgstall.synthetic.planting.records import Person, Record
from omsorgstall.synthetic.planting.services import UNKNOWN_UNIT

STAFFED = (1, 2, 3, 15)
_NUMBER = re.compile(r' tjenesteOrgNr="(\d{9})"')
_COLUMNS = ("organisation_number", "industry_code", "active_from", "active_to", "weekly_staff_hours")
_INDUSTRY = "88.101"
_PLENTY = 10_000_000


@plants("C21", "C22", "C25", "C52")
def unit_not_active(person: Person, draw: random.Random) -> Record | None:
    """The unit is in no list."""
    found = [s for s in person.granted() if "tjenesteOrgNr" in s.values]
    return draw.choice(found).put("tjenesteOrgNr", UNKNOWN_UNIT) if found else None


def write_units(source: Path, target: Path, seed: int | None) -> list[int]:
    """Write an organisation list for an annual batch.

    Args:
        seed: where staff hours are too few by an hour or less at one unit, and exactly enough at the others; None where they are
            plenty everywhere.

    Returns:
        The line of the first service that counts at that unit.
    """
    minutes, first = _granted(source)
    draw = random.Random(seed)  # noqa: S311  the same every time, not secret
    short = draw.choice(sorted(minutes)) if seed is not None and minutes else ""
    numbers = sorted(set(_NUMBER.findall(source.read_text("utf-8"))))
    with target.open("w", encoding="utf-8", newline="") as stream:
        listed = csv.writer(stream)
        listed.writerow(_COLUMNS)
        for number in numbers:
            enough = math.ceil(minutes.get(number, 0) / 60 * 100) / 100
            hours = _PLENTY if seed is None else max(0.0, round(enough - 0.5, 2)) if number == short else enough + 0.01
            listed.writerow((number, _INDUSTRY, "2000-01-01", "", hours))
    return [first[short]] if short else []


def _granted(source: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Minutes a week at each unit on the last day of the year, and the line of the first service that counts."""
    minutes: dict[str, int] = defaultdict(int)
    first: dict[str, int] = {}
    line = 2
    for person in read_batch(source):
        counted = {id(s) for s in person.granted(STAFFED) if s.given("tjenestestart") <= person.last_day <= person.until(s)}
        for record in person.lines:
            line += 1
            number = record.values.get("tjenesteOrgNr", "")
            if id(record) in counted and number:
                first.setdefault(number, line)
                minutes[number] += 60 * int(record.values.get("timer", 0)) + int(record.values.get("minutter", 0))
    return {n: m for n, m in minutes.items() if m}, first
