"""Where a figure comes from, as plain data: assembled from what the caller knows, nothing is computed or read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from omsorgstall.codes import regions
from omsorgstall.core import Text
from omsorgstall.engine import Step
from omsorgstall.register import Submission
from omsorgstall.register.delivery import SubmissionKind
from omsorgstall.register.vintage import Substitution
from omsorgstall.statistics.definition import TableDefinition, table_definitions
from omsorgstall.statistics.key_figures import KEY_FIGURES, key_figures
from omsorgstall.tables import CellStatus, Content, TableModel
from omsorgstall.tables.derived import DENOMINATOR, NUMERATOR

_STATUS = {
    CellStatus.VALUE: Text("Tallet er publisert.", "Talet er publisert.", "The figure is published."),
    CellStatus.TRUE_ZERO: Text(
        "Tallet er null: ingen er talt her.", "Talet er null: ingen er talde her.", "The figure is zero: nobody is counted here."
    ),
    CellStatus.SUPPRESSED: Text(
        "Tallet er skjult for å verne enkeltpersoner: det er lite, eller et lite tall kunne regnes ut fra det.",
        "Talet er skjult for å verne enkeltpersonar: det er lite, eller eit lite tal kunne reknast ut frå det.",
        "The figure is hidden to protect persons: it is small, or a small figure could be worked out from it.",
    ),
    CellStatus.NOT_APPLICABLE: Text(
        "Her kan det ikke finnes noe tall.", "Her kan det ikkje finnast noko tal.", "There can be no figure here."
    ),
    CellStatus.MISSING: Text(
        "Tallet mangler: området har ikke levert for året.",
        "Talet manglar: området har ikkje levert for året.",
        "The figure is missing: the area did not deliver for the year.",
    ),
}


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One dimension of the cell with the member chosen."""

    dimension: str
    label: Text
    code: str
    member: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything a figure rests on.

    Attributes:
        official: number of the official table it follows; empty for our own.
        version: of the definition the figure was made by.
        measure: label of the content; ``formula`` how it is counted, in words.
        vintage: name of the frozen list of submissions; empty when not known.
        submissions: those of the region and year of the cell, batches before the event messages that move them on.
        edits: sets of edits of records in the region and year, in the order they are applied.
        substitutions: what stands in for municipalities of the region that did not deliver the year.
        steps: what the engine ran.
        command: makes the table again.
    """

    table: str
    title: Text
    official: str
    version: str
    measure: Text
    unit: Text
    cell: tuple[Coordinate, ...]
    formula: Text
    notes: tuple[Text, ...]
    approximation: bool
    status: Text
    vintage: str
    lineage: Mapping[str, str]
    submissions: tuple[Submission, ...]
    edits: tuple[Submission, ...]
    substitutions: tuple[Substitution, ...]
    steps: tuple[Step, ...]
    command: str


def explain(
    model: TableModel,
    content_id: str,
    cell: Mapping[str, str],
    *,
    status: CellStatus = CellStatus.VALUE,
    lineage: Mapping[str, str],
    submissions: Iterable[Submission] = (),
    substitutions: Iterable[Substitution] = (),
    steps: Iterable[Step] = (),
) -> Explanation:
    """What a cell rests on.

    Args:
        cell: code per dimension; a dimension left out is at its total.
        status: of the released cell.
        lineage: of the table, such as ``vintage`` and ``definition_version``.
        submissions: all of the vintage; those of the cell are picked. ``substitutions`` likewise.

    Raises:
        KeyError: when the table has no such content, dimension or code, or a dimension without a total is left out.
    """
    content = model.content(content_id)
    chosen = _coordinates(model, cell)
    codes = {c.dimension: c.code for c in chosen}
    definition = _defined(model, content, codes, lineage.get("definition_version", ""))
    within = regions()[codes["Region"]].municipalities
    here = [s for s in submissions if not s.municipalities.isdisjoint(within)]
    known = {s.id for s in here}
    instead = tuple(s for s in substitutions if str(s.data_year) == codes["Tid"] and s.submission in known)
    return Explanation(
        table=model.id,
        title=model.title,
        official=definition.official,
        version=definition.version,
        measure=content.label,
        unit=definition.unit,
        cell=chosen,
        formula=definition.formula,
        notes=(*definition.notes, *model.notes),
        approximation=model.approximation,
        status=_STATUS[status],
        vintage=lineage.get("vintage", ""),
        lineage=dict(lineage),
        submissions=_behind(here, instead, codes["Tid"]),
        edits=_edits(here, instead, codes["Tid"]),
        substitutions=instead,
        steps=tuple(steps),
        command=_command(model.id, codes, lineage.get("vintage", "")),
    )


@dataclass(frozen=True, slots=True)
class _Defined:
    """What the definition of a cell says of it."""

    official: str
    version: str
    unit: Text
    formula: Text
    notes: tuple[Text, ...] = ()


def _defined(model: TableModel, content: Content, codes: Mapping[str, str], made_by: str) -> _Defined:
    """A key figure's own definition, or that of the table."""
    if model.id != KEY_FIGURES:
        definition = table_definitions()[model.id]
        return _Defined(definition.official, made_by or str(definition.version), content.unit, _formula(definition, content))
    figure = key_figures()[codes["Nokkeltall"]]
    formulas = {NUMERATOR: figure.above, DENOMINATOR: figure.below}
    unit = content.unit if content.id in formulas else figure.unit
    return _Defined(figure.official, str(figure.version), unit, formulas.get(content.id, figure.formula()), (figure.told(),))


def _coordinates(model: TableModel, cell: Mapping[str, str]) -> tuple[Coordinate, ...]:
    unknown = set(cell) - {d.id for d in model.dimensions}
    if unknown:
        raise KeyError(f"Table {model.id} has no dimension {sorted(unknown)[0]}.")
    found = []
    for dimension in model.dimensions:
        code = cell.get(dimension.id, dimension.elimination)
        members = {m.code: m for m in dimension.members}
        if code not in members:
            raise KeyError(f"Dimension {dimension.id} of table {model.id} has no code {code}.")
        found.append(Coordinate(dimension.id, dimension.label, code, members[code].label))
    return tuple(found)


def _formula(definition: TableDefinition, content: Content) -> Text:
    """The definition's own words, led by what the content is called when the table has several."""
    words, name = definition.formula, content.label
    if len(definition.contents) == 1:
        return words
    return Text(f"{name.nb}: {words.nb}", f"{name.nn}: {words.nn}", f"{name.en}: {words.en}")


def _behind(here: Sequence[Submission], instead: Sequence[Substitution], year: str) -> tuple[Submission, ...]:
    """The annual batches of the year or what stands in for them, and the messages with something registered after one of them."""
    standing_in = {s.submission for s in instead}
    sent = [s for s in here if s.kind == SubmissionKind.ANNUAL and (str(s.data_year) == year or s.id in standing_in)]
    repeated = {s.submission for s in instead if s.years}
    taken = {s.municipality: s.extracted_at for s in sent if s.id not in repeated}
    return (*sent, *(s for s in here if s.kind == SubmissionKind.EVENTS and _later(s, taken.get(s.municipality))))


def _edits(here: Sequence[Submission], instead: Sequence[Substitution], year: str) -> tuple[Submission, ...]:
    """The edit sets of the year, and those of a year that stands in for it."""
    senders = {(s.municipality, s.by_year) for s in instead}
    sets = [s for s in here if s.kind == SubmissionKind.EDITS]
    return tuple(s for s in sets if str(s.data_year) == year or (s.municipality, s.data_year) in senders)


def _later(message: Submission, taken: datetime | None) -> bool:
    return taken is not None and message.registered_until is not None and message.registered_until > taken


def _command(table: str, codes: Mapping[str, str], vintage: str) -> str:
    from_vintage = f" --vintage {vintage}" if vintage else ""
    return f"omsorgstall tables {table}{from_vintage} --region {codes['Region']} --year {codes['Tid']}"
