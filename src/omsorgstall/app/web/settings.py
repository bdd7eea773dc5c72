"""Settings of the web server."""

from dataclasses import dataclass, field

from omsorgstall.publish import Site
from omsorgstall.publish.pxweb import Limits


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the server behaves.

    Attributes:
        public_address: scheme and host as readers see them, such as ``https://stat.example.no``; empty to use the request's.
    """

    site: Site = field(default_factory=Site)
    limits: Limits = field(default_factory=Limits)
    public_address: str = ""
