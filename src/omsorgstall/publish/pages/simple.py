"""The front page, the pages about the service and where a table comes from, and pages for errors."""

from collections.abc import Sequence

from omsorgstall.publish.cube import Role
from omsorgstall.publish.explain import facts_of, lineage_of
from omsorgstall.publish.pages.places import Place, all_places
from omsorgstall.publish.pages.render import Page
from omsorgstall.publish.pxweb.problems import ProblemError
from omsorgstall.publish.source import Published


def front_page(page: Page) -> str:
    """What this is, search for a municipality, and the tables."""
    tables = [p for p in page.catalogue.all() if not p.discontinued]
    return page.html("front.html", tables=tables, places=published_places(page), edition=page.catalogue.edition())


def published_places(page: Page) -> list[Place]:
    """Municipalities that any table has figures for, by name."""
    codes: set[str] = set()
    for published in page.catalogue.all():
        region = published.of_role(Role.REGION)
        codes |= set(region.codes()) if region else set()
    return sorted((p for p in all_places().values() if p.number in codes), key=lambda p: p.name.lower())


def places_page(page: Page, wanted: str, found: Sequence[Place]) -> str:
    """Several or no municipalities that answer to a search."""
    return page.html("places.html", wanted=wanted, found=found, places=published_places(page))


def about_page(page: Page) -> str:
    """What the figures are, symbols, and how to use the interface."""
    return page.html("about.html", tables=page.catalogue.all())


def origin_page(page: Page, published: Published) -> str:
    """Where the figures of a table come from."""
    return page.html(
        "origin.html",
        published=published,
        facts=facts_of(published, page.language),
        lineage=lineage_of(published, page.language),
    )


def error_page(page: Page, problem: ProblemError) -> str:
    """A page that says what is wrong and where to go. After a fault of ours it asks the tables for nothing."""
    return page.html("error.html", problem=problem, places=[] if problem.status >= 500 else published_places(page))
