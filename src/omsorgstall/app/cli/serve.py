"""``omsorgstall serve``: the pages and the StatBank interface over the released editions."""

from typing import Annotated

import typer
import uvicorn

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.settings import Places
from omsorgstall.app.web import WebSettings, create_app
from omsorgstall.releases import ReleaseStore

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8060,
    public_address: Annotated[
        str, typer.Option(help="Scheme and host as readers see them, such as https://stat.example.no; else as they asked.")
    ] = "",
) -> None:
    """Serve what is released: pages at /, the StatBank interface at /api/v2. Ends with Ctrl+C.

    Example: omsorgstall serve --store /srv/care/store --public-address https://stat.example.no
    """
    releases = ReleaseStore(Places.find(store).releases)
    if not releases.editions():
        console.print(f"Nothing is released in {releases.path} yet; the pages show the first edition when it comes.")
    console.print(f"Serving http://{host}:{port}/ (pages) and http://{host}:{port}/api/v2 (StatBank interface).")
    serve_pages(releases, host, port, public_address)


def serve_pages(releases: ReleaseStore, host: str, port: int, public_address: str = "") -> None:
    """Serve until interrupted."""
    application = create_app(releases, WebSettings(public_address=public_address))
    uvicorn.run(application, host=host, port=port, log_level="warning")
