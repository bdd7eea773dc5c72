"""``omsorgstall deliveries``: who has sent what, who is late, and drafts of reminders."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, results, write_private, years_of
from omsorgstall.app.pipeline.following_deliveries import follow_deliveries
from omsorgstall.app.settings import Places
from omsorgstall.codes.deadlines import PRELIMINARY
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.editing import end_of
from omsorgstall.publish import Site
from omsorgstall.publish.delivery_board import board_excel, board_json, board_lines
from omsorgstall.publish.delivery_page import board_html
from omsorgstall.publish.reminders import addressees_of, reminders
from omsorgstall.tables import Report

_SITE = Site()
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def _deliveries(
    years: Annotated[str, typer.Option(help="A year or a range; the newest is told in full. All when left out.")] = "",
    at: Annotated[str, typer.Option(help="As it was at the end of this day (2024-03-15); now when left out.")] = "",
    deadline: Annotated[str, typer.Option(help="Held against: batch, preliminary, corrections or final.")] = PRELIMINARY,
    html: Annotated[Path | None, typer.Option(help="Write the board as a page.")] = None,
    excel: Annotated[Path | None, typer.Option(help="Write the board as a workbook.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the board as JSON.")] = None,
    remind: Annotated[Path | None, typer.Option(help="Folder for drafts of reminders. Nothing is sent.")] = None,
    addressees: Annotated[Path | None, typer.Option(help="CSV file: municipality, address, language (nb or nn).")] = None,
    publisher: Annotated[str, typer.Option(help="Who writes the reminders.")] = _SITE.name,
    mail: Annotated[str, typer.Option(help="Where they come from and are answered.")] = _SITE.mail,
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who looks; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Show who has sent what and who is late, with response day by day; draft reminders as e-mail that you send yourself.

    Example: omsorgstall deliveries --years 2024 --html board.html --remind drafts --addressees contacts.csv
    """
    scope = Scope.national("following up deliveries", who)
    moment = _moment(at)
    chosen = years_of(years) if years else ()
    board = follow_deliveries(Places.find(store), chosen, moment, deadline, scope)
    grant = Grant(board.owner, scope)
    for line in board_lines(board.content, language):
        results.print(line, markup=False)
    if html:
        write_private(html, board_html(board, grant, language).encode())
    if excel:
        write_private(excel, board_excel(board, grant, language))
    if json:
        write_private(json, board_json(board, grant))
    if remind:
        _draft(remind, board, grant, addressees, Site(name=publisher, mail=mail))


def _draft(folder: Path, board: Report, grant: Grant, addressees: Path | None, site: Site) -> None:
    known = addressees_of(addressees.read_text("utf-8")) if addressees else {}
    drafts = reminders(board, grant, known, site)
    for draft in drafts:
        write_private(folder / draft.file_name, draft.content)
    without = sum(d.municipality not in known for d in drafts)
    console.print(f"Drafted {len(drafts)} reminders in {folder}, {without} without an address. Nothing is sent.", soft_wrap=True)


def _moment(text: str) -> datetime:
    """The end of a day in Norway, or now."""
    if not text:
        return datetime.now(UTC)
    try:
        return end_of(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date())
    except ValueError:
        what = f"{text!r} is no day."
        raise OmsorgstallError(ErrorFamily.USAGE, "bad-day", what, todo="Write it as 2024-03-15.") from None
