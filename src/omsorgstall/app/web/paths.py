"""Requests as the routes expect them: addresses of the StatBank interface in any case, and HEAD wherever there is GET."""

from starlette.types import ASGIApp, Receive, Scope, Send

from omsorgstall.app.web.api import ALIAS, BASE


class LowerCasePaths:
    """Rewrites requests below the base or the alias to the form the routes are written in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, rewritten when it concerns the interface."""
        if scope["type"] == "http":
            path = scope["path"].lower()
            for base in (ALIAS, BASE):
                if path == base or path.startswith(base + "/"):
                    rest = path[len(base) :].rstrip("/")
                    scope = {**scope, "path": BASE + rest, "raw_path": (BASE + rest).encode(), "statbank_base": base}
                    break
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD with the headers of GET, for those who watch the service or check links. The server leaves out the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, as a GET when it is a HEAD."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
