"""Service types (tjenestetyper, code system 9151), the groups they form, and the care staircase (omsorgstrapp)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from omsorgstall.codes._load import read_yaml
from omsorgstall.core import Text

OrganisationNumberRule = Literal["mandatory", "optional", "forbidden"] | None
NEVER_IN_TABLES = frozenset({14, 23, 24})
"""Coercion (tvang) is no service of its own and is published apart."""


@dataclass(frozen=True, slots=True)
class ServiceType:
    """One service type with what the national specification says of it.

    Attributes:
        code: code in system 9151.
        unit: ``hours_per_week``, ``days`` or ``none``.
        organisation_number: whether the number of the delivering unit is mandatory, optional or forbidden; None unknown.
        valid_from: first year, None when no date is known.
        valid_to: last year, None when still valid.
        replaced_by: the code that statistics recode it to.
    """

    code: int
    name: Text
    unit: str
    organisation_number: OrganisationNumberRule
    valid_from: int | None
    valid_to: int | None
    replaced_by: int | None
    event_reporting: bool

    def valid_in(self, year: int) -> bool:
        """Whether the code may be used for the data year."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)


@dataclass(frozen=True, slots=True)
class ServiceSubtype:
    """What a service code of two parts stands for: the type, and the kind of respite that the second part tells."""

    service_type: int
    respite_kind: int


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """A group of service types for tables; a person counts once in it."""

    code: str
    name: Text
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExclusiveGroup:
    """A group in which each person stands at most once: the first that fits, in the order of the list.

    ``all_of`` holds sets of which the person must have one each; ``any_of`` is the short form of one such set.
    """

    code: str
    name: Text
    all_of: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class StairStep:
    """One of the sixteen steps (trinn) of the care staircase, and its step in the eight-step view."""

    step: int
    short: int
    name: Text
    services: tuple[int, ...]


@cache
def service_types() -> dict[int, ServiceType]:
    """All service types by code, in the order of the code list."""
    return {item["code"]: _service_type(item) for item in read_yaml("service_types")["items"]}


def _service_type(item: dict) -> ServiceType:  # type: ignore[type-arg]
    return ServiceType(
        code=item["code"],
        name=Text.of(item["name"]),
        unit=item["unit"],
        organisation_number=item["organisation_number"],
        valid_from=item["valid_from"],
        valid_to=item["valid_to"],
        replaced_by=item["replaced_by"],
        event_reporting=item["event_reporting"],
    )


@cache
def service_subtypes() -> dict[str, ServiceSubtype]:
    """Codes of two parts by the text that stands in files, such as ``08.01``."""
    items = read_yaml("service_subtypes")["items"]
    return {text: ServiceSubtype(i["service_type"], i["respite_kind"]) for i in items for text in i["written"]}


@cache
def statistical_services() -> tuple[int, ...]:
    """The service codes that tables use: recoded ones and coercion left out."""
    return tuple(c for c, s in service_types().items() if s.replaced_by is None and c not in NEVER_IN_TABLES)


@cache
def service_recodes() -> dict[int, int]:
    """Old code to the code that statistics use: 12 and 13 become 29."""
    return {c: s.replaced_by for c, s in service_types().items() if s.replaced_by is not None}


@cache
def service_groups() -> tuple[ServiceGroup, ...]:
    """The groups of the tables of users; together they hold every statistical service."""
    items = read_yaml("service_groups")["items"]
    return tuple(ServiceGroup(i["code"], Text.of(i["name"]), tuple(i["members"])) for i in items)


@cache
def kostra_groups() -> tuple[ServiceGroup, ...]:
    """The groups of table 12003, after the KOSTRA functions their expenses are kept in."""
    items = read_yaml("kostra_groups")["items"]
    return tuple(ServiceGroup(i["code"], Text.of(i["name"]), tuple(i["members"])) for i in items)


@cache
def exclusive_groups() -> tuple[ExclusiveGroup, ...]:
    """The exclusive groups of table 06971, in order of precedence."""
    items = read_yaml("exclusive_groups")["items"]
    return tuple(
        ExclusiveGroup(i["code"], Text.of(i["name"]), tuple(map(tuple, i.get("all_of") or [i["any_of"]]))) for i in items
    )


@cache
def stair_steps() -> tuple[StairStep, ...]:
    """The sixteen steps from the bottom."""
    items = read_yaml("care_staircase")["items"]
    return tuple(StairStep(i["step"], i["short"], Text.of(i["name"]), tuple(i["services"])) for i in items)


@cache
def short_stair_steps() -> dict[int, Text]:
    """The eight steps of the view for small municipalities."""
    return {i["step"]: Text.of(i["name"]) for i in read_yaml("care_staircase")["short_items"]}


@cache
def stair_rules() -> dict[int, dict[str, int]]:
    """Service types whose step depends on the person: dwelling (round-the-clock) and day activity (age)."""
    rules: dict[int, dict[str, int]] = read_yaml("care_staircase")["rules"]
    return rules
