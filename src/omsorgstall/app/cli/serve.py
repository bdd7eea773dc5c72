"""``omsorgstall serve``: the pages and the StatBank interface over the released editions."""

from typing import Annotated

import typer
import uvicorn

from omsorgstall.app.cli.options import StoreOption, console
from omsorgstall.app.settings import Places
from omsorgstall.app.web import create_app
from omsorgstall.releases import ReleaseStore

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8060,
) -> None:
    """Serve what is released: pages at /, the StatBank interface at /api/v2. Ends with Ctrl+C."""
    places = Places.find(store)
    console.print(f"Serving http://{host}:{port}/ (pages) and http://{host}:{port}/api/v2 (StatBank interface).")
    uvicorn.run(create_app(ReleaseStore(places.releases)), host=host, port=port, log_level="warning")
