"""From two vintages to what moved between them: draft both, count the steps for those concerned, log who saw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa

from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import settings_of
from omsorgstall.app.settings import Places
from omsorgstall.codes import regions
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.engine import Engine
from omsorgstall.register import Store, Vintage
from omsorgstall.register.comparison import Difference, DifferenceKind, comparison_steps, differences
from omsorgstall.statistics import TableDefinition, draft_release, table_definitions
from omsorgstall.statistics.comparison import Compared, comparison_report
from omsorgstall.statistics.concerned import concerned_cells, concerned_persons
from omsorgstall.statistics.differences import Shifts, all_moves, shifts, with_everybody
from omsorgstall.statistics.figures import told_apart
from omsorgstall.tables import DraftRelease, Report


def compare_vintages(
    places: Places,
    before: str,
    after: str,
    scope: Scope,
    *,
    tables: Sequence[str] = (),
    region: str = "",
    progress: Progress = silent,
) -> Report:
    """Which figures moved from one vintage to another, by how much and because of what. The reading is logged.

    Args:
        before: name of a vintage; ``after`` likewise. What happened is told from the one frozen first to the other.
        scope: the whole country.
        tables: numbers of the tables to compare; all when empty.
        region: code of the one region whose cells are told; all when empty.

    Returns:
        A report of kind ``comparison`` owned by the country: unprotected, never published.

    Raises:
        OmsorgstallError: when there is no such vintage, table or region, the vintages have no year in common, or the scope is
            not the whole country.
    """
    if scope.municipalities is not None:
        what = "A comparison tells what municipalities did to the national figures, so it reads the whole country."
        raise OmsorgstallError(ErrorFamily.ACCESS, "scope-too-narrow", what, todo="Ask the producer of the statistics for it.")
    definitions = _definitions(tables)
    _refuse_unknown_region(region)
    with open_register(places) as store:
        asked = [store.vintage(name) for name in (before, after)]
        earlier, later = sorted(asked, key=lambda v: (v.created_at, v.name))
        compared = _compared(_Task(store, earlier, later, scope, definitions, progress), region)
        store.log(AuditEvent.of(AuditAction.SHOW_COMPARISON, f"{before} and {after}", scope, datetime.now(UTC)))
    if earlier.name == before:
        return comparison_report(compared)
    return comparison_report(replace(compared, turned=True, moves=tuple(m.turned() for m in compared.moves)))


@dataclass(frozen=True, slots=True)
class _Task:
    """Two vintages of a register to be compared by some tables."""

    store: Store
    earlier: Vintage
    later: Vintage
    scope: Scope
    definitions: tuple[TableDefinition, ...]
    progress: Progress

    def draft(self, engine: Engine, vintage: Vintage, years: Sequence[int]) -> DraftRelease:
        """The unprotected tables of a list, in memory."""
        source = self.store.source(vintage.name, self.scope) if vintage.name else self.store.basis.source(vintage, self.scope)
        return draft_release(
            engine,
            engine.open(source),
            edition="comparison",
            years=years,
            delivered=self.store.basis.covered(vintage),
            lineage={},
            definitions=self.definitions,
            settings=settings_of(vintage),
            progress=self.progress,
        )


def _compared(task: _Task, region: str) -> Compared:
    years = sorted(set(task.earlier.years) & set(task.later.years))
    if not years:
        what = f"The vintages {task.earlier.name} and {task.later.name} have no year in common."
        raise OmsorgstallError(ErrorFamily.USAGE, "no-common-year", what, todo="Compare vintages of the same years.")
    book = task.store.basis.book()
    found = differences(task.earlier, task.later, book)
    counted = task.store.basis.covered
    lost = task.store.persons.lost_rows()
    result = Compared(
        task.earlier,
        task.later,
        False,
        found,
        causes=(),
        moves=(),
        models=(),
        covered=(_of(counted(task.earlier), years), _of(counted(task.later), years)),
        erased=(lost.get(task.earlier.name, 0), lost.get(task.later.name, 0)),
    )
    return _with_moves(result, task, years, region) if found else result


def _of(covered: Mapping[int, frozenset[str]], years: Sequence[int]) -> dict[int, frozenset[str]]:
    return {y: there for y, there in covered.items() if y in years}


def _with_moves(result: Compared, task: _Task, years: Sequence[int], region: str) -> Compared:
    """The comparison with the cells that moved: both vintages drafted whole, the steps between for those concerned."""
    found = result.differences
    with Engine.local() as engine:
        made, touched = _shifts(engine, task, found, years)
        drafts = [task.draft(engine, v, touched) for v in (task.earlier, task.later)]
        made = _with_everybody(engine, task, made, touched, drafts[1].inner)
    before, after = ({t.model.id: t for t in d.tables} for d in drafts)
    models = tuple((before[i].model, t.model) for i, t in after.items() if i in before)
    return replace(result, causes=made.causes, moves=all_moves(before, after, made, region), models=models)


def _with_everybody(engine: Engine, task: _Task, made: Shifts, touched: Sequence[int], last: pa.Table) -> Shifts:
    """The shifts with what moves everybody's figures: changed numbers, then the day; ``last`` are the later's inner cells."""
    earlier, later = task.earlier, task.later
    unmoved = replace(later, name="", map_version=earlier.map_version, reference_date=earlier.reference_date)
    undated = replace(later, name="", reference_date=earlier.reference_date)
    whole = [d for d in differences(earlier, later, task.store.basis.book()) if d.of is None]
    ends = {DifferenceKind.NUMBERS: undated, DifferenceKind.DAY: later}
    before = task.draft(engine, unmoved, touched).inner if whole else last
    for difference in whole:
        after = last if difference is whole[-1] else task.draft(engine, ends[difference.kind], touched).inner
        made, before = with_everybody(made, difference, before, after), after
    return made


def _shifts(engine: Engine, task: _Task, found: Sequence[Difference], years: Sequence[int]) -> tuple[Shifts, list[int]]:
    """What each cause did to inner cells, and the years in which anything can have moved."""
    steps = comparison_steps(task.earlier, task.later, found, task.store.basis.book())
    senders = {sender for step in steps for d in step.differences for sender in d.moves}
    touched = sorted({year for _, year in senders} & set(years)) if all(d.of for d in found) else list(years)
    if len(steps) == 1:
        return shifts(steps, []), touched
    stages = [engine.open(task.store.basis.source(step.vintage, task.scope)) for step in steps]
    persons = concerned_persons(engine, stages, senders)
    wanted, settings = told_apart(task.definitions), settings_of(task.earlier)
    cells = []
    for number, tables in enumerate(stages):
        task.progress("steps", number, len(stages))
        cells.append(concerned_cells(engine, tables, persons, touched, settings, wanted))
    return shifts(steps, cells), touched


def _definitions(tables: Sequence[str]) -> tuple[TableDefinition, ...]:
    known = table_definitions()
    unknown = [name for name in tables if name not in known]
    if unknown:
        what = f"There is no table {unknown[0]}."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-table", what, todo=f"There are: {', '.join(known)}.")
    return tuple(d for d in known.values() if not tables or d.id in tables)


def _refuse_unknown_region(region: str) -> None:
    if region and region not in regions():
        todo = "Regions are such as EAK, EKA42, EKG01 and 4204."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-region", f"There is no region {region}.", todo=todo)
