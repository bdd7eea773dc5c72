"""Classifications of people: age bands, need levels and the function variables (funksjonsvariabler)."""

from dataclasses import dataclass
from functools import cache

from omsorgstall.codes._load import read_yaml
from omsorgstall.core import Text

OLDEST = 200
"""Upper end of an open age band."""


@dataclass(frozen=True, slots=True)
class AgeBand:
    """An age band; both ends belong to it, in completed years."""

    code: str
    name: Text
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NeedLevel:
    """A level of the composite measure of need (samlemål)."""

    code: str
    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class FunctionVariable:
    """A function variable or sense, scored 1–5 or 9.

    Attributes:
        id: ``F01`` to ``F16``, ``S01`` and ``S02``.
        name: official Norwegian name.
        subscale: the subscale (delmål) it belongs to; None when outside the composite measure.
        introduced: first data year; 2006 for those of the first set is ASSUMED.
    """

    id: str
    name: str
    english: str
    subscale: str | None
    introduced: int


@cache
def age_bands() -> tuple[AgeBand, ...]:
    """The six bands of the national tables."""
    items = read_yaml("age_bands")["items"]
    return tuple(AgeBand(i["code"], Text.of(i["name"]), i["from"], OLDEST if i["to"] is None else i["to"]) for i in items)


@cache
def need_levels() -> tuple[NeedLevel, ...]:
    """Low, medium, extensive and not stated."""
    return tuple(NeedLevel(i["code"], i["id"], Text.of(i["name"])) for i in read_yaml("need_levels")["items"])


@cache
def function_variables() -> tuple[FunctionVariable, ...]:
    """The 16 function variables and two senses of the 2015 set, in their official order.

    Data of 2022 count 20 function variables (Helsedirektoratet); the names of those added are not known, so they are not here.
    """
    items = read_yaml("function_variables")["items"]
    return tuple(FunctionVariable(i["id"], i["name"], i["english"], i["subscale"], i["introduced"]) for i in items)
