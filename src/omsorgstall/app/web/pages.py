"""Routes of the pages for people, with strict security headers. No JavaScript anywhere."""

from collections.abc import Callable
from functools import lru_cache

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from omsorgstall.app.web.settings import WebSettings
from omsorgstall.publish import Catalogue, Published
from omsorgstall.publish.charts import NARROW, WIDE
from omsorgstall.publish.pages import (
    Page,
    Place,
    Static,
    about_page,
    error_page,
    find_places,
    front_page,
    municipality_page,
    origin_page,
    place_of,
    places_page,
    table_page,
)
from omsorgstall.publish.pages.figures import staircase_chart, table_chart, trend_chart
from omsorgstall.publish.pages.profile import LONG_STEPS, SHORT_STEPS, STAIRCASE, USERS, in_region
from omsorgstall.publish.pages.table import ROWS, read_choice
from omsorgstall.publish.pxweb import ProblemError, parameters
from omsorgstall.publish.pxweb.problems import PAGE, TABLE, VALUE, not_found

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOREVER = "public, max-age=31536000, immutable"
CHARTS_KEPT = 512
FAULTS = {
    404: (PAGE, "Adressen {path} finnes ikke.", "There is no address {path}."),
    405: ("Method not allowed", "Adressen {path} kan bare leses.", "The address {path} does not take this method."),
    500: ("Internal error", "Feilen er vår. Prøv igjen litt senere.", "The fault is ours. Try again later."),
}
"""Title, and what went wrong in Norwegian for pages and in English for the interface, by HTTP status."""


def add_pages(app: FastAPI, catalogue: Catalogue, settings: WebSettings) -> None:
    """Put the pages on the server, and an error page for whatever has no page of its own."""
    routes = _Routes(Page(catalogue, settings.site, prechecks=settings.precheck is not None), settings.public_address.rstrip("/"))
    app.include_router(routes.router(), include_in_schema=False)
    app.add_exception_handler(HTTPException, routes.failed)
    app.add_exception_handler(Exception, routes.failed)


class _Routes:
    """The addresses of the pages."""

    def __init__(self, page: Page, public_address: str) -> None:
        self._page = page
        self._public = public_address
        self._charts = lru_cache(CHARTS_KEPT)(self._draw)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()
        addresses: dict[str, Callable[..., object]] = {
            "/": self.front,
            "/om": self.about,
            "/kommune": self.search,
            "/kommune/{place}": self.place,
            "/kommune/{place}/trapp.svg": self.staircase,
            "/kommune/{place}/utvikling.svg": self.trend,
            "/tabell/{table_id}": self.table,
            "/tabell/{table_id}/opphav": self.origin,
            "/tabell/{table_id}/figur.svg": self.figure,
            "/statisk/{digest}/{name:path}": self.static,
        }
        for address, endpoint in addresses.items():
            router.add_api_route(address, endpoint, methods=["GET"], response_class=HTMLResponse)
        return router

    async def _html(self, make: Callable[[], str]) -> Response:
        try:
            return HTMLResponse(await run_in_threadpool(make), headers={**HEADERS, "Cache-Control": "public, max-age=60"})
        except ProblemError as problem:
            return self._error(problem)

    def _error(self, problem: ProblemError) -> Response:
        return HTMLResponse(error_page(self._page, problem), problem.status, {**HEADERS, "Cache-Control": "no-store"})

    async def failed(self, request: Request, error: Exception) -> Response:
        """An address that is none, or a fault of ours: a page that helps, or a problem object below the interface."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, norwegian, english = FAULTS.get(status, FAULTS[500])
        if request.url.path.startswith("/api/"):
            body = ProblemError(status, title, english.format(path=request.url.path)).json()
            answer = Response(body, status, {**HEADERS, "Cache-Control": "no-store"}, "application/problem+json")
        else:
            answer = self._error(ProblemError(status, title, norwegian.format(path=request.url.path)))
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer

    async def front(self) -> Response:
        """The front page."""
        return await self._html(lambda: front_page(self._page))

    async def about(self) -> Response:
        """About the figures."""
        return await self._html(lambda: about_page(self._page))

    async def search(self, navn: str = "") -> Response:
        """Search for a municipality: one hit leads to its page."""
        found = find_places(navn)
        if len(found) == 1:
            return RedirectResponse(found[0].path, 303, HEADERS)
        body = await run_in_threadpool(places_page, self._page, navn, found)
        return HTMLResponse(body, 200 if found or not navn else 404, HEADERS)

    async def place(self, request: Request, place: str, trinn: str = "") -> Response:
        """A municipality; former numbers and other spellings lead to its address."""
        found = place_of(place)
        if found is None:
            return self._error(not_found(VALUE, f"Det finnes ingen kommune {place}."))
        if f"/kommune/{place}" != found.path:
            return RedirectResponse(found.path + (f"?{request.url.query}" if request.url.query else ""), 308, HEADERS)
        return await self._html(lambda: municipality_page(self._page, found, trinn == "16"))

    async def table(self, request: Request, table_id: str) -> Response:
        """A table."""
        given = parameters(request.query_params.multi_items())
        host = self._public or f"{request.url.scheme}://{request.url.netloc}"
        return await self._html(lambda: table_page(self._page, self._published(table_id), given, host))

    async def origin(self, table_id: str) -> Response:
        """Where a table comes from."""
        return await self._html(lambda: origin_page(self._page, self._published(table_id)))

    async def figure(self, request: Request, table_id: str) -> Response:
        """The chart of a table's page."""
        published = self._page.catalogue.get(table_id)
        known = {ROWS, "bredde", *(v.id.lower() for v in published.variables)} if published else set()
        given = parameters(request.query_params.multi_items())
        # What is no choice is left out, so that the charts kept are not crowded out by addresses made up.
        return await self._svg("table", table_id.lower(), tuple(sorted((k, v) for k, v in given.items() if k in known)))

    async def staircase(self, place: str, trinn: str = "", bredde: str = "") -> Response:
        """The chart of the care staircase."""
        return await self._svg("staircase", place, (("trinn", trinn), ("bredde", bredde)))

    async def trend(self, place: str, bredde: str = "") -> Response:
        """The chart of users over the years."""
        return await self._svg("trend", place, (("bredde", bredde),))

    async def _svg(self, kind: str, subject: str, given: tuple[tuple[str, str], ...]) -> Response:
        try:
            edition = self._page.catalogue.edition()
            drawn = await run_in_threadpool(self._charts, edition, kind, subject, given)
        except ProblemError as problem:
            return self._error(problem)
        return Response(drawn, headers={**HEADERS, "Cache-Control": "public, max-age=300"}, media_type="image/svg+xml")

    def _draw(self, _edition: str, kind: str, subject: str, given: tuple[tuple[str, str], ...]) -> str:
        """A chart; kept for the edition, since drawing takes a tenth of a second."""
        chosen = dict(given)
        width = WIDE if chosen.pop("bredde", "") == "bred" else NARROW
        if kind == "table":
            return table_chart(self._page, read_choice(self._published(subject), chosen), width)
        place = self._place(subject)
        if kind == "staircase":
            steps = LONG_STEPS if chosen.get("trinn") == "16" else SHORT_STEPS
            return staircase_chart(self._page, self._with_figures(STAIRCASE, place), place, steps, width)
        return trend_chart(self._page, self._with_figures(USERS, place), place, width)

    def _place(self, text: str) -> Place:
        found = place_of(text)
        if found is None:
            raise not_found(VALUE, f"Det finnes ingen kommune {text}.")
        return found

    def _with_figures(self, table_id: str, place: Place) -> Published:
        published = self._published(table_id)
        if not in_region(published, place.number):
            raise not_found(VALUE, self._page.say("nothing_for_place", name=place.name))
        return published

    def _published(self, table_id: str) -> Published:
        published = self._page.catalogue.get(table_id)
        if published is None:
            raise not_found(TABLE, f"Det finnes ingen tabell {table_id}.")
        return published

    async def static(self, digest: str, name: str) -> Response:
        """A static file; its address holds a digest, so it may be kept for ever."""
        found = Static.all().get(name)
        if found is None or found.address != f"/statisk/{digest}/{name}":
            return self._error(not_found(PAGE, "Filen finnes ikke."))
        return Response(found.content, headers={**HEADERS, "Cache-Control": FOREVER}, media_type=found.media_type)
