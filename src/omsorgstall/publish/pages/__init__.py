"""The web pages: what they show, worked out from released tables, and their HTML. No web framework, no JavaScript."""

from omsorgstall.publish.pages.municipality import municipality_page
from omsorgstall.publish.pages.places import Place, find_places, place_of
from omsorgstall.publish.pages.precheck import PRECHECK_ADDRESS, precheck_page
from omsorgstall.publish.pages.render import Page, Static
from omsorgstall.publish.pages.simple import about_page, error_page, front_page, origin_page, places_page
from omsorgstall.publish.pages.table import table_page

__all__ = [
    "PRECHECK_ADDRESS",
    "Page",
    "Place",
    "Static",
    "about_page",
    "error_page",
    "find_places",
    "front_page",
    "municipality_page",
    "origin_page",
    "place_of",
    "places_page",
    "precheck_page",
    "table_page",
]
