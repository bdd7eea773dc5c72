"""Makes the server from a source of released tables."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

from omsorgstall import __version__
from omsorgstall.app.web.api import add_statbank
from omsorgstall.app.web.pages import add_pages
from omsorgstall.app.web.paths import HeadAsGet, LowerCasePaths
from omsorgstall.app.web.precheck import add_precheck
from omsorgstall.app.web.settings import WebSettings
from omsorgstall.publish import Catalogue, TableSource
from omsorgstall.publish.pxweb import StatBank

READABLE = ("Content-Disposition", "ETag", "Retry-After", "Warning")
"""Headers a program in another site's page may read."""


def create_app(source: TableSource, settings: WebSettings | None = None) -> FastAPI:
    """The web server over a source of released tables. Nothing else can be reached through it.

    With ``settings.precheck`` it takes files to check too, which it keeps in memory for that time only.
    """
    settings = settings or WebSettings()
    catalogue = Catalogue(source)
    app = FastAPI(title=settings.site.name, version=__version__, docs_url=None, redoc_url=None)
    add_statbank(app, StatBank(catalogue, settings.site, settings.limits, __version__), settings)
    add_pages(app, catalogue, settings)
    if settings.precheck:
        add_precheck(app, catalogue, settings, settings.precheck)
    app.add_api_route("/healthz", _ready(catalogue), methods=["GET"], include_in_schema=False)
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"], expose_headers=READABLE
    )
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(LowerCasePaths)
    app.add_middleware(HeadAsGet)
    return app


def _ready(catalogue: Catalogue) -> Callable[[], dict[str, object]]:
    def ready() -> dict[str, object]:
        """Whether the server answers, and which edition it shows."""
        return {"status": "ok", "edition": catalogue.edition(), "tables": len(catalogue.all())}

    return ready
