"""``omsorgstall own``: one municipality's own sum reports as pages on this machine."""

from typing import Annotated

import typer
import uvicorn

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, results
from omsorgstall.app.cli.report import owner_of
from omsorgstall.app.pipeline.report_desk import ReportDesk
from omsorgstall.app.settings import Places
from omsorgstall.app.web.own import create_own_app, first_address, new_key

HOST = "127.0.0.1"
PURPOSE = "sum report"
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _own(
    municipality: Annotated[str, typer.Option(help="The municipality whose figures they are.")] = "",
    vintage: Annotated[str | None, typer.Option(help="The vintage; the newest when left out.")] = None,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8061,
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Show one municipality's own sum reports as pages, where rows, columns and years are chosen by a form. Ends with Ctrl+C.

    Own figures are not protected: the pages answer this machine alone, and only the address that is printed.
    Every reading is logged.

    Example: omsorgstall own --municipality 4204
    """
    owner, key = owner_of(municipality), new_key()
    scope = Scope.owner(owner, PURPOSE, who)
    with ReportDesk(Places.find(store), vintage, scope, owner) as desk:
        application = create_own_app(desk, Grant(owner, scope), language, key)
        console.print("The figures are unprotected: they are for the municipality alone. Ends with Ctrl+C.")
        results.print(first_address(HOST, port, key), markup=False)
        uvicorn.run(application, host=HOST, port=port, log_level="warning", server_header=False)
