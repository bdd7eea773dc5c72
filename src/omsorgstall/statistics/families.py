"""The measures tables can show, by family name: who is counted, or whose hours and days are added, and in which units.

A *unit* is what a family is counted apart for: a service, a group of services, all services, a step of the staircase.
Each unit is a set of bits in one column of a person's pattern, so that a person with several services of a group counts
once in the group.
"""

from dataclasses import dataclass, replace
from functools import cache

from omsorgstall.codes import service_groups, service_recodes, service_types, statistical_services
from omsorgstall.codes.services import exclusive_groups, kostra_groups, stair_rules, stair_steps
from omsorgstall.measures import REVIEWS
from omsorgstall.measures.circumstances import HIGH_EFFORT
from omsorgstall.statistics.patterns import ANSWERS, WAITING_PATTERNS

TOTAL_SERVICES = "00"
HOME_SERVICE_GROUPS = ("PRACTICAL_AND_HEALTH", "PRACTICAL_ONLY", "HEALTH_ONLY")
HOME_HOURS = "home_hours"
"""Granted hours a week of practical help and home health services, the one amount per person instead of per service."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a family.

    Attributes:
        code: code of the member in the table's dimension; empty when the family has no units.
        bits: the bits of the pattern column, of which a person needs at least one.
        services: the service types it consists of; empty when it is no service.
        possible: False when no service gives it, such as a step of the staircase without a service code.
        listed: False when only tables that name it show it.
    """

    code: str
    bits: int
    services: tuple[int, ...] = ()
    possible: bool = True
    listed: bool = True

    def occurs_in(self, year: int) -> bool:
        """Whether any service of the unit, or one recoded to it, could be given that year."""
        if not self.services:
            return self.possible
        former = [old for old, new in service_recodes().items() if new in self.services]
        return any(service_types()[code].valid_in(year) for code in (*self.services, *former))


@dataclass(frozen=True, slots=True)
class Family:
    """A measure.

    Attributes:
        pattern: for persons, the pattern column that is counted; empty for amounts.
        amount: for amounts, the fact column that is added: per service, or per person when the family has no units.
        persons: for amounts, the family that counts the persons behind them.
        waits: the family is told apart by waiting time: pattern column and band, instead of one pattern.
        stock: True for a count on 31 December, False for what happened during the year.
    """

    name: str
    units: tuple[Unit, ...]
    pattern: str = ""
    amount: str = ""
    persons: str = ""
    stock: bool = False
    waits: tuple[tuple[str, str], ...] = ()

    def patterns(self) -> tuple[tuple[str, str], ...]:
        """The pattern columns that are counted, each with its band of waiting time, empty when there is none."""
        return self.waits or ((self.pattern, ""),)


def service_code(service_type: int) -> str:
    """Two digits, such as ``"01"``."""
    return f"{service_type:02d}"


def _services(codes: tuple[int, ...]) -> tuple[Unit, ...]:
    return tuple(Unit(service_code(c), 1 << c, (c,)) for c in codes)


def _united(code: str, services: tuple[int, ...]) -> Unit:
    return Unit(code, sum(1 << c for c in services), services)


def _every_unit() -> tuple[Unit, ...]:
    statistical = statistical_services()
    groups = [_united(g.code, tuple(m for m in g.members if m in statistical)) for g in service_groups()]
    return (_united(TOTAL_SERVICES, statistical), *groups, *_services(statistical))


def _kostra_units() -> tuple[Unit, ...]:
    statistical = statistical_services()
    united = [_united(g.code, tuple(m for m in g.members if m in statistical)) for g in kostra_groups()]
    return tuple(replace(u, listed=False) for u in united)


def _home_service_groups() -> int:
    """Bits of the exclusive groups of those who have practical help or health services at home."""
    return sum(1 << n for n, g in enumerate(exclusive_groups()) if g.code in HOME_SERVICE_GROUPS)


def _reviews() -> list[Family]:
    answers = tuple(Unit(code, 1 << n) for n, code in enumerate(ANSWERS))
    of_residents = [Family(f"residents_by_{name}", answers, pattern=name, stock=True) for name in REVIEWS]
    return [*of_residents, Family(f"home_users_by_{HIGH_EFFORT}", answers, pattern=HIGH_EFFORT, stock=True)]


def _measured_in(unit: str) -> tuple[Unit, ...]:
    return _services(tuple(c for c in statistical_services() if service_types()[c].unit == unit))


def _amounts(name: str, column: str, units: tuple[Unit, ...]) -> list[Family]:
    persons = f"users_with_{name}"
    return [Family(name, units, amount=column, persons=persons), Family(persons, units, pattern=column)]


def _possible_steps() -> set[int]:
    listed = {s.step for s in stair_steps() if s.services}
    return listed | {rule[key] for rule in stair_rules().values() for key in rule if key.endswith("step")}


@cache
def families() -> dict[str, Family]:
    """Every family by name."""
    hours, days = _measured_in("hours_per_week"), _measured_in("days")
    groups = tuple(Unit(g.code, 1 << n) for n, g in enumerate(exclusive_groups()))
    steps = tuple(Unit(service_code(s.step), 1 << s.step, possible=s.step in _possible_steps()) for s in stair_steps())
    everyone = (Unit("", 1),)
    found = [
        Family("users_during_year", _every_unit(), pattern="during"),
        Family("users_at_year_end", (*_every_unit(), *_kostra_units()), pattern="year_end", stock=True),
        *_amounts("hours_exclusive", "hours", hours),
        *_amounts("hours_raw", "hours_raw", hours),
        *_amounts("days_exclusive", "days", days),
        *_amounts("days_raw", "days_raw", days),
        Family("users_by_exclusive_group", groups, pattern="exclusive_group", stock=True),
        Family("stair_step", steps, pattern="stair_step", stock=True),
        Family(HOME_HOURS, everyone, amount=HOME_HOURS, persons="users_with_home_hours", stock=True),
        Family("users_with_home_hours", everyone, pattern="home_hours", stock=True),
        Family("users_of_home_services", (Unit("", _home_service_groups()),), pattern="exclusive_group", stock=True),
        Family("users_started", _services(statistical_services()), "started", waits=tuple(WAITING_PATTERNS.items())),
        *_reviews(),
    ]
    return {f.name: f for f in found}
