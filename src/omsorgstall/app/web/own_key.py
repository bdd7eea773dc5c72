"""Lets in who holds the key of this run of the server, from this machine: the address holds it once, a cookie from then on."""

import secrets
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

KEY = "nokkel"
LOCAL = ("127.0.0.1", "localhost")


class OwnKey:
    """Middleware in front of own figures.

    Args:
        key: of this run.
        refusal: makes the answer to anyone else.
    """

    def __init__(self, app: ASGIApp, key: str, refusal: Callable[[], Response]) -> None:
        self._app, self._key, self._refusal = app, key, refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, let in, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> ASGIApp:
        # Another name for this machine would let a page elsewhere read through the reader's browser.
        if request.url.hostname not in LOCAL:
            return self._refusal()
        # Cookies are shared between ports, so that another server's must not stand in the way.
        cookie = f"omsorgstall_{request.url.port}"
        if self._fits(request.cookies.get(cookie, "")) and KEY not in request.query_params:
            return self._app
        if not self._fits(request.query_params.get(KEY, "")):
            return self._refusal()
        rest = urlencode([pair for pair in parse_qsl(request.url.query) if pair[0] != KEY])
        into = RedirectResponse(request.url.path + (f"?{rest}" if rest else ""), 303, {"Cache-Control": "no-store"})
        into.set_cookie(cookie, self._key, httponly=True, samesite="strict")
        return into

    def _fits(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._key.encode())
