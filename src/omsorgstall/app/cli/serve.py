"""``omsorgstall serve``: the pages and the StatBank interface over the released editions."""

from typing import Annotated

import typer
import uvicorn

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.settings import Places
from omsorgstall.app.web import PrecheckLimits, WebSettings, create_app
from omsorgstall.publish import Site
from omsorgstall.publish.pxweb import Limits
from omsorgstall.releases import ReleaseStore

_SITE, _LIMITS, _CALLS = Site(), PrecheckLimits(), Limits()
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8060,
    public_address: Annotated[
        str, typer.Option(help="Scheme and host as readers see them, such as https://stat.example.no; else as they asked.")
    ] = "",
    publisher: Annotated[str, typer.Option(help="Who publishes, as pages, files and the interface name it.")] = _SITE.name,
    mail: Annotated[str, typer.Option(help="Where readers write to.")] = _SITE.mail,
    calls: Annotated[
        int,
        typer.Option(min=0, help=f"Calls one reader may make to the StatBank interface in {_CALLS.window} seconds; 0 for any."),
    ] = _CALLS.calls,
    precheck: Annotated[
        bool, typer.Option("--precheck", help="Also a page that checks files before they are sent. It keeps nothing.")
    ] = False,
    precheck_megabytes: Annotated[int, typer.Option(min=1, help="Largest file that page takes.")] = _LIMITS.megabytes,
    precheck_at_once: Annotated[int, typer.Option(min=1, help="Files it takes at the same time.")] = _LIMITS.at_once,
) -> None:
    """Serve what is released: pages at /, the StatBank interface at /api/v2. Ends with Ctrl+C.

    Example: omsorgstall serve --store /srv/care/store --public-address https://stat.example.no
    """
    releases = ReleaseStore(Places.find(store).releases)
    if not releases.editions():
        console.print(f"Nothing is released in {releases.path} yet; the pages show the first edition when it comes.")
    console.print(f"Serving http://{host}:{port}/ (pages) and http://{host}:{port}/api/v2 (StatBank interface).")
    site = Site(name=publisher, organisation=publisher, mail=mail)
    checks = PrecheckLimits(precheck_megabytes, precheck_at_once) if precheck else None
    settings = WebSettings(site, Limits(calls=calls), public_address=public_address, precheck=checks)
    serve_pages(releases, host, port, settings)


def serve_pages(releases: ReleaseStore, host: str, port: int, settings: WebSettings | None = None) -> None:
    """Serve until interrupted."""
    application = create_app(releases, settings or WebSettings())
    uvicorn.run(application, host=host, port=port, log_level="warning")
