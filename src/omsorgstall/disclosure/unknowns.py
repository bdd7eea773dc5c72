"""The unknowns of the pattern model: for one family and year, how many persons count in a unit, a leaf region, an age, a need.

Persons counted in two municipalities stand in both; what an aggregate counts less than its leaves is taken as known to the
attacker, which only makes the protection stronger. Where published zeros leave a union one child, both are one unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omsorgstall.tables import Composition, Content, ContentKind, Dimension, DimensionKind, DraftRelease, Member, TableModel

Key = tuple[str, str, str, str]
"""Unit, leaf region, age, need; empty where no table of the family tells it apart."""
PARTS = ("unit", "regions", "age", "need")


@dataclass(frozen=True, slots=True)
class Unknowns:
    """The unknowns of one family and year.

    Attributes:
        keys: unit, leaf region, age and need of each.
        persons: how many persons each stands for.
        same_as: number of the unknown it is equal to: itself, or the child it is tied to.
        amounts: whether the family adds hours or days, so that units add up too.
    """

    family: str
    year: int
    keys: tuple[Key, ...]
    persons: NDArray[np.int64]
    same_as: NDArray[np.int64]
    amounts: bool


def contents_of(draft: DraftRelease, family: str) -> list[tuple[int, TableModel, Content]]:
    """Every content through which a family can be seen, with the number of its table: published, or in a published ratio."""
    return [
        (n, t.model, c) for n, t in enumerate(draft.tables) for c in t.model.contents if c.family == family and seen(t.model, c)
    ]


def seen(model: TableModel, content: Content) -> bool:
    """Whether readers can see a content, by itself or through a ratio."""
    ratios = [c for c in model.contents if c.published and c.kind is ContentKind.RATIO]
    return content.published or any(content.id in (r.numerator, r.denominator) for r in ratios)


def leaf_part(draft: DraftRelease, model: TableModel, dimension: Dimension) -> str | None:
    """Which part of a key the leaf codes of a dimension are: one of ``PARTS``, or None for time.

    Raises:
        KeyError: when nothing says so, so that the dimension cannot be protected.
    """
    if dimension.kind is DimensionKind.TIME:
        return None
    return "unit" if dimension.id == model.unit_dimension else draft.leaf_columns[dimension.id]


def unit_leaves(member: Member, dimension: Dimension, units: frozenset[str], *, amounts: bool) -> frozenset[str]:
    """The units a member of a unit dimension consists of.

    A union of persons is a unit of its own; amounts and exclusive groups are sums of theirs.
    """
    if member.code in units and not amounts and (dimension.composition is Composition.UNION or not member.covers & units):
        return frozenset({member.code})
    if amounts or dimension.composition is Composition.ADDITIVE or len(member.covers) == 1:
        return member.covers & units
    return frozenset()


def find_unknowns(draft: DraftRelease) -> tuple[Unknowns, ...]:
    """All unknowns of a draft, one set per family and year."""
    grouped: dict[tuple[str, int], dict[Key, int]] = {}
    parts = {family: _told_apart(draft, family) for family in set(draft.inner["family"].to_pylist())}
    columns = [draft.inner[name].to_pylist() for name in ("family", "year", "unit", "regions", "age", "need", "persons")]
    for family, year, unit, regions, age, need, persons in zip(*columns, strict=True):
        keep = parts[family]
        found = grouped.setdefault((family, year), {})
        for region in regions if "regions" in keep else ("",):
            key = (unit, region, age if "age" in keep else "", need if "need" in keep else "")
            found[key] = found.get(key, 0) + persons
    return tuple(_unknowns(draft, family, year, found) for (family, year), found in sorted(grouped.items()))


def _told_apart(draft: DraftRelease, family: str) -> set[str]:
    return {str(leaf_part(draft, m, d)) for _, m, _ in contents_of(draft, family) for d in m.dimensions}


def _unknowns(draft: DraftRelease, family: str, year: int, found: Mapping[Key, int]) -> Unknowns:
    keys = tuple(sorted(k for k, persons in found.items() if persons > 0))
    shown = contents_of(draft, family)
    amounts = any(c.kind is ContentKind.AMOUNT for _, _, c in shown)
    persons = np.array([found[k] for k in keys], dtype=np.int64)
    ties = np.arange(len(keys)) if amounts else _tie(keys, persons, _unions(shown))
    return Unknowns(family, year, keys, persons, ties, amounts)


def _unions(shown: Iterable[tuple[int, TableModel, Content]]) -> dict[str, frozenset[str]]:
    """Each unit that is a union, with its children, the smallest unions first."""
    dimensions = [m.dimension(m.unit_dimension) for _, m, _ in shown if m.unit_dimension]
    found = {
        m.code: m.covers for d in dimensions if d.composition is Composition.UNION for m in d.members if m.covers != {m.code}
    }
    return dict(sorted(found.items(), key=lambda item: (len(item[1]), item[0])))


def _tie(keys: Sequence[Key], persons: NDArray[np.int64], unions: Mapping[str, frozenset[str]]) -> NDArray[np.int64]:
    """A union with one child that is not zero counts the same persons as that child."""
    where = {key: n for n, key in enumerate(keys)}
    same = np.arange(len(keys))
    for n, (unit, *rest) in enumerate(keys):
        others = [where[k] for k in ((child, *rest) for child in unions.get(unit, ()) if child != unit) if k in where]
        if len(others) == 1 and persons[others[0]] == persons[n]:
            same[n] = others[0]
    return same
