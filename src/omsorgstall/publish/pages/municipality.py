"""The page of a municipality."""

from collections.abc import Iterable

from omsorgstall.publish.pages.places import Place
from omsorgstall.publish.pages.profile import (
    LONG_STEPS,
    SHORT_STEPS,
    STAIRCASE,
    USERS,
    in_region,
    key_figures,
    region_notes,
    staircase,
    trend,
)
from omsorgstall.publish.pages.render import Figure, Page
from omsorgstall.publish.pxweb.problems import VALUE, not_found
from omsorgstall.publish.source import Published
from omsorgstall.tables import CellStatus


def municipality_page(page: Page, place: Place, all_steps: bool) -> str:
    """The HTML of a municipality's page; ``all_steps`` shows sixteen steps of the staircase instead of eight.

    Raises:
        ProblemError: when nothing is published for the municipality.
    """
    users, stairs = (_with_figures(page, i, place) for i in (USERS, STAIRCASE))
    tables = [p for p in page.catalogue.all() if in_region(p, place.number) and not p.discontinued]
    if not tables:
        raise not_found(VALUE, page.say("nothing_for_place", name=place.name))
    stairway = staircase(page, stairs, place, LONG_STEPS if all_steps else SHORT_STEPS) if stairs else None
    shown = [f for s in stairway.steps for f in (*s.shares, s.persons)] if stairway else []
    series = trend(page, users, place) if users else []
    return page.html(
        "municipality.html",
        place=place,
        users=users,
        stairs=stairs,
        tables=tables,
        notes=region_notes([p for p in (users, stairs) if p], place),
        key_figures=key_figures(page, users, place) if users else [],
        staircase=stairway,
        all_steps=all_steps,
        series=series,
        used=_symbols(shown),
        used_over_years=_symbols([f for one in series for f in one.figures]),
    )


def _symbols(figures: Iterable[Figure]) -> list[CellStatus]:
    return sorted({f.status for f in figures} - {CellStatus.VALUE})


def _with_figures(page: Page, table_id: str, place: Place) -> Published | None:
    published = page.catalogue.get(table_id)
    return published if published and in_region(published, place.number) else None
