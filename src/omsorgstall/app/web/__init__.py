"""The web server: the StatBank interface and the pages, wired to a source of released tables."""

from omsorgstall.app.web.server import create_app
from omsorgstall.app.web.settings import PrecheckLimits, WebSettings

__all__ = ["PrecheckLimits", "WebSettings", "create_app"]
