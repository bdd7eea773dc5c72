"""From a request to a table for each municipality: members found, cells laid in arrays, ratios made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from omsorgstall.codes import function_variables
from omsorgstall.core import ErrorFamily, OmsorgstallError, Text
from omsorgstall.engine import Engine
from omsorgstall.measures.facts import Keep
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.sum_reports.ad_hoc import AD_HOC
from omsorgstall.statistics.sum_reports.breakdown import TOTAL, Breakdown
from omsorgstall.statistics.sum_reports.counted import Counted, by_owner
from omsorgstall.statistics.sum_reports.counted_measures import LASTING, PARTS, adds_up
from omsorgstall.statistics.sum_reports.counting import (
    MISSING,
    SCORES,
    Selection,
    cells,
    coordinate,
    outcomes_behind,
    score_cells,
)
from omsorgstall.statistics.sum_reports.durations import DURATIONS, life_tables, with_lasting
from omsorgstall.statistics.sum_reports.footnotes import footnotes
from omsorgstall.statistics.sum_reports.groundwork import Once
from omsorgstall.statistics.sum_reports.happened import Happened
from omsorgstall.statistics.sum_reports.members import Gathered, members
from omsorgstall.statistics.sum_reports.population import Time, is_whole_year
from omsorgstall.statistics.sum_reports.reading import reading
from omsorgstall.statistics.sum_reports.request import Asked
from omsorgstall.statistics.sum_reports.snapshot import Snapshot
from omsorgstall.statistics.sum_reports.specification import Figure
from omsorgstall.statistics.sum_reports.texts import said
from omsorgstall.tables import Composition, Content, ContentKind, Dimension, DimensionKind, Member, OwnerTable, TableModel

Values = NDArray[np.float64]
TIME = "Tid"
_ASSESSMENT_AGE = "assessment_age_median"


def selection(asked: Asked) -> Selection:
    """Whom and what a request counts."""
    return Selection(asked.services, asked.request.units, asked.report.hours_only, asked.kept)


def count(engine: Engine, found: Snapshot | Happened, asked: Asked) -> Counted:
    """Count a report at a date or in a period, for every municipality at once."""
    once = Once(engine)
    counted = _counted(engine, found, asked, once.keep)
    once.forget()
    return counted


def _counted(engine: Engine, found: Snapshot | Happened, asked: Asked, keep: Keep) -> Counted:
    chosen, step = selection(asked), asked.report.id
    if asked.report.of_scores:
        return Counted(found.at, _by_variable(engine.run(score_cells(found, chosen), step=step)))
    made = engine.run(cells(found, chosen, asked.by, _measures(asked), keep), step=step)
    if asked.report.population == DURATIONS and isinstance(found, Happened):
        made = with_lasting(made, engine.run(life_tables(found, chosen, asked.by), step=f"{step}, life tables"))
    if not isinstance(found, Happened) or found.behind is None:
        return Counted(found.at, made)
    return Counted(found.at, made, engine.run(outcomes_behind(found, chosen), step=f"{step}, stays behind"))


def _measures(asked: Asked) -> list[str]:
    named = [f.measure for f in asked.report.figures if f.measure and not f.measure.startswith(LASTING)]
    age = [_ASSESSMENT_AGE] if "assessment_age" in asked.report.tells else []
    return list(dict.fromkeys([*named, *age]))


def _by_variable(wide: pa.Table) -> pa.Table:
    """One row per municipality and variable, from one row per municipality."""
    parts = []
    for variable in function_variables():
        scores = {f"score_{s}": wide[f"{variable.id.lower()}_{s}"] for s in (*SCORES, MISSING)}
        place = {coordinate(0): pa.array([variable.id] * wide.num_rows, pa.string())}
        parts.append(pa.table({"municipality": wide["municipality"], **place, **scores}))
    return pa.concat_tables(parts)


def tables_of_owners(
    asked: Asked, counted: Sequence[Counted], owners: Iterable[str], lineage: Mapping[str, str], settings: Settings
) -> dict[str, OwnerTable]:
    """The report of each municipality, in the order given; zeros where nobody is served."""
    numbers = tuple(owners)
    _refuse_others(counted, numbers)
    split = [by_owner(c, numbers) for c in counted]
    said_of = {**lineage, "report": asked.report.id, "report_version": str(asked.report.version)}
    said_of |= {"need_profile": settings.need_profile.id, **_parameters(asked)}
    return {number: _table(asked, number, [of_time[number] for of_time in split], said_of) for number in numbers}


def _refuse_others(counted: Sequence[Counted], owners: tuple[str, ...]) -> None:
    """Rows of others than the owners mean that a wider scope was opened than the reports are for."""
    seen = {m for c in counted for m in c.cells["municipality"].unique().to_pylist()}
    if len(owners) == 1 and not seen <= set(owners):
        what = f"The report of municipality {owners[0]} may only be made from its own submissions."
        todo = "Open the vintage with the scope of the municipality."
        raise OmsorgstallError(ErrorFamily.ACCESS, "scope-wider-than-owner", what, todo=todo)


def _parameters(asked: Asked) -> dict[str, str]:
    """What was chosen besides the defaults, for the head of the report."""
    request, chosen = asked.request, {}
    if request.services:
        chosen["services"] = ", ".join(map(str, request.services))
    if request.without:
        chosen["services"] = ", ".join(map(str, asked.services))
    if request.units:
        chosen["units"] = ", ".join(request.units)
    if request.diagnoses:
        chosen["only Diagnosegruppe"] = ", ".join(request.diagnoses)
    for breakdown, codes in asked.kept:
        chosen[f"only {breakdown.id}"] = ", ".join(codes)
    for decision, value in request.assume.items():
        chosen[f"only {decision}"] = value
    return chosen


def _table(asked: Asked, owner: str, counted: Sequence[Counted], lineage: Mapping[str, str]) -> OwnerTable:
    model, gathered = _model(asked, counted)
    values = _figures(asked, model, counted, gathered)
    told = replace(model, notes=(*model.notes, *footnotes(asked, counted)))
    return OwnerTable(owner, told, values, lineage, reading(asked.report.reads, model, values))


def _model(asked: Asked, counted: Sequence[Counted]) -> tuple[TableModel, list[Gathered]]:
    """The table's dimensions, and of each what stands in place of others: combinations that few have."""
    report, found = asked.report, [members(asked, n, counted) for n in range(len(asked.by))]
    dimensions = [_dimension(b, some) for b, (some, _) in zip(asked.by, found, strict=True)]
    times = tuple(Member(code, Text.same(code), frozenset({code})) for code in (time_code(c.at) for c in counted))
    time = Dimension(TIME, said(TIME), DimensionKind.TIME, Composition.ADDITIVE, times)
    model = TableModel(
        id=report.id,
        title=report.title,
        dimensions=(*dimensions, time),
        contents=tuple(_content(f, asked) for f in report.figures),
        notes=report.notes,
        description=report.purpose,
        approximation=any(b.id == "Behov" or b.id.startswith("Delmal") for b in asked.by),
    )
    return model, [gathered for _, gathered in found]


def time_code(at: Time) -> str:
    """A date as ``2022-12-31``, a period as ``2022-01-01/2022-12-31`` (ISO 8601)."""
    return at.isoformat() if isinstance(at, date) else f"{at.first.isoformat()}/{at.last.isoformat()}"


def _dimension(breakdown: Breakdown, found: tuple[Member, ...]) -> Dimension:
    several = breakdown.several or breakdown.total is None
    composition = Composition.UNION if several else Composition.ADDITIVE
    total = TOTAL if breakdown.total else None
    return Dimension(breakdown.id, breakdown.label, DimensionKind.CLASSIFICATION, composition, found, total)


def content_of(figure: Figure) -> Content:
    """A figure of a report as the content of a table."""
    kind = ContentKind.RATIO if figure.ratio else ContentKind.PERSONS if figure.measure == "persons" else ContentKind.AMOUNT
    return Content(figure.id, figure.label, kind, figure.unit, figure.decimals, published=figure.shown, stock=True)


def _content(figure: Figure, asked: Asked) -> Content:
    chosen = () if asked.report.id == AD_HOC else asked.request.figures
    wanted = figure.id in chosen if chosen else not figure.optional
    years = all(is_whole_year(at) for at in asked.times) or not figure.whole_years
    return replace(content_of(figure), published=figure.shown and wanted and years)


def _figures(asked: Asked, model: TableModel, counted: Sequence[Counted], gathered: Sequence[Gathered]) -> dict[str, Values]:
    places = [_places(model, of_time, gathered) for of_time in counted]
    if asked.report.of_scores:
        return _score_figures(model, counted, places)
    values = {}
    for figure in asked.report.figures:
        if figure.measure:
            values[figure.id] = _laid_out(model, counted, places, figure.measure) / PARTS.get(figure.measure, 1)
    for figure in asked.report.figures:
        if figure.ratio:
            values[figure.id] = _ratio(figure, values, model)
    return values


def _places(model: TableModel, counted: Counted, gathered: Sequence[Gathered]) -> NDArray[np.int64]:
    """The place of each counted cell within the table at its time; -1 for what the table does not have."""
    place = np.zeros(counted.cells.num_rows, np.int64)
    outside = np.zeros(counted.cells.num_rows, np.bool_)
    for n, instead in enumerate(gathered):
        index = model.dimensions[n].index()
        along = np.asarray([index.get(instead.get(c, c), -1) for c in counted.cells[coordinate(n)].to_pylist()], np.int64)
        outside |= along < 0
        place = place * len(index) + along
    return np.where(outside, -1, place)


def _laid_out(model: TableModel, counted: Sequence[Counted], places: Sequence[NDArray[np.int64]], measure: str) -> Values:
    nothing = np.nan if not adds_up(measure) else 0.0
    found = np.full((model.cells // len(counted), len(counted)), nothing)
    for time, (of_time, place) in enumerate(zip(counted, places, strict=True)):
        numbers = np.asarray(of_time.cells[measure].to_numpy(), np.float64)
        there = (place >= 0) & ~np.isnan(numbers)
        if not adds_up(measure):
            found[place[there], time] = numbers[there]
        else:
            np.add.at(found[:, time], place[there], numbers[there])
    return found.reshape(model.shape)


def _ratio(figure: Figure, values: Mapping[str, Values], model: TableModel) -> Values:
    """Per cell; nothing (NaN) where nobody stands in the denominator."""
    above = values[figure.ratio[0]]
    below = np.broadcast_to(_whole(values[figure.ratio[-1]], figure.share, model), above.shape)
    result: Values = np.divide(above * (100 if figure.percent else 1), below, out=np.full(above.shape, np.nan), where=below > 0)
    return result


def _whole(values: Values, share: str, model: TableModel) -> Values:
    """What a share is of: the total of the row, of the column, or of the table; the figures themselves for none of them."""
    last = len(model.dimensions) - 2
    of_columns, of_rows = ([last], list(range(last))) if last else ([], [0])
    along = {"row": of_columns, "column": of_rows, "total": [*of_rows, *of_columns]}.get(share, [])
    for axis in along:
        dimension = model.dimensions[axis]
        if dimension.elimination:
            values = values.take([dimension.index()[dimension.elimination]], axis)
    return values


def _score_figures(model: TableModel, counted: Sequence[Counted], places: Sequence[NDArray[np.int64]]) -> dict[str, Values]:
    found = {f"Skaar{s}": _laid_out(model, counted, places, f"score_{s}") for s in SCORES}
    valid = sum((found[f"Skaar{s}"] for s in SCORES[:-1]), np.zeros(model.shape))
    points = sum((s * found[f"Skaar{s}"] for s in SCORES[:-1]), np.zeros(model.shape))
    helped = found["Skaar3"] + found["Skaar4"] + found["Skaar5"]
    nothing = np.full(model.shape, np.nan)
    return {
        **found,
        "Mangler": _laid_out(model, counted, places, f"score_{MISSING}"),
        "Gjennomsnitt": np.divide(points, valid, out=nothing.copy(), where=valid > 0),
        "AndelHjelp": np.divide(100 * helped, valid, out=nothing.copy(), where=valid > 0),
    }
