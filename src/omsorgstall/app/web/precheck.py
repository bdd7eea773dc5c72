"""The page where a vendor or a municipality has a file checked before it is sent. The file is held in memory and nowhere else."""

import logging
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from omsorgstall.app.pipeline.prechecking import Prechecked, precheck_held
from omsorgstall.app.pipeline.taking_in import Terms
from omsorgstall.app.web.pages import HEADERS
from omsorgstall.app.web.reception import NotReceivedError, Reception
from omsorgstall.app.web.settings import PrecheckLimits, WebSettings
from omsorgstall.app.web.throttle import Throttle
from omsorgstall.formats.held import HeldFile
from omsorgstall.publish import Catalogue
from omsorgstall.publish.pages import PRECHECK_ADDRESS, Page, precheck_page
from omsorgstall.publish.pxweb import ProblemError
from omsorgstall.publish.receipts import receipt_content, receipt_json

NEVER_KEPT = {**HEADERS, "Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


def add_precheck(app: FastAPI, catalogue: Catalogue, settings: WebSettings, limits: PrecheckLimits) -> None:
    """Put the page on the server."""
    routes = _Routes(Page(catalogue, settings.site, prechecks=True), settings, limits)
    router = APIRouter()
    router.add_api_route(PRECHECK_ADDRESS, routes.form, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route(PRECHECK_ADDRESS, routes.check, methods=["POST"], response_class=HTMLResponse)
    app.include_router(router, include_in_schema=False)


class _Routes:
    """One address: GET is the form, POST the answer, as a page or as JSON."""

    def __init__(self, page: Page, settings: WebSettings, limits: PrecheckLimits) -> None:
        self._page = page
        self._limits = limits
        self._reception = Reception(limits)
        self._throttle = Throttle(settings.limits, time.monotonic)

    async def form(self, sprak: str = "nb") -> Response:
        """The form, in the language asked for."""
        body = await run_in_threadpool(precheck_page, self._in(sprak), self._limits.megabytes)
        return HTMLResponse(body, headers={**HEADERS, "Cache-Control": "public, max-age=60"})

    async def check(self, request: Request, sprak: str = "nb") -> Response:
        """Receive a file and answer what intake would say of it."""
        page, as_json = self._in(sprak), _wants_json(request)
        try:
            self._throttle.check(request.client.host if request.client else "")
            with self._reception.turn():
                file, fields = await self._reception.receive(request)
                found = await run_in_threadpool(_checked, file, _terms(fields), self._limits.most_bytes)
                del file
        except NotReceivedError as problem:
            return await self._refused(page, problem, as_json=as_json)
        except ProblemError as problem:  # too many calls
            waiting = NotReceivedError(problem.status, "not_received_often", problem.title, retry_after=problem.retry_after)
            return await self._refused(page, waiting, as_json=as_json)
        grant = found.grant("page of checks before sending")
        if as_json:
            return Response(receipt_json(found.report, grant), 200, NEVER_KEPT, "application/json")
        body = await run_in_threadpool(precheck_page, page, self._limits.megabytes, report=receipt_content(found.report, grant))
        return HTMLResponse(body, headers=NEVER_KEPT)

    async def _refused(self, page: Page, problem: NotReceivedError, *, as_json: bool) -> Response:
        headers = NEVER_KEPT | ({"Retry-After": str(problem.retry_after)} if problem.retry_after else {})
        told = page.say(problem.key, **problem.values)
        if as_json:
            body = ProblemError(problem.status, problem.title, told).json()
            return Response(body, problem.status, headers, "application/problem+json")
        html = await run_in_threadpool(precheck_page, page, self._limits.megabytes, refusal=told)
        return HTMLResponse(html, problem.status, headers)

    def _in(self, language: str) -> Page:
        return replace(self._page, language=language if language in ("nb", "nn", "en") else "nb")


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _terms(fields: Mapping[str, str]) -> Terms:
    """The terms a form states.

    Raises:
        NotReceivedError: 400 when the year is none.
    """
    year = fields.get("argang", "").strip()
    if year and not (year.isascii() and year.isdecimal() and len(year) == len("2024")):
        raise NotReceivedError(400, "not_received_year", "Illegal year")
    return Terms(int(year) if year else None, test_persons=fields.get("testpersoner", "") in ("ja", "true", "1"))


def _checked(file: HeldFile, terms: Terms, most_bytes: int) -> Prechecked:
    """The check; a fault of ours is told by its kind and place alone, as its message could quote the file."""
    try:
        return precheck_held(file, terms, most_bytes=most_bytes)
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        _log.error("A check before sending failed: %s at %s, line %s", type(error).__name__, at.name, at.lineno)
    raise NotReceivedError(500, "not_received_fault", "Internal error")
