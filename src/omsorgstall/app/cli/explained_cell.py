"""What a cell of a sum report or ad hoc table rests on, told on the command line to those who may see it."""

import math
import shlex

from rich.markup import escape

from omsorgstall.app.cli.options import results
from omsorgstall.core import format_number
from omsorgstall.statistics.sum_reports.explaining import ExplainedCell

MOST_LISTED = 10


def show_cell(found: ExplainedCell, command: str, language: str) -> None:
    """Tell definition, figure, counts before protection, submissions, and the command that makes the table again."""
    model, lineage = found.table.model, found.table.lineage
    _say("Table", f"{model.id} {model.title.in_language(language)} (definition version {found.version})")
    for dimension, member in found.cell:
        _say(dimension.in_language(language), member.in_language(language))
    _say("Measure", f"{found.content.label.in_language(language)}, {found.content.unit.in_language(language)}")
    _say("Figure", "–" if math.isnan(found.value) else format_number(found.value, found.content.decimals, language))
    _say("Formula", found.counted.in_language(language))
    _say("Population", found.population.in_language(language))
    services = "" if found.behind.services is None else f", {found.behind.services} services"
    _say("Behind", f"{found.behind.persons} persons, {found.behind.rows} rows{services}; before any protection")
    for name, value in lineage.items():
        if name in ("services", "units") or name.startswith("only "):
            _say("Chosen", f"{name.removeprefix('only ')}: {value}")
    _say("Vintage", f"{lineage['vintage']}; {len(found.submissions)} submissions stand behind the cell")
    for submission in found.submissions[:MOST_LISTED]:
        _say("  ", submission.id)
    for note in model.notes:
        _say("Note", note.in_language(language))
    _say("Make it again", f"{command} --vintage {shlex.quote(lineage['vintage'])}")


def _say(label: str, text: str) -> None:
    results.print(f"[bold]{escape(label)}[/] {escape(text)}")
