"""What every population begins with: cleared records of some years, without users for testing."""

from collections.abc import Mapping
from dataclasses import dataclass

from ibis.expr import types as ir

from omsorgstall.measures.cleared import cleared
from omsorgstall.measures.days import KEYS
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.people import people
from omsorgstall.measures.period import of_years
from omsorgstall.measures.services import counted_services
from omsorgstall.measures.settings import Settings

_PERSONS, _SERVICES = "counted people", "counted services"


@dataclass(frozen=True, slots=True)
class Records:
    """Cleared tables with their persons (``people``) and the services that count (``counted_services``)."""

    tables: Mapping[str, ir.Table]
    people: ir.Table
    services: ir.Table


def read(tables: Mapping[str, ir.Table], settings: Settings, first: int | None, last: int, keep: Keep = not_kept) -> Records:
    """The records of some data years, from the beginning when ``first`` is None.

    Args:
        keep: runs the steps that are used several times, such as ``Engine.materialise``; Spark needs it, since it would reckon
            them anew for each use. Persons and services are kept of all years of the tables, so that populations that look
            at different years share them: leave out beforehand what nobody looks at.
    """
    every = cleared(tables)
    persons = keep(people(every, settings), "people")
    services = keep(counted_services(every, persons, settings).semi_join(persons, list(KEYS)), "services")
    cut = of_years({**every, _PERSONS: persons, _SERVICES: services}, first, last)
    return Records(cut, cut.pop(_PERSONS), cut.pop(_SERVICES))
