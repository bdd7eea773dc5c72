"""Addresses of the StatBank interface in any case, with or without a trailing slash, and under the alias."""

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
