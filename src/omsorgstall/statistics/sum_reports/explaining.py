"""What a cell of a sum report or ad hoc table rests on, as plain data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from omsorgstall.core import ErrorFamily, OmsorgstallError, Text
from omsorgstall.engine import Engine
from omsorgstall.register import Submission
from omsorgstall.statistics.sum_reports.counting import behind_cell
from omsorgstall.statistics.sum_reports.happened import Happened
from omsorgstall.statistics.sum_reports.population import known_populations
from omsorgstall.statistics.sum_reports.report import selection
from omsorgstall.statistics.sum_reports.request import Asked, one_of
from omsorgstall.statistics.sum_reports.snapshot import Snapshot
from omsorgstall.statistics.sum_reports.texts import said
from omsorgstall.tables import Content, OwnerTable


@dataclass(frozen=True, slots=True)
class Behind:
    """How many stand behind a cell, before any protection; ``services`` is None for events."""

    persons: int
    rows: int
    services: int | None


@dataclass(frozen=True, slots=True)
class ExplainedCell:
    """Everything a cell rests on.

    Attributes:
        cell: label of each dimension with the label of the member chosen.
        counted: how the figure is made.
        value: NaN where there is none.
        submissions: those of the owner in the years that the population looks at.
    """

    table: OwnerTable
    version: str
    content: Content
    cell: tuple[tuple[Text, Text], ...]
    population: Text
    counted: Text
    value: float
    behind: Behind
    submissions: tuple[Submission, ...]


def cell_codes(table: OwnerTable, given: Mapping[str, str]) -> tuple[str, ...]:
    """The code of each breakdown of the table: those given, else its total.

    Raises:
        OmsorgstallError: (USAGE) when there is no such dimension or code, or one that has no total is left out.
    """
    known = {d.id: d for d in table.model.dimensions[:-1]}
    for name in given:
        one_of("dimension of this table", name, known)
    codes = [given.get(d.id, d.elimination or "") for d in known.values()]
    for dimension, code in zip(known.values(), codes, strict=True):
        one_of(f"code of {dimension.id}", code, {m.code: m for m in dimension.members})
    return tuple(codes)


def count_behind(engine: Engine, found: Snapshot | Happened, asked: Asked, codes: Sequence[str], owner: str) -> Behind:
    """Count what stands behind a cell of the owner."""
    by = () if asked.report.of_scores else asked.by
    if "ANDRE" in codes:
        what = "What is gathered as all others cannot be explained as one cell."
        raise OmsorgstallError(ErrorFamily.USAGE, "gathered-cell", what, todo="Show more rows, or choose another cell.")
    rows: pa.Table = engine.run(behind_cell(found, selection(asked), by, codes if by else ()), step="behind the cell")
    mine = [r for r in rows.to_pylist() if r["municipality"] == owner]
    return Behind(mine[0]["persons"], mine[0]["rows"], mine[0]["services"]) if mine else Behind(0, 0, None)


def explained(
    asked: Asked, table: OwnerTable, codes: Sequence[str], figure: str, behind: Behind, submissions: Iterable[Submission]
) -> ExplainedCell:
    """What the cell of the last date or period rests on.

    Args:
        figure: id of the figure; the first that is shown when empty.
    """
    shown = {c.id: c for c in table.model.contents if c.published}
    content = one_of("figure of this table", figure, shown) if figure else next(iter(shown.values()))
    dimensions = table.model.dimensions
    at = (*(d.index()[code] for d, code in zip(dimensions, codes, strict=False)), -1)
    members = [d.members[n] for d, n in zip(dimensions, at, strict=True)]
    population = known_populations()[asked.report.population]
    first, last = population.reach(asked.times[-1])
    years = [s for s in submissions if s.data_year <= last and (first is None or s.data_year >= first)]
    return ExplainedCell(
        table,
        str(asked.report.version),
        content,
        tuple((d.label, m.label) for d, m in zip(dimensions, members, strict=True)),
        population.name,
        _counted(asked, content, table),
        float(table.values[content.id][at]),
        behind,
        tuple(s for s in years if table.owner in s.municipalities),
    )


def _counted(asked: Asked, content: Content, table: OwnerTable) -> Text:
    """How the figure is made: of which others a ratio is, or what is counted or added."""
    figure = next(f for f in asked.report.figures if f.id == content.id)
    labels = {c.id: c.label for c in table.model.contents}
    if not figure.ratio:
        return said(f"explained_{content.kind}")
    above, below = labels[figure.ratio[0]], labels[figure.ratio[-1]]
    key = f"explained_share_{figure.share}" if figure.share else "explained_ratio"
    each = {n: said(key, above=above.in_language(n), below=below.in_language(n)).in_language(n) for n in ("nb", "nn", "en")}
    return Text(**each)
