"""Rules that hold organisation numbers against an organisation list; without a list they are unknown, never passed."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.rule import rules
from omsorgstall.intake.unit_list import HOURS, INDUSTRY, UnitList

TABLE = "service"
NOT_ACTIVE, MORE_THAN_STAFF = "C21", "C52"
_NUMBER = "organisation_number"
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class _Granted:
    """What is granted at one place of service: hours a week on the last day of the year, whether some are not told, where."""

    hours: float = 0.0
    untold: bool = False
    line: int = 0


class UnitRules:
    """The rules on one submission: fed its accepted services chunk by chunk, then concluded.

    Args:
        units: the list; None when there is none.
        year: the data year.
    """

    def __init__(self, units: UnitList | None, year: int, log: FindingLog) -> None:
        self._units = units
        self._in_force = all(year >= (rules()[r].first_year or year) for r in (NOT_ACTIVE, MORE_THAN_STAFF))
        self._last_day = date(year, 12, 31)
        self._log = log
        self._granted: dict[str, _Granted] = {}

    def judge(self, services: pa.Table) -> None:
        """C21 on each service, and what C52 adds up.

        Args:
            services: accepted rows of a chunk with ``record``.
        """
        if not self._in_force:
            return
        refused = pc.is_in(services["outcome"], value_set=pa.array(rules()[NOT_ACTIVE].limits["not_granted"], pa.int8()))
        services = services.filter(pc.and_(pc.invert(refused), pc.is_valid(services[_NUMBER]))).combine_chunks()
        if services.num_rows:
            self._judge_units(services)
            self._add(services)

    def _judge_units(self, services: pa.Table) -> None:
        if self._units is None:
            self._log.unknown[NOT_ACTIVE] += services.num_rows
            return
        end = pc.min_element_wise(services["end_date"], pa.scalar(self._last_day, pa.date32()))
        days = np.asarray(end.cast(pa.int32())).astype(np.int64) + _EPOCH
        place = self._units.places(services[_NUMBER], days)
        industry = self._units.rows[INDUSTRY].take(pa.array(place, mask=place < 0))
        fitting = _begins_with(industry, rules()[NOT_ACTIVE].limits["industries"])
        wrong = pc.or_(pa.array(place < 0), pc.invert(pc.fill_null(fitting, True)))
        untold = (place >= 0) & np.asarray(pc.is_null(industry))
        self._log.unknown[NOT_ACTIVE] += int(untold.sum())
        found = services.select(["record", "line"]).filter(wrong)
        records, lines = (c.combine_chunks() for c in found.columns)
        self._log.add(NOT_ACTIVE, TABLE, records, lines, _NUMBER)

    def _add(self, services: pa.Table) -> None:
        limits = rules()[MORE_THAN_STAFF].limits
        last = pa.scalar(self._last_day, pa.date32())
        begun = pc.fill_null(pc.less_equal(services["start_date"], last), True)
        running = pc.and_(begun, pc.fill_null(pc.greater_equal(services["end_date"], last), True))
        counted = pc.is_in(services["service_type"], value_set=pa.array(limits["services"], pa.int16()))
        rows = services.filter(pc.and_(running, counted)).select([_NUMBER, "weekly_hours", "start_date", "line"])
        untold = pc.or_(pc.is_null(rows["weekly_hours"]), pc.is_null(rows["start_date"]))
        rows = pa.table({_NUMBER: rows[_NUMBER], "hours": rows["weekly_hours"], "untold": untold, "line": rows["line"]})
        rows = rows.set_column(1, "hours", pc.if_else(rows["untold"], 0.0, rows["hours"]))
        summed = rows.group_by(_NUMBER).aggregate([("hours", "sum"), ("untold", "any"), ("line", "min")])
        for row in summed.to_pylist():
            before = self._granted.setdefault(row[_NUMBER], _Granted(line=row["line_min"]))
            before.hours += row["hours_sum"]
            before.untold |= row["untold_any"]
            before.line = min(before.line, row["line_min"])

    def conclude(self) -> None:
        """C52 for each place of service: the record of a finding is the organisation number."""
        numbers = sorted(self._granted)
        staff = self._staff_hours(numbers)
        share, found = rules()[MORE_THAN_STAFF].limits["most_share"], []
        for number, hours in zip(numbers, staff, strict=True):
            granted = self._granted[number]
            if granted.hours > share * hours:  # never where the staff's hours are missing
                found.append(number)
            elif granted.untold or np.isnan(hours):
                self._log.unknown[MORE_THAN_STAFF] += 1
        lines = pa.array([self._granted[n].line for n in found], pa.int32())
        self._log.add(MORE_THAN_STAFF, TABLE, pa.array(found, pa.string()), lines, _NUMBER)

    def _staff_hours(self, numbers: list[str]) -> NDArray[np.float64]:
        """Weekly hours of the staff on the last day of the year; missing where they are not known."""
        if self._units is None or not numbers:
            return np.full(len(numbers), np.nan)
        days = np.full(len(numbers), self._last_day.toordinal())
        place = self._units.places(pa.array(numbers), days)
        hours = self._units.rows[HOURS].take(pa.array(place, mask=place < 0))
        found: NDArray[np.float64] = np.asarray(hours.to_numpy(), dtype=float)
        return found


def _begins_with(codes: pa.Array, beginnings: list[str]) -> pa.Array:
    found = pc.starts_with(codes, beginnings[0])
    for each in beginnings[1:]:
        found = pc.or_(found, pc.starts_with(codes, each))
    return found
