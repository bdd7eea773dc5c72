"""Settings of the web server."""

from dataclasses import dataclass, field

from omsorgstall.publish import Site
from omsorgstall.publish.pxweb import Limits

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class PrecheckLimits:
    """What the page that checks files before they are sent may cost. Everything is held in memory.

    Attributes:
        megabytes: of what is sent, and of the content of a zip file unpacked.
        at_once: files received and checked at the same time; others are asked to wait.
        seconds: to receive a file.
    """

    megabytes: int = 200
    at_once: int = 2
    seconds: int = 300

    @property
    def most_bytes(self) -> int:
        """The largest file."""
        return self.megabytes * MEGABYTE


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the server behaves.

    Attributes:
        public_address: scheme and host as readers see them, such as ``https://stat.example.no``; empty to use the request's.
        precheck: the page that checks files before they are sent; None when there is none.
    """

    site: Site = field(default_factory=Site)
    limits: Limits = field(default_factory=Limits)
    public_address: str = ""
    precheck: PrecheckLimits | None = None
