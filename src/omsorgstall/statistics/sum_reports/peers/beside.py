"""A municipality's own figures beside those of its areas: what is released of the others, with her own added where she is one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from omsorgstall.codes import municipalities
from omsorgstall.core import Text
from omsorgstall.statistics.sum_reports.breakdown import TOTAL
from omsorgstall.statistics.sum_reports.peers.areas import Area
from omsorgstall.statistics.sum_reports.peers.drafting import ViewCells
from omsorgstall.statistics.sum_reports.report import TIME, content_of, time_code
from omsorgstall.statistics.sum_reports.specification import Figure
from omsorgstall.statistics.sum_reports.texts import said
from omsorgstall.tables import (
    CellStatus,
    Composition,
    Content,
    ContentKind,
    Dimension,
    DimensionKind,
    Member,
    PeerTable,
    ReleasedTable,
    TableModel,
)

SHARE = "Andel"
"""Content of a view: per cent of all of them in the same area."""
Values = NDArray[np.float64]
Hidden = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Part:
    """A figure by place and member: places are the owner, then the areas."""

    values: Values
    hidden: Hidden

    def over(self, other: "_Part", factor: float) -> "_Part":
        """The ratio; NaN where nobody is counted below."""
        below = np.broadcast_to(other.values, self.values.shape)
        known = np.nan_to_num(below) > 0
        found = np.divide(factor * self.values, below, out=np.full(self.values.shape, np.nan), where=known)
        return _Part(found, self.hidden | other.hidden)

    def statuses(self) -> NDArray[np.uint8]:
        """Suppressed, not applicable (nobody below), true zero or value."""
        found = np.where(np.isnan(self.values), CellStatus.NOT_APPLICABLE, CellStatus.VALUE)
        found = np.where(self.values == 0, CellStatus.TRUE_ZERO, found)
        return np.where(self.hidden, CellStatus.SUPPRESSED, found).astype(np.uint8)


def beside(counted: ViewCells, owner: str, areas: Sequence[Area], others: Sequence[ReleasedTable]) -> PeerTable:
    """The table of a view: the owner's own figures, whole, and those of her areas, protected.

    Args:
        areas: whole, as ``peer_areas`` gives them; ``others`` the released tables of the same areas without the owner.
    """
    released = {c.id: t for t in others for c in t.model.contents if t.model.id.split()[:2] == counted.view.id.split()}
    parts = {measure: _part(counted, measure, owner, areas, table) for measure, table in released.items()}
    shown = dict(_shown(counted, parts))
    places = (_own(owner), *(Member(a.code, a.name, frozenset({a.code})) for a in areas))
    lineage = next(iter(released.values()))
    return PeerTable(
        owner,
        _model(counted, places, tuple(shown)),
        {c.id: p.values[..., np.newaxis] for c, p in shown.items()},
        {c.id: p.statuses()[..., np.newaxis] for c, p in shown.items()},
        lineage.preset,
        lineage.lineage,
    )


def in_public(counted: ViewCells, codes: Sequence[str], released: Sequence[ReleasedTable]) -> PeerTable | None:
    """The table of a view with every figure protected, for the areas with these codes; None when the first is not shown.

    Args:
        released: the released tables of every area.
    """
    tables = {c.id: t for t in released for c in t.model.contents if t.model.id.split()[:2] == counted.view.id.split()}
    first = next(iter(tables.values()))
    index = first.model.dimensions[0].index()
    at = [index[code] for code in codes if code in index]
    if not at or codes[0] not in index:
        return None
    hidden = {m: t.statuses[m][at, :, 0] == CellStatus.SUPPRESSED for m, t in tables.items()}
    parts = {m: _Part(np.where(hidden[m], np.nan, t.values[m][at, :, 0]), hidden[m]) for m, t in tables.items()}
    shown = dict(_shown(counted, parts))
    places = tuple(
        replace(first.model.dimensions[0].members[n], covers=frozenset({first.model.dimensions[0].members[n].code})) for n in at
    )
    values = {c.id: p.values[..., np.newaxis] for c, p in shown.items()}
    statuses = {c.id: p.statuses()[..., np.newaxis] for c, p in shown.items()}
    return PeerTable("", _model(counted, places, tuple(shown)), values, statuses, first.preset, first.lineage)


def _own(owner: str) -> Member:
    return Member(owner, Text.same(municipalities()[owner].name), frozenset({owner}))


def _part(counted: ViewCells, measure: str, owner: str, areas: Sequence[Area], others: ReleasedTable) -> _Part:
    own = np.array([counted.figures[measure].get((owner, m.code), 0.0) for m in counted.members])
    hidden = others.statuses[measure][..., 0] == CellStatus.SUPPRESSED
    inside = np.array([owner in a.municipalities for a in areas])
    beside_own = others.values[measure][..., 0] + np.where(inside[:, np.newaxis], own, 0.0)
    nobody = np.zeros((1, len(counted.members)), bool)
    return _Part(np.vstack([own, np.where(hidden, np.nan, beside_own)]), np.vstack([nobody, hidden]))


def _shown(counted: ViewCells, parts: dict[str, _Part]) -> Iterator[tuple[Content, _Part]]:
    """The figures of the report that the parts give, the share of the first, and the means and shares."""
    figures = counted.view.asked(counted.year).report.figures
    measure_of = {f.id: f.measure for f in figures}
    counts = [f for f in figures if f.shown and f.measure in parts]
    for figure in counts:
        yield content_of(figure), parts[figure.measure]
    total = [m.code for m in counted.members].index(TOTAL)
    first = parts[counts[0].measure]
    everybody = _Part(first.values[:, total : total + 1], first.hidden[:, total : total + 1])
    yield _share(counts[0]), first.over(everybody, 100)
    for figure in figures:
        of = [measure_of[f] for f in figure.ratio]
        if of and not figure.share and set(of) <= set(parts):
            yield content_of(figure), parts[of[0]].over(parts[of[-1]], 100 if figure.percent else 1)


def _share(figure: Figure) -> Content:
    label = Text(*(said("share_of", of=figure.label.in_language(n)).in_language(n) for n in ("nb", "nn", "en")))
    return Content(SHARE, label, ContentKind.RATIO, said("per_cent"), 1)


def _model(counted: ViewCells, places: tuple[Member, ...], contents: tuple[Content, ...]) -> TableModel:
    known = counted.view.asked(counted.year)
    code = time_code(known.times[0])
    dimensions = (
        Dimension("Region", said("Region"), DimensionKind.REGION, Composition.UNION, places),
        Dimension(counted.by.id, counted.by.label, DimensionKind.CLASSIFICATION, Composition.UNION, counted.members, TOTAL),
        Dimension(
            TIME, said(TIME), DimensionKind.TIME, Composition.ADDITIVE, (Member(code, Text.same(code), frozenset({code})),)
        ),
    )
    return TableModel(counted.view.id, known.report.title, dimensions, contents, known.report.notes)
