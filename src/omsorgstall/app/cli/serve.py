"""``omsorgstall serve``: the pages and the StatBank interface over the released editions."""

from typing import Annotated

import typer
import uvicorn

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.settings import Places
from omsorgstall.app.web import WebSettings, create_app
from omsorgstall.publish import Site
from omsorgstall.releases import ReleaseStore

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8060,
) -> None:
    """Serve what is released: pages at /, the StatBank interface at /api/v2. Ends with Ctrl+C."""
    releases = ReleaseStore(Places.find(store).releases)
    console.print(f"Serving http://{host}:{port}/ (pages) and http://{host}:{port}/api/v2 (StatBank interface).")
    serve_pages(releases, host, port)


def serve_pages(releases: ReleaseStore, host: str, port: int) -> None:
    """Serve until interrupted; pages of figures about made-up people say so at the top."""
    made_up = any("made_up" in releases.current(table).lineage for table in releases.table_ids())
    application = create_app(releases, WebSettings(site=Site(synthetic=made_up)))
    uvicorn.run(application, host=host, port=port, log_level="warning")
