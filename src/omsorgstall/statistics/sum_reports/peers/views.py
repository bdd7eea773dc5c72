"""What of the sum reports may be shown of others, as data (``views.yaml``): one breakdown at a time, never crossed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import ErrorFamily, OmsorgstallError, parse_yaml
from omsorgstall.measures.period import Period
from omsorgstall.statistics.sum_reports.request import NONE, Asked, Request, asked
from omsorgstall.tables import Identity

UNITS = ("Tjenestegruppe", "Bosituasjon", "Tjeneste", "Opphold")
"""Breakdowns whose members are units in protection: where a person may stand in several, or other views count the same."""


@dataclass(frozen=True, slots=True)
class Same:
    """Members of a view that count the same persons as members of another one; all of them where none are named."""

    members: tuple[str, ...]
    view: str
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A report by one breakdown, as it may be shown of other municipalities.

    Attributes:
        report: ``S01`` and so on; ``by`` id of the breakdown.
        bundle: views of a bundle count some of the same persons, and are always protected together.
        municipal: in public it is shown for single municipalities too.
        marks: measures that count some of the persons.
        amounts: measures that are added, each with the measure that counts what stands behind.
    """

    report: str
    by: str
    bundle: str
    marks: tuple[str, ...]
    amounts: Mapping[str, str]
    same: tuple[Same, ...]
    municipal: bool = False

    @property
    def id(self) -> str:
        """Such as ``S01 Alder``."""
        return f"{self.report} {self.by}"

    def asked(self, year: int) -> Asked:
        """The report by this breakdown at the end of a year, or in all of it."""
        last = date(year, 12, 31)
        return asked(Request(self.report, (last,), (Period(date(year, 1, 1), last),), rows=self.by, columns=NONE))

    def family(self, measure: str) -> str:
        """Name of a measure of this view, for protection."""
        return f"{self.id} {measure}"

    @property
    def persons(self) -> str:
        """The measure that counts who is protected: events where these, and not persons, add to the total."""
        known = self.asked(2022)
        return "events" if known.report.population and not self.union else "persons"

    @property
    def union(self) -> bool:
        """Whether a person may stand in several members, so that persons do not add to the total."""
        return self.by in ("Tjeneste", "Opphold")

    def identities(self) -> tuple[Identity, ...]:
        """What is the same figure in another view, for protection."""
        return tuple(
            Identity(s.members, view.family(view.persons), s.theirs or view.units)
            for s in self.same
            for view in (views()[s.view],)
        )

    @property
    def units(self) -> tuple[str, ...]:
        """The units of its persons in protection; an empty code where its members stand in another column."""
        leaves = (m.code for m in self.asked(2022).rows.members if len(m.covers) == 1)
        return tuple(leaves) if self.by in UNITS else ("",)


def _view(data: Mapping[str, Any]) -> View:
    same = tuple(_same(s) for s in data.get("same", ()))
    return View(
        data["report"],
        data["by"],
        data["bundle"],
        tuple(data.get("marks", ())),
        data.get("amounts", {}),
        same,
        data.get("municipal", False),
    )


def _same(data: Mapping[str, Any]) -> Same:
    return Same(tuple(data.get("members", ())), data["view"], tuple(data.get("theirs", ())))


@cache
def views() -> Mapping[str, View]:
    """Every view by id, in order."""
    text = files("omsorgstall.statistics.sum_reports.peers").joinpath("views.yaml").read_text(encoding="utf-8")
    return {v.id: v for v in map(_view, parse_yaml(text)["views"])}


def bundle(name: str) -> tuple[View, ...]:
    """The views that are protected together."""
    return tuple(v for v in views().values() if v.bundle == name)


def views_of(wanted: Asked) -> tuple[View, ...]:
    """The views of a request: its rows, then its columns.

    Raises:
        OmsorgstallError: (USAGE) when it asks for what is not compared: with selections, such differences could tell of persons.
    """
    request, last = wanted.request, wanted.times[-1]
    chosen = (request.only, request.units, request.services, request.without, request.age_breaks, request.split)
    if any(chosen) or request.diagnoses or request.assume:
        what = f"{request.report} of some persons, services, places or own ages is not compared with other municipalities."
        raise _refused(what, "Leave out --compare, or the selection: many selections together could tell of single persons.")
    if last != asked_at(wanted.report.of_period, wanted.last_year):
        raise _refused("Comparisons are made at the end of a year, or of all of it.", "Say --year, or leave out --compare.")
    sides = [b.id for b in (wanted.rows, wanted.columns) if b is not None]
    found = tuple(v for v in (views().get(f"{wanted.report.id} {side}") for side in sides) if v)
    if not found:
        what = f"{wanted.report.id} by {' and '.join(sides)} is not compared with other municipalities."
        raise _refused(what, f"Leave out --compare, or choose one of: {', '.join(views())}.")
    return found


def asked_at(of_period: bool, year: int) -> date | Period:
    """The end of a year, or all of it."""
    last = date(year, 12, 31)
    return Period(date(year, 1, 1), last) if of_period else last


def _refused(what: str, todo: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.USAGE, "not-compared", what, todo=todo)
