"""What the page of a municipality tells: key figures with a sentence each, the care staircase, and the trend of users."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.codes import population, regions
from omsorgstall.codes.population import LAST_YEAR
from omsorgstall.core import format_number
from omsorgstall.publish.cube import Role, Value, published_contents
from omsorgstall.publish.pages.places import Place
from omsorgstall.publish.pages.render import NOTHING, Figure, Page, figure_at
from omsorgstall.publish.source import Published
from omsorgstall.tables import CellStatus

USERS, STAIRCASE = "11642", "OT001"
COUNTRY = "EAK"
SHORT_STEPS = tuple(f"K{n}" for n in range(1, 9))
LONG_STEPS = tuple(f"{n:02d}" for n in range(1, 17))
_SERVICE, _AGE, _STEP = "Tjeneste", "Alder", "Trinn"
_KEY_FIGURES: tuple[tuple[str, dict[str, str]], ...] = (
    ("all", {}),
    ("home", {_SERVICE: "HOME"}),
    ("institution", {_SERVICE: "INSTITUTION"}),
    ("technology", {_SERVICE: "TECH"}),
    ("oldest", {_AGE: "090+"}),
)
_TREND = ("00", "HOME", "INSTITUTION")


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure with its name, one sentence on it, and the table it stands in."""

    name: str
    figure: Figure
    sentence: str
    address: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the staircase with its share of persons by region, in the order of ``Staircase.regions``."""

    name: str
    shares: Sequence[Figure]
    persons: Figure


@dataclass(frozen=True, slots=True)
class Staircase:
    """The care staircase of a municipality beside its KOSTRA group and the country, top step first."""

    year: str
    regions: Sequence[str]
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one service or group over the years."""

    name: str
    figures: Sequence[Figure]


def in_region(published: Published, code: str) -> bool:
    """Whether a table has figures for a region."""
    region = published.of_role(Role.REGION)
    return region is not None and code.lower() in region.positions


def region_name(published: Published, code: str, language: str) -> str:
    """The region's label in the table, which says when only a part of it has delivered."""
    region = published.of_role(Role.REGION)
    if region is None or code.lower() not in region.positions:
        return regions()[code].name.in_language(language)
    return region.values[region.positions[code.lower()]].label.in_language(language)


def region_notes(shown: Sequence[Published], place: Place) -> list[Value]:
    """What must be told of the municipality's figures, and of those it is held against, each note once."""
    found: dict[tuple[str, str], Value] = {}
    for published in shown:
        region = published.of_role(Role.REGION)
        for code in (place.number, *_compared(place)):
            value = region.value(code) if region else None
            if value and value.note:
                found.setdefault((code, value.note.nb), value)
    return list(found.values())


def _compared(place: Place) -> tuple[str, str, str]:
    """Regions that a municipality's figures stand beside: its KOSTRA group, its county and the country."""
    return f"EKG{place.kostra_group}", f"EKA{place.county}", COUNTRY


def _first_content(published: Published) -> str:
    return published_contents(published.table)[0].id


def _at(published: Published, region: str, year: str, codes: dict[str, str]) -> Figure:
    time = published.of_role(Role.TIME)
    return figure_at(published, _first_content(published), {"Region": region, **({time.id: year} if time else {}), **codes})


def key_figures(page: Page, users: Published, place: Place) -> list[KeyFigure]:
    """The key figures of the latest year."""
    year = users.periods()[-1]
    found = []
    for name, codes in _KEY_FIGURES:
        figure = _at(users, place.number, year, codes)
        if figure is not NOTHING:
            address = _address(users, place, codes)
            found.append(KeyFigure(page.say(f"key_{name}"), figure, _sentence(page, users, place, codes), address))
    return [*found[:1], *_per_thousand(page, users, place), *found[1:]]


def _address(published: Published, place: Place, codes: dict[str, str]) -> str:
    return f"/tabell/{published.id}?{urlencode({'Region': place.number, **{k: v for k, v in codes.items() if k == _AGE}})}"


def _sentence(page: Page, users: Published, place: Place, codes: dict[str, str]) -> str:
    """What the figure is of all users, and how it has changed."""
    now = _at(users, place.number, users.periods()[-1], codes)
    if now.number is None:
        return page.say("change_hidden", why=now.spoken(page.language))
    whole = _at(users, place.number, users.periods()[-1], {}).number
    share = ""
    if codes and whole:
        share = page.say("share_of_users", share=format_number(100 * now.number / whole, 0, page.language))
    return f"{share} {_change(page, users, place, codes, now.number)}".strip()


def _change(page: Page, users: Published, place: Place, codes: dict[str, str], now: float) -> str:
    """The change since five years before, or since the first year there is."""
    periods = users.periods()
    earlier = periods[-6] if len(periods) > 5 else periods[0]
    if earlier == periods[-1]:
        return "" if codes else page.say("first_year")
    before = _at(users, place.number, earlier, codes).number
    if before is None:
        return page.say("change_unknown", year=earlier)
    difference = now - before
    if difference == 0:
        return page.say("change_none", year=earlier)
    share = "" if before == 0 else f" ({format_number(100 * abs(difference) / before, 0, page.language)} %)"
    count = format_number(abs(difference), 0, page.language)
    return page.say("change_more" if difference > 0 else "change_fewer", count=count, share=share, year=earlier)


def _per_thousand(page: Page, users: Published, place: Place) -> list[KeyFigure]:
    """Users per 1,000 inhabitants, with those of the KOSTRA group, the county and the country in the sentence."""
    year = users.periods()[-1]
    compared = _compared(place)
    own, *others = (_rate(users, code, year) for code in (place.number, *compared))
    if own is None:
        return []
    names = [region_name(users, c, page.language) for c in compared]
    known = [f"{n}: {format_number(r, 0, page.language)}." for n, r in zip(names, others, strict=True) if r is not None]
    figure = Figure(own, CellStatus.VALUE, 0)
    return [KeyFigure(page.say("key_per_thousand"), figure, " ".join(known), _address(users, place, {}) + "&rader=Region")]


def _rate(users: Published, region: str, year: str) -> float | None:
    """Users per 1,000 inhabitants at the end of the year; None where users are hidden or the region is only partly there."""
    figure = _at(users, region, year, {})
    whole = region_name(users, region, "nb") == regions()[region].name.nb
    people = inhabitants(region, min(int(year) + 1, LAST_YEAR))
    return 1000 * figure.number / people if figure.number is not None and whole and people else None


@cache
def inhabitants(region: str, year: int) -> int:
    """Inhabitants of a region on 1 January."""
    table = population(year)
    members = regions()[region].municipalities
    kept = table.filter(pc.is_in(table["region"], value_set=pa.array(members, pa.string())))
    return int(pc.sum(kept["persons"]).as_py() or 0)


def staircase(page: Page, published: Published, place: Place, steps: Sequence[str] = SHORT_STEPS) -> Staircase:
    """Shares of persons by step, of those on any step."""
    year = published.periods()[-1]
    codes = [c for c in (place.number, f"EKG{place.kostra_group}", COUNTRY) if in_region(published, c)]
    totals = [_at(published, c, year, {}) for c in codes]
    found = []
    for step in reversed(steps):
        persons = [_at(published, c, year, {_STEP: step}) for c in codes]
        shares = [_share(p, t) for p, t in zip(persons, totals, strict=True)]
        found.append(Step(_step_name(published, step, page.language), shares, persons[0]))
    return Staircase(year, [region_name(published, c, page.language) for c in codes], found)


def _share(part: Figure, whole: Figure) -> Figure:
    if part.status is CellStatus.TRUE_ZERO:
        return part
    if part.number is None or whole.number is None:
        return Figure(None, part.status if part.number is None else whole.status)
    if whole.number == 0:
        return NOTHING
    return Figure(100 * part.number / whole.number, CellStatus.VALUE, 1, "%")


def _step_name(published: Published, step: str, language: str) -> str:
    variable = published.variable(_STEP)
    if variable is None or step.lower() not in variable.positions:
        return step
    return variable.values[variable.positions[step.lower()]].label.in_language(language)


def trend(page: Page, users: Published, place: Place) -> list[Series]:
    """Users over all years: all, at home, in institutions."""
    variable = users.variable(_SERVICE)
    found = []
    for code in _TREND:
        if variable and code.lower() in variable.positions:
            name = variable.values[variable.positions[code.lower()]].label.in_language(page.language)
            found.append(Series(name, [_at(users, place.number, y, {_SERVICE: code}) for y in users.periods()]))
    return found
