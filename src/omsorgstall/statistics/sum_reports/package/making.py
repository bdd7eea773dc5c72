"""The recommended package of one municipality: every figure measured, read aloud, compared and followed over the years."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import sqrt

from omsorgstall.codes import municipalities, regions
from omsorgstall.codes.regions import COUNTRY, COUNTRY_WITHOUT_OSLO
from omsorgstall.core import Text, format_number
from omsorgstall.statistics.sum_reports.package.measuring import (
    Measured,
    inhabitants,
    is_small,
    largest_member,
    measure,
    own_place,
    peer_places,
)
from omsorgstall.statistics.sum_reports.package.saying import (
    LANGUAGES,
    begun,
    counted,
    digits,
    in_all,
    measured,
    of_them,
    signed,
    words,
)
from omsorgstall.statistics.sum_reports.package.specification import KeyFigure, alike, apart, key_figures, public_figures
from omsorgstall.tables import CellStatus, OwnerTable, PeerTable, Report

PACKAGE = "package"
_SURE = 2
"""Standard errors that a share must be away from another to be called higher or lower."""
In = dict[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A figure as it was read: own first, then areas by code; own over the years; the member that is told of, if any.

    Attributes:
        report: title of the report that it is read from.
    """

    figure: KeyFigure
    report: Text
    own: Measured
    areas: Mapping[str, tuple[Text, Measured]]
    years: Mapping[int, Measured]
    member: Text | None


def package(
    owner: str,
    tables: Mapping[str, OwnerTable],
    peers: Mapping[str, PeerTable],
    years: Sequence[int],
    delivered: Sequence[str],
    lineage: Mapping[str, str],
) -> Report:
    """The package as a report for its owner.

    Args:
        tables: own reports by id of the view, at the ends of the years; the last year is told of.
        peers: comparisons of the last year by id of the view.
        delivered: municipalities with figures of the last year.
    """
    read = [_read(f, owner, tables[f.view], peers[f.view], years, delivered) for f in key_figures()]
    return Report(owner, PACKAGE, _content(owner, read, years, next(iter(peers.values())).preset, lineage))


def public_package(
    number: str, released: Mapping[str, PeerTable], year: int, delivered: Sequence[str], lineage: Mapping[str, str]
) -> Report:
    """The package of a municipality for anyone: a report without an owner, of the figures whose views are public for it.

    Args:
        released: views of the year by id, in which every figure is protected, the municipality among the places.
        delivered: municipalities with figures of the year.
    """
    read = [_read_in_public(f, number, released[f.view], year, delivered) for f in public_figures() if f.view in released]
    return Report("", PACKAGE, _content(number, read, [year], next(iter(released.values())).preset, lineage))


def _content(
    number: str, read: Sequence[_Read], years: Sequence[int], preset: str, lineage: Mapping[str, str]
) -> dict[str, object]:
    sections = {
        name: {"id": name, "title": title, "figures": [_told(r) for r in read if r.figure.section == name]}
        for name, title in words()["sections"].items()
    }
    return {
        "owner": number,
        "name": municipalities()[number].name,
        "year": years[-1],
        "years": list(years),
        "lead": [_sentence(r) for r in read if r.figure.lead and _form(r) in ("few", "many")] or [_sentence(read[0])],
        "few": _mostly_small(number, read),
        "sections": [s for s in sections.values() if s["figures"]],
        "preset": preset,
        "lineage": dict(lineage),
    }


def _mostly_small(owner: str, read: Sequence[_Read]) -> In | None:
    """What is said first where little can be concluded: half of the figures or more rest on small numbers."""
    few = [r for r in read if is_small(r.figure, r.own)]
    return in_all(words()["mostly_small"], name=municipalities()[owner].name) if 2 * len(few) >= len(read) else None


def _read(
    figure: KeyFigure, owner: str, table: OwnerTable, peers: PeerTable, years: Sequence[int], delivered: Sequence[str]
) -> _Read:
    code, label = largest_member(figure, table, years[-1]) if figure.largest else ("", None)
    ages = figure.population
    over_years = {
        year: measure(figure, own_place(table, year), inhabitants(owner, ages, year, [owner]) if ages else None, code)
        for year in years
    }
    places = _measured_places(figure, peers, years[-1], delivered, code)
    areas = {area: found for area, found in places.items() if area != owner}
    return _Read(figure, table.model.title, over_years[years[-1]], areas, over_years, label)


def _read_in_public(figure: KeyFigure, number: str, table: PeerTable, year: int, delivered: Sequence[str]) -> _Read:
    places = _measured_places(figure, table, year, delivered)
    own = places.pop(number)[1]
    if own.whole is None:  # a mean over a number that is hidden tells nothing
        own = replace(own, value=None, hidden=True)
    return _Read(figure, table.model.title, own, places, {year: own}, None)


def _measured_places(
    figure: KeyFigure, table: PeerTable, year: int, delivered: Sequence[str], largest: str = ""
) -> dict[str, tuple[Text, Measured]]:
    """The figure at every place of a comparison, with the name of the place, by code."""
    ages = figure.population
    return {
        code: (name, measure(figure, place, inhabitants(code, ages, year, delivered) if ages else None, largest))
        for code, (name, place) in peer_places(table).items()
    }


def _told(read: _Read) -> dict[str, object]:
    figure, name = read.figure, _name(read)
    few = is_small(figure, read.own)
    nobody = _form(read) in ("none", "one", "hidden")
    return {
        "id": figure.id,
        "title": in_all(figure.title),
        "chart": in_all(figure.chart, name=name),
        "sentence": _sentence(read),
        "compared": None if few else _compared(read),
        "small": words()["small"] if few and not nobody else None,
        "earlier": _earlier(read),
        "mind": in_all(figure.mind),
        "definition": in_all(figure.definition),
        "source": {"report": figure.of.report, "by": figure.of.by, "title": in_all(read.report)},
        "unit": figure.unit,
        "decimals": figure.decimals,
        "mean": figure.ratio is not None,
        "few": few,
        "nobody": nobody,
        "own": _shown(figure, read.own),
        "areas": [{"code": code, "name": in_all(name), **_shown(figure, found)} for code, (name, found) in read.areas.items()],
        "years": [{"year": year, **_shown(figure, found)} for year, found in read.years.items()],
    }


def _shown(figure: KeyFigure, found: Measured) -> dict[str, object]:
    """A figure with the text that stands for it: a share of few is told in numbers."""
    if found.hidden:
        text = dict.fromkeys(LANGUAGES, CellStatus.SUPPRESSED.symbol)
    elif found.value is None:
        text = dict.fromkeys(LANGUAGES, "–")
    elif found.part is not None and is_small(figure, found):
        text = {n: digits(found.part, figure.noun, n) if figure.population else _part_of(found, n) for n in LANGUAGES}
    else:
        text = {n: signed(found.value, figure.unit, figure.decimals, n) for n in LANGUAGES}
    return {**asdict(found), "text": text}


def _part_of(found: Measured, language: str) -> str:
    part, whole = (format_number(n or 0, 0, language) for n in (found.part, found.whole))
    return str(words()["part_of"][language]).format(part=part, whole=whole)


def _name(read: _Read) -> In:
    """The member a figure tells of, as it stands inside a sentence."""
    if read.member is None:
        return dict.fromkeys(LANGUAGES, "")
    return {n: _small_letter(read.member.in_language(n)) for n in LANGUAGES}


def _small_letter(text: str) -> str:
    return text[:1].lower() + text[1:]


def _form(read: _Read) -> str:
    if read.own.hidden:
        return "hidden"
    behind = (read.own.part if read.figure.population else read.own.whole) or 0
    if behind < 2:
        return ("none", "one")[behind]
    nobody_in_part = read.own.part == 0
    return "few" if nobody_in_part or is_small(read.figure, read.own) else "many"


def _sentence(read: _Read) -> In:
    """The sentence that reads the figure of the last year."""
    form = _form(read)
    text = read.figure.sentences[form] if form != "hidden" else Text.of(words()["hidden"])
    return {n: begun(text.in_language(n).format(**_values(read, n))) for n in LANGUAGES}


def _values(read: _Read, language: str) -> dict[str, str]:
    """What the places of a sentence are filled with."""
    figure, own = read.figure, read.own
    part, whole = own.part or 0, own.whole or 0
    told = {
        "part": counted(part, figure.noun, language),
        "whole": counted(whole, figure.noun, language),
        "part_of_them": of_them(part, whole, figure.noun, language),
        "part_of_whole": _part_of(own, language),
        "value": "" if own.value is None else measured(own.value, figure.unit, figure.decimals, language),
    }
    last = max(read.years)
    time = str(last) if figure.of.asked(last).report.of_period else str(words()["end_of"][language]).format(year=last)
    large = {name.capitalize(): begun(text) for name, text in told.items()}
    return {**told, **large, "time": time, "name": _name(read)[language]}


def _compared(read: _Read) -> In | None:
    """How the figure stands to the KOSTRA group and the country; Oslo to the rest of the country."""
    near = [c for c in read.areas if c != COUNTRY_WITHOUT_OSLO]
    chosen = [near[0], COUNTRY] if near[0] != COUNTRY else [COUNTRY_WITHOUT_OSLO] if _is_oslo(read) else [COUNTRY]
    known = [c for c in dict.fromkeys(chosen) if c in read.areas and read.areas[c][1].value is not None]
    if not known or read.own.value is None:
        return None
    return {n: _in_words(read, known, n) for n in LANGUAGES}


def _is_oslo(read: _Read) -> bool:
    return COUNTRY_WITHOUT_OSLO in read.areas and len(read.areas) == len({COUNTRY, COUNTRY_WITHOUT_OSLO})


def _in_words(read: _Read, codes: Sequence[str], language: str) -> str:
    figure = read.figure
    names = words()["relations"][figure.relation][language]
    said = []
    for code in codes:
        other = read.areas[code][1].value or 0.0
        area = words()["country"][language] if code == COUNTRY else _area_name(code, language)
        said.append((names[_relation(read, other)], area, measured(other, figure.unit, figure.decimals, language)))
    (a, area, value), *rest = said
    if not rest:
        return str(words()["compared_one"][language]).format(a=a, area=area, value=value)
    ((b, other_area, other_value),) = rest
    key = "compared_alike" if a == b else "compared_apart"
    return str(words()[key][language]).format(a=a, area=area, value=value, b=b, other=other_area, other_value=other_value)


def _area_name(code: str, language: str) -> str:
    name = regions()[code].name.in_language(language)
    return _small_letter(name) if code == COUNTRY_WITHOUT_OSLO else name


def _relation(read: _Read, other: float) -> int:
    """0 for more, 1 for less, 2 for alike: a share within what chance does, or a mean within a small part of the other."""
    own, figure = read.own.value or 0.0, read.figure
    if measured(own, figure.unit, figure.decimals, "nb") == measured(other, figure.unit, figure.decimals, "nb"):
        return 2
    if figure.ratio:
        near = alike() * other
    else:
        share = other / 100
        near = max(100 * _SURE * sqrt(share * (1 - share) / (read.own.whole or 1)), apart() * other)
    return 2 if abs(own - other) <= near else int(own < other)


def _earlier(read: _Read) -> In | None:
    """The figure of the first year, where there are several."""
    first = min(read.years)
    before = read.years[first]
    if first == max(read.years) or before.value is None or not before.whole:
        return None
    figure = read.figure
    few = is_small(figure, before)
    said = {}
    for n in LANGUAGES:
        count = digits(before.part or 0, figure.noun, n) if figure.population else _part_of(before, n)
        value = count if few and before.part is not None else measured(before.value, figure.unit, figure.decimals, n)
        said[n] = str(words()["earlier"][n]).format(year=first, value=value)
    return said
