"""The members of a report's dimensions: those of the breakdown, or those found among the rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from omsorgstall.codes import service_types
from omsorgstall.core import Text
from omsorgstall.measures.populations.comings import services_of
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.families import service_code
from omsorgstall.statistics.sum_reports.breakdown import NOT_STATED, TOTAL, Breakdown, leaf
from omsorgstall.statistics.sum_reports.counted import Counted
from omsorgstall.statistics.sum_reports.counting import coordinate
from omsorgstall.statistics.sum_reports.request import Asked
from omsorgstall.statistics.sum_reports.texts import LANGUAGES, said
from omsorgstall.tables import Member

OTHER = "ANDRE"
_OF_SERVICES = ("Tjeneste", "HarTjeneste", "OgTjeneste", "Opphold")
_LEGAL_BASIS = "Rettsgrunnlag"
_COMBINATION, _UNIT = "Kombinasjon", "Enhet"
Gathered = Mapping[str, str]
"""The member that stands in place of another: of combinations that few have."""


def members(asked: Asked, place: int, counted: Sequence[Counted]) -> tuple[tuple[Member, ...], Gathered]:
    """The members of one of the breakdowns of a report, in order, and what stands in place of others.

    The total comes last, of columns first.
    """
    found, instead = _members(asked, place, counted)
    across = asked.columns is not None and place == len(asked.by) - 1
    return (_total_first(found) if across else found), instead


def _total_first(found: tuple[Member, ...]) -> tuple[Member, ...]:
    """The members with the total before the others."""
    return tuple(sorted(found, key=lambda m: m.code != TOTAL))


def _members(asked: Asked, place: int, counted: Sequence[Counted]) -> tuple[tuple[Member, ...], Gathered]:
    breakdown = asked.by[place]
    total = (breakdown.total,) if breakdown.total else ()
    if breakdown.id in _OF_SERVICES:
        return (*_of_services(breakdown, asked), *total), {}
    if breakdown.id == _LEGAL_BASIS:
        given = {b.id for b in Settings().legal_bases if not set(b.service_types).isdisjoint(asked.services)}
        return (*(m for m in breakdown.members if m.code in given), *total), {}
    if breakdown.members:
        return (*breakdown.members, *total), {}
    codes = _by_frequency(asked, place, counted)
    if breakdown.id == _UNIT:
        return (*_units(codes), *total), {}
    shown, rest = codes[: asked.request.most_rows], codes[asked.request.most_rows :]
    other = [leaf(OTHER, said("combination_other"))] if rest else []
    return (*(leaf(c, _NAMED[breakdown.id](c)) for c in shown), *other, *total), dict.fromkeys(rest, OTHER)


def _of_services(breakdown: Breakdown, asked: Asked) -> Iterator[Member]:
    given = {service_code(s) for s in asked.services}
    return (m for m in breakdown.members if m.code in given or not m.covers.isdisjoint(given))


def _units(codes: Sequence[str]) -> Iterator[Member]:
    return (leaf(c, said("not_stated") if c == NOT_STATED else Text.same(c)) for c in sorted(codes))


def _by_frequency(asked: Asked, place: int, counted: Sequence[Counted]) -> list[str]:
    """The codes of a breakdown, the most frequent at the last time first."""
    measure = next(f.measure for f in asked.report.figures if f.measure)
    others = [coordinate(n) for n in range(len(asked.by)) if n != place]
    found: dict[str, tuple[int, ...]] = {}
    for turn, of_time in enumerate(reversed(counted)):
        here = of_time.cells.select([coordinate(place), measure, *others]).to_pydict()
        for code, number, *at in zip(here[coordinate(place)], here[measure], *(here[o] for o in others), strict=True):
            if code != TOTAL and all(a == TOTAL for a in at):
                found[code] = (*found.get(code, ()), *([0] * (turn - len(found.get(code, ())))), -number)
    return sorted(found, key=lambda code: (found[code], _order(asked.by[place].id, code)))


def _order(breakdown: str, code: str) -> tuple[int, ...] | tuple[str]:
    """How equally frequent members are ordered."""
    return _ORDERED[breakdown](code) if breakdown in _ORDERED else (code,)


def _codes_of(bits: str) -> tuple[int, ...]:
    """The service types of a combination."""
    return tuple(code for code in sorted(service_types()) if int(bits) >> code & 1)


def _combination(bits: str) -> Text:
    """The services of a combination by their names: those with one, in the order of the codes."""
    names = [service_types()[code].name for code in _codes_of(bits)]
    together = Text(*(" + ".join(n.in_language(lang) for n in names) for lang in LANGUAGES))
    if len(names) > 1:
        return together
    each = {lang: said("combination_only", names=together.in_language(lang)).in_language(lang) for lang in LANGUAGES}
    return Text(**each)


def _course(code: str) -> Text:
    """The services of a course by their names, the first one first, and the long-term stay it ends in."""
    names = [service_types()[s].name for s in services_of(int(code))]
    ends = [*(names or [said("no_service_before")]), said("long_term_stay")]
    return Text(*(" → ".join(n.in_language(lang) for n in ends) for lang in LANGUAGES))


_NAMED = {_COMBINATION: _combination, "Forlop": _course}
_ORDERED: Mapping[str, Callable[[str], tuple[int, ...]]] = {
    _COMBINATION: _codes_of,
    "Forlop": lambda code: services_of(int(code)),
}
