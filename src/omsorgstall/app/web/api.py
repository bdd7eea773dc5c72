"""Routes of the StatBank interface."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from omsorgstall.app.web.settings import WebSettings
from omsorgstall.app.web.throttle import Throttle
from omsorgstall.publish.pxweb import Answer, ProblemError, StatBank, parameters
from omsorgstall.publish.pxweb.problems import PARAMETER, refused

BASE = "/api/v2"
ALIAS = "/api/pxwebapi/v2"
MAX_BODY = 1_000_000
"""Bytes of a POST; a selection of every municipality is a few thousand."""
SAFE = {"X-Content-Type-Options": "nosniff"}
"""Files are what they say they are; a browser shall not guess."""


def add_statbank(app: FastAPI, bank: StatBank, settings: WebSettings) -> None:
    """Put the interface on the server, with its errors."""
    routes = _Routes(bank, settings)
    app.include_router(routes.router(), prefix=BASE, tags=["PxWebApi 2"])
    app.add_exception_handler(ProblemError, _problem)


async def _problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        raise error
    headers = {"Cache-Control": "no-store", **SAFE}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(error.json(), error.status, headers, "application/problem+json")


class _Routes:
    """The addresses below the base; each counts against the client's limit except the configuration."""

    def __init__(self, bank: StatBank, settings: WebSettings) -> None:
        self._bank = bank
        self._public = settings.public_address.rstrip("/")
        self._throttle = Throttle(settings.limits, time.monotonic)

    def router(self) -> APIRouter:
        """The routes. Paths come in lower case from ``paths.LowerCasePaths``."""
        router = APIRouter()
        for path, endpoint in self._gets().items():
            router.add_api_route(path, endpoint, methods=["GET"], response_class=Response)
        router.add_api_route("/tables/{table_id}/data", self.post_data, methods=["POST"], response_class=Response)
        return router

    def _gets(self) -> dict[str, Callable[..., Awaitable[Response]]]:
        return {
            "/config": self.config,
            "/tables": self.tables,
            "/tables/{table_id}": self.table,
            "/tables/{table_id}/metadata": self.metadata,
            "/tables/{table_id}/defaultselection": self.default_selection,
            "/tables/{table_id}/data": self.data,
            "/codelists/{codelist_id}": self.codelist,
        }

    async def config(self, request: Request) -> Response:
        """Versions, languages, limits and formats. Never limited."""
        return _response(request, self._bank.config())

    async def tables(self, request: Request) -> Response:
        """Tables, with search and paging."""
        return await self._answer(request, lambda given, base: self._bank.tables(given, base, datetime.now(UTC)))

    async def table(self, request: Request, table_id: str) -> Response:
        """One table of the list."""
        return await self._answer(request, lambda given, base: self._bank.table(table_id, given, base))

    async def metadata(self, request: Request, table_id: str) -> Response:
        """Variables, values, units and notes of a table."""
        return await self._answer(request, lambda given, base: self._bank.metadata(table_id, given, base))

    async def default_selection(self, request: Request, table_id: str) -> Response:
        """What is shown when nothing is chosen."""
        return await self._answer(request, lambda given, base: self._bank.default_selection(table_id, given, base))

    async def codelist(self, request: Request, codelist_id: str) -> Response:
        """Values of a codelist."""
        return await self._answer(request, lambda given, base: self._bank.codelist(codelist_id, given, base))

    async def data(self, request: Request, table_id: str) -> Response:
        """Figures, chosen by parameters."""

        def answer(given: dict[str, str], _: str) -> Answer:
            tag = self._bank.data_etag(table_id, given)
            return Answer(b"", etag=tag) if _unchanged(request, tag) else self._bank.data(table_id, given)

        return await self._answer(request, answer)

    async def post_data(self, request: Request, table_id: str) -> Response:
        """Figures, chosen by the body."""
        body = await _body(request)
        answer = await self._answer(request, lambda given, _: self._bank.data(table_id, given, body))
        del answer.headers["ETag"]
        return answer

    async def _answer(self, request: Request, make: Callable[[dict[str, str], str], Answer]) -> Response:
        self._throttle.check(request.client.host if request.client else "")
        given = parameters(request.query_params.multi_items())
        return _response(request, await run_in_threadpool(make, given, self._base(request)))

    def _base(self, request: Request) -> str:
        host = self._public or f"{request.url.scheme}://{request.url.netloc}"
        return host + str(request.scope.get("statbank_base", BASE))


def _response(request: Request, answer: Answer) -> Response:
    headers = {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding", **SAFE, **answer.headers}
    if answer.etag:
        headers["ETag"] = answer.etag
        if _unchanged(request, answer.etag):
            return Response(status_code=304, headers=headers)
    return Response(answer.body, headers=headers, media_type=answer.media_type)


def _unchanged(request: Request, tag: str) -> bool:
    """Whether the client already has this; a tag that a proxy made weak counts too."""
    if request.method != "GET":
        return False
    sent = [t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")]
    return tag in sent or "*" in sent


async def _body(request: Request) -> object:
    """The JSON of a POST; an empty body is an empty selection.

    Raises:
        ProblemError: when it is no JSON, or too long.
    """
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MAX_BODY:
            raise ProblemError(413, PARAMETER, f"A selection may have {MAX_BODY} bytes.")
    return selection_of(bytes(received))


def selection_of(received: bytes) -> object:
    """The JSON of a body that has arrived.

    Raises:
        ProblemError: when it is no JSON.
    """
    try:
        return (orjson.loads(received) if received.strip() else None) or {}
    except orjson.JSONDecodeError:
        raise refused(PARAMETER, "The body is no valid JSON.") from None
