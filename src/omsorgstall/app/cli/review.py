"""``omsorgstall review``: what in a vintage's figures stands out, ranked by what it does to the national figures."""

from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.access import Grant, Scope
from omsorgstall.app.cli.internal_files import refuse_in_store, write_internal
from omsorgstall.app.cli.options import LanguageOption, StoreOption, console, results, shown_progress
from omsorgstall.app.pipeline.reviewing import Reviewed, review_vintage
from omsorgstall.app.settings import Places
from omsorgstall.publish.work_list import about_lines, item_lines, report_json, work_list_excel

app = typer.Typer(add_completion=False, rich_markup_mode=None)
PURPOSE = "review of the figures"


@app.command()
def _review(
    vintage: Annotated[str, typer.Argument(help="The vintage whose figures are reviewed.")],
    year: Annotated[int | None, typer.Option(help="The year reviewed; the newest when left out.")] = None,
    most: Annotated[int, typer.Option(min=0, help="Lines of the work list that are shown.")] = 20,
    excel: Annotated[Path | None, typer.Option(help="Write the whole work list as a workbook.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the whole work list as JSON.")] = None,
    reports: Annotated[Path | None, typer.Option(help="Folder for what concerns each municipality, as JSON.")] = None,
    language: LanguageOption = "nb",
    who: Annotated[str, typer.Option(help="Who reads the figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """Look for faults in the figures of a vintage, and list them by how much they move the national figures.

    The list is not protected: it is for those who make the statistics, and the reading is logged. A municipality's part
    (--reports) tells no number of other municipalities.

    Example: omsorgstall review 2022-preliminary --excel work-list.xlsx
    """
    scope, places = Scope.national(PURPOSE, who), Places.find(store)
    for path in filter(None, (excel, json, reports)):
        refuse_in_store(places, path)
    with shown_progress() as progress:
        reviewed = review_vintage(places, vintage, scope, year=year, progress=progress)
    _show(reviewed, most, language)
    grant = Grant(reviewed.work_list.owner, scope)
    if excel:
        write_internal(places, excel, work_list_excel(reviewed.work_list, grant, language))
    if json:
        write_internal(places, json, report_json(reviewed.work_list, grant))
    for report in reviewed.reports if reports else ():
        write_internal(places, Path(str(reports)) / f"{report.owner}.json", report_json(report, Grant(report.owner, scope)))


def _show(reviewed: Reviewed, most: int, language: str) -> None:
    content = reviewed.work_list.content
    for line in item_lines(content, most, language):
        results.print(line, markup=False)
    results.print()
    for outcome in reviewed.review.outcomes:
        title, found = outcome.control.title.in_language(language), len(outcome.findings)
        judged = f"{found} of {outcome.judged} ({outcome.not_judged} not judged)"
        results.print(f"{outcome.control.id} {title}: {judged}", markup=False)
    for line in about_lines(content, language):
        console.print(line, highlight=False, soft_wrap=True)
