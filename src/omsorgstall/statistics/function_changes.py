"""Results of services: how function changed over about a year, beside what others with the same start had (expected).

The expected change of a pair is the mean change of the reference: pairs with the same rounded starting value and on the same side
of an age limit, whose services did not change. It holds regression to the mean and the usual course together. What is left, the
change beyond the expected, is no proof of what a service did: services follow need, and are not drawn by lot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
from ibis.expr import types as ir
from numpy.typing import NDArray

from omsorgstall.codes import function_variables
from omsorgstall.codes.services import exclusive_groups
from omsorgstall.core import ErrorFamily, OmsorgstallError, Text, format_number, parse_yaml
from omsorgstall.engine import Engine
from omsorgstall.measures.need import SCALE, subscales
from omsorgstall.measures.period import Period
from omsorgstall.measures.populations.function_changes import function_changes
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.release import keeper
from omsorgstall.statistics.sum_reports.texts import said as said_of_reports
from omsorgstall.statistics.sum_reports.texts import subscale_name
from omsorgstall.tables import Composition, Content, ContentKind, Dimension, DimensionKind, Member, OwnerTable, TableModel

TOTAL, VERSION = "00", "1"
NEED = "need"
Values = NDArray[np.float64]
_LANGUAGES = ("nb", "nn", "en")
_SUMS = ("pairs", "before", "after", "improved", "worsened", "compared", "change", "expected")
_HIGHEST = 5
_LEVELS = 3


@dataclass(frozen=True, slots=True)
class Changes:
    """Change of one measure in a period.

    Attributes:
        cells: one row per municipality, group of services, starting value and side of the age limit.
        expected: mean change of the reference by starting value and side of the age limit, where it holds enough pairs.
    """

    measure: str
    period: Period
    cells: pa.Table
    expected: Mapping[tuple[int, bool], float]


def measures(settings: Settings) -> tuple[str, ...]:
    """What may be compared: the subscales, the level of need, and each function variable."""
    return (*subscales(settings.need_profile), NEED, *(v.id for v in function_variables()))


def count_changes(
    engine: Engine, tables: Mapping[str, ir.Table], settings: Settings, period: Period, wanted: Sequence[str]
) -> list[Changes]:
    """Count the measures over all municipalities of the tables; the reference is all of them together.

    Raises:
        OmsorgstallError: USAGE, ``no-such-measure``.
    """
    known = measures(settings)
    if unknown := [m for m in wanted if m not in known]:
        what = f"There is no measure of function {unknown[0]}."
        raise OmsorgstallError(ErrorFamily.USAGE, "no-such-measure", what, todo=f"Choose among {', '.join(known)}.")
    kept: list[ir.Table] = []
    pairs = engine.materialise(function_changes(tables, settings, period, keeper(engine, kept)), step="changes of function")
    found = [_counted(engine, pairs, settings, period, measure) for measure in wanted]
    engine.forget(pairs, *kept)
    return found


def _counted(engine: Engine, pairs: ir.Table, settings: Settings, period: Period, measure: str) -> Changes:
    before, after = pairs[f"{measure}_before"], pairs[f"{measure}_after"]
    rows = pairs.filter(before.notnull() & after.notnull()).select(
        "municipality",
        "group_before",
        "same_services",
        start=(before + 0.5).floor().cast("int64"),
        old=(pairs.age >= settings.change_old_age).fill_null(False),
        before=(before * SCALE).round().cast("int64"),
        after=(after * SCALE).round().cast("int64"),
    )
    sums = {
        "pairs": rows.count(),
        "before": rows.before.sum(),
        "after": rows.after.sum(),
        "improved": (rows.after < rows.before).sum(),
        "worsened": (rows.after > rows.before).sum(),
    }
    by = ["municipality", "group_before", "start", "old"]
    cells = engine.run(rows.group_by(by).aggregate(**{n: v.cast("int64") for n, v in sums.items()}), step=f"changes of {measure}")
    return Changes(measure, period, cells, _expected(engine, rows, settings))


def _expected(engine: Engine, rows: ir.Table, settings: Settings) -> dict[tuple[int, bool], float]:
    same = rows.filter(rows.same_services)
    sums = {"pairs": same.count(), "change": (same.after - same.before).sum().cast("int64")}
    found = engine.run(same.group_by(["start", "old"]).aggregate(**sums), step="changes without a change of services")
    return {
        (r["start"], r["old"]): r["change"] / r["pairs"] / SCALE
        for r in found.to_pylist()
        if r["pairs"] >= settings.change_least_pairs
    }


def tables_of_changes(
    counted: Sequence[Changes], owners: Iterable[str], lineage: Mapping[str, str], settings: Settings
) -> dict[str, tuple[OwnerTable, ...]]:
    """A table of each measure for each municipality: groups of services by starting value."""
    told = {**lineage, "report_version": VERSION, "need_profile": settings.need_profile.id}
    return {owner: tuple(_table(c, owner, told) for c in counted) for owner in owners}


def _table(counted: Changes, owner: str, lineage: Mapping[str, str]) -> OwnerTable:
    model = _model(counted)
    sums = _laid_out(counted, owner, model)
    values = {**_means(sums), "Par": sums["pairs"]}
    return OwnerTable(owner, model, values, {**lineage, "report": model.id}, _reading(model, values, sums["compared"]))


def _laid_out(counted: Changes, owner: str, model: TableModel) -> dict[str, Values]:
    """Sums by group and starting value, with totals: each pair stands in one of each."""
    groups, starts = (d.index() for d in model.dimensions[:2])
    found = {name: np.zeros(model.shape) for name in _SUMS}
    for row in counted.cells.to_pylist():
        if row["municipality"] != owner:
            continue
        usual = counted.expected.get((row["start"], row["old"]))
        change = (row["after"] - row["before"]) / SCALE
        told = {**row, "before": row["before"] / SCALE, "after": row["after"] / SCALE}
        compared = usual is not None
        told |= {"compared": row["pairs"] * compared, "change": change * compared, "expected": row["pairs"] * (usual or 0)}
        for group in (row["group_before"], TOTAL):
            for start in (str(row["start"]), TOTAL):
                for name in _SUMS:
                    found[name][groups[group], starts[start], 0] += told[name]
    return found


def _means(sums: Mapping[str, Values]) -> dict[str, Values]:
    def per(above: Values, below: Values) -> Values:
        result: Values = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
        return result

    pairs, compared = sums["pairs"], sums["compared"]
    return {
        "Start": per(sums["before"], pairs),
        "Oppfolging": per(sums["after"], pairs),
        "Endring": per(sums["after"] - sums["before"], pairs),
        "Forventet": per(sums["expected"], compared),
        "UtoverForventet": per(sums["change"] - sums["expected"], compared),
        "AndelBedre": per(100 * sums["improved"], pairs),
        "AndelVerre": per(100 * sums["worsened"], pairs),
    }


@cache
def _words() -> dict[str, Text]:
    content = parse_yaml((files("omsorgstall.statistics") / "function_changes.yaml").read_text(encoding="utf-8"))
    return {key: Text.of(item) for key, item in content.items()}


def measure_name(measure: str) -> Text:
    """A measure in words."""
    named = {v.id: Text(v.name, v.name, v.english) for v in function_variables()}
    return named.get(measure) or (_words()["need"] if measure == NEED else subscale_name(measure))


def _model(counted: Changes) -> TableModel:
    words = _words()
    highest = _LEVELS if counted.measure == NEED else _HIGHEST
    groups = tuple(Member(g.code, g.name, frozenset({g.code})) for g in exclusive_groups())
    starts = tuple(Member(str(n), _started_at(n), frozenset({str(n)})) for n in range(1, highest + 1))
    total = said_of_reports("total")
    period = f"{counted.period.first.isoformat()}/{counted.period.last.isoformat()}"
    name = measure_name(counted.measure)
    return TableModel(
        id=f"RES-{counted.measure}",
        title=Text(*(f"{words['title'].in_language(n)}: {name.in_language(n).lower()}" for n in _LANGUAGES)),
        dimensions=(
            _dimension("Tjenestegruppe", words["group"], groups, total),
            _dimension("Startverdi", words["start_value"], starts, total),
            Dimension(
                "Tid",
                words["period"],
                DimensionKind.TIME,
                Composition.ADDITIVE,
                (Member(period, Text.same(period), frozenset({period})),),
            ),
        ),
        contents=tuple(_contents()),
        notes=tuple(words[n] for n in ("note_direction", "note_expected", "note_not_proof", "note_window", "note_goals")),
        description=words["description"],
        approximation=True,
    )


def _started_at(value: int) -> Text:
    return Text(*(_words()["started_at"].in_language(n).format(value=value) for n in _LANGUAGES))


def _dimension(name: str, label: Text, leaves: tuple[Member, ...], total: Text) -> Dimension:
    everybody = Member(TOTAL, total, frozenset(m.code for m in leaves))
    return Dimension(name, label, DimensionKind.CLASSIFICATION, Composition.ADDITIVE, (*leaves, everybody), TOTAL)


def _contents() -> Iterable[Content]:
    words = _words()
    yield Content("Par", words["pairs"], ContentKind.PERSONS, words["persons"])
    for name, key in (("Endring", "change"), ("Forventet", "expected"), ("UtoverForventet", "beyond")):
        yield Content(name, words[key], ContentKind.RATIO, words["value"], 2)
    for name, key in (("Start", "start"), ("Oppfolging", "follow_up")):
        yield Content(name, words[key], ContentKind.RATIO, words["value"], 2)
    for name, key in (("AndelBedre", "improved"), ("AndelVerre", "worsened")):
        yield Content(name, words[key], ContentKind.RATIO, words["percent"], 1)


def _reading(model: TableModel, values: Mapping[str, Values], compared: Values) -> Text:
    """The whole municipality in one sentence."""
    at = (model.dimensions[0].index()[TOTAL], model.dimensions[1].index()[TOTAL], 0)
    pairs, change, expected = (float(values[n][at]) for n in ("Par", "Endring", "Forventet"))
    if not pairs:
        return _words()["nobody"]
    sentence = _words()["reading" if compared[at] == pairs else "no_reference"]
    named = {n: {"pairs": format_number(pairs, 0, n), "change": format_number(change, 2, n)} for n in _LANGUAGES}
    return Text(*(sentence.in_language(n).format(**named[n], expected=format_number(expected, 2, n)) for n in _LANGUAGES))
