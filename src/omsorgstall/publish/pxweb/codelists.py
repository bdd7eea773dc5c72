"""Codelists of regions: value sets (``vs_``) that pick a level, and groupings (``agg_``) of municipalities.

A grouping only ever points to a region that the table already holds and disclosure control has seen; nothing is summed here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from omsorgstall.codes import RegionLevel, regions
from omsorgstall.core import Text
from omsorgstall.publish.cube import Role, Value, Variable
from omsorgstall.publish.pxweb.problems import CODELIST, refused
from omsorgstall.publish.wording import text


@dataclass(frozen=True, slots=True)
class Codelist:
    """A codelist of the region variable.

    Attributes:
        grouping: whether its codes group municipalities (``Aggregation``) or are a value set (``Valueset``).
    """

    id: str
    label: Text
    level: RegionLevel
    grouping: bool

    @property
    def type(self) -> str:
        """The type as the interface names it."""
        return "Aggregation" if self.grouping else "Valueset"


def all_codelists() -> tuple[Codelist, ...]:
    """Every codelist there is."""
    return tuple(Codelist(i, text(f"codelist_{level.value}"), level, grouping) for i, level, grouping in _LISTS)


_LISTS = (
    ("vs_Land", RegionLevel.COUNTRY, False),
    ("vs_Fylker", RegionLevel.COUNTY, False),
    ("agg_KommFylker", RegionLevel.COUNTY, True),
    ("agg_KommKostragruppe", RegionLevel.KOSTRA_GROUP, True),
    ("vs_Kommuner", RegionLevel.MUNICIPALITY, False),
    ("vs_Bydeler", RegionLevel.DISTRICT, False),
)


def codelists_of(variable: Variable) -> tuple[Codelist, ...]:
    """The codelists that have any code of this variable."""
    if variable.role is not Role.REGION:
        return ()
    levels = {regions()[c].level for c in variable.codes() if c in regions()}
    return tuple(c for c in all_codelists() if c.level in levels)


def find_codelist(codelist_id: str) -> Codelist | None:
    """The codelist with this id, whatever the case."""
    return next((c for c in all_codelists() if c.id.lower() == codelist_id.lower()), None)


def within(variable: Variable, codelist_id: str | None) -> Variable:
    """The variable with only the values of a codelist; the variable itself when none is named.

    Raises:
        ProblemError: when the variable has no such codelist.
    """
    if not codelist_id:
        return variable
    offered = codelists_of(variable)
    codelist = next((c for c in offered if c.id.lower() == codelist_id.lower()), None)
    if codelist is None:
        names = ", ".join(c.id for c in offered) or "none"
        raise refused(CODELIST, f"{codelist_id} for variable {variable.id}. Offered: {names}.")
    return replace(variable, values=tuple(v for v in variable.values if level_of(v.code) is codelist.level))


def level_of(code: str) -> RegionLevel | None:
    """Level of a region; None for a code that is no region of today."""
    region = regions().get(code)
    return region.level if region else None


def members_of(codelist: Codelist, variables: Iterable[Variable]) -> tuple[Value, ...]:
    """The values of a codelist that the given region variables have; clients expand ``*`` with these."""
    found = {v.code: v for variable in variables for v in variable.values if level_of(v.code) is codelist.level}
    return tuple(found.values())


def value_bodies(codelist: Codelist, values: Iterable[Value], language: str) -> list[dict[str, object]]:
    """Values as ``/codelists/{id}`` writes them, with the municipalities behind a group."""
    return [
        {
            "code": v.code,
            "label": v.label.in_language(language),
            "valueMap": list(regions()[v.code].municipalities) if codelist.grouping else [v.code],
        }
        for v in values
    ]
