"""The unknowns of the pattern model: for one year, how many persons count in a unit, a leaf region, an age, a need and so on.

Persons counted in two municipalities stand in both; what an aggregate counts less than its leaves is taken as known to the
attacker, which only makes the protection stronger. Where published zeros leave a union one child, both are one unknown.
Families that say something about each other are set up together: see ``find_groups``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omsorgstall.tables import (
    INNER_SCHEMA,
    Composition,
    Content,
    ContentKind,
    Dimension,
    DimensionKind,
    DraftRelease,
    Member,
    TableModel,
)

Key = tuple[str, ...]
"""A text for each of ``PARTS``; empty where no table of the family tells it apart."""
PARTS = tuple(name for name in INNER_SCHEMA.names if name not in ("year", "persons", "amount"))
UNIT, REGION = PARTS.index("unit"), PARTS.index("regions")


@dataclass(frozen=True, slots=True)
class Group:
    """Families that are protected together.

    Attributes:
        stands_for: the family whose unknowns each family uses: itself, or for amounts of one table the first of them, since
            hours with and without overlap are the same figure in most cells.
    """

    stands_for: Mapping[str, str]
    amounts: bool

    @property
    def name(self) -> str:
        """The first family."""
        return min(self.stands_for)


@dataclass(frozen=True, slots=True)
class Unknowns:
    """The unknowns of one group of families and year.

    Attributes:
        persons: how many persons each stands for.
        same_as: number of the unknown it is equal to: itself, or the child it is tied to.
    """

    group: Group
    year: int
    keys: tuple[Key, ...]
    persons: NDArray[np.int64]
    same_as: NDArray[np.int64]


def contents_of(draft: DraftRelease, families: Iterable[str]) -> list[tuple[int, TableModel, Content]]:
    """Every content through which families can be seen, with the number of its table: published, or in a published ratio."""
    wanted = set(families)
    return [
        (n, t.model, c) for n, t in enumerate(draft.tables) for c in t.model.contents if c.family in wanted and seen(t.model, c)
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
    """The units a member of a dimension of units consists of.

    A union of persons is a unit of its own; amounts and exclusive groups are sums of theirs.
    """
    if amounts or dimension.composition is Composition.ADDITIVE:
        return member.covers & units
    return frozenset({member.code}) if member.code in units or len(member.covers) > 1 else member.covers & units


def find_groups(draft: DraftRelease) -> tuple[Group, ...]:
    """Families in groups: those that say something about each other, and amounts that stand beside each other; persons first."""
    shown = [(t.model, c) for t in draft.tables for c in t.model.contents if c.family and seen(t.model, c)]
    families = sorted({c.family for _, c in shown})
    leader = {f: f for f in families}
    for model, content in shown:
        beside = [c.family for m, c in shown if m is model and c.kind is content.kind is ContentKind.AMOUNT]
        said = (content.family, content.among, *(i.family for i in content.identities))
        linked = [f for f in (*said, *beside) if f in leader]
        old = {leader[f] for f in linked}
        leader = {f: min(old) if lead in old else lead for f, lead in leader.items()}
    amounts = {c.family for _, c in shown if c.kind is ContentKind.AMOUNT}
    members = {lead: [f for f in families if leader[f] == lead] for lead in sorted(set(leader.values()))}
    found = [Group({f: lead if lead in amounts else f for f in fs}, lead in amounts) for lead, fs in members.items()]
    return tuple(sorted(found, key=lambda g: (g.amounts, g.name)))


def find_unknowns(draft: DraftRelease) -> tuple[Unknowns, ...]:
    """All unknowns of a draft, one set per group of families and year; persons before amounts."""
    groups = find_groups(draft)
    group_of = {f: g for g in groups for f in g.stands_for}
    found: dict[tuple[int, int], dict[Key, int]] = {}
    for (family, year), counted in _counted(draft, group_of).items():
        mine = found.setdefault((groups.index(group_of[family]), year), {})
        for counted_key, persons in counted.items():
            key = (group_of[family].stands_for[family], *counted_key[1:])
            mine[key] = min(persons, mine.get(key, persons))
    return tuple(_unknowns(draft, groups[n], year, keys) for (n, year), keys in sorted(found.items()))


def _counted(draft: DraftRelease, families: Iterable[str]) -> dict[tuple[str, int], dict[Key, int]]:
    """Persons per key of each family and year; a person in two municipalities counts in both."""
    parts = {f: {leaf_part(draft, m, d) for _, m, _ in contents_of(draft, [f]) for d in m.dimensions} for f in families}
    kept = {f: tuple(part in found for part in PARTS[REGION + 1 :]) for f, found in parts.items()}
    columns = [draft.inner[name].to_pylist() for name in ("year", "persons", *PARTS)]
    counted: dict[tuple[str, int], dict[Key, int]] = {}
    for year, persons, family, unit, regions, *others in zip(*columns, strict=True):
        if persons > 0 and family in parts:
            rest = tuple(leaf if keep else "" for leaf, keep in zip(others, kept[family], strict=True))
            mine = counted.setdefault((family, year), {})
            for region in regions if "regions" in parts[family] else ("",):
                key = (family, unit, region, *rest)
                mine[key] = mine.get(key, 0) + persons
    return counted


def _unknowns(draft: DraftRelease, group: Group, year: int, found: Mapping[Key, int]) -> Unknowns:
    keys = tuple(sorted(found))
    persons = np.array([found[k] for k in keys], dtype=np.int64)
    same = np.arange(len(keys)) if group.amounts else _tie(keys, persons, unions_of(draft, group))
    return Unknowns(group, year, keys, persons, same)


def unions_of(draft: DraftRelease, group: Group) -> dict[tuple[str, str], frozenset[str]]:
    """Family and unit of each union, with its children; amounts have none."""
    found = {}
    for _, model, content in [] if group.amounts else contents_of(draft, group.stands_for):
        if model.unit_dimension and model.dimension(model.unit_dimension).composition is Composition.UNION:
            for member in model.dimension(model.unit_dimension).members:
                found[content.family, member.code] = member.covers - {member.code}
    return found


def _tie(keys: Sequence[Key], persons: NDArray[np.int64], unions: Mapping[tuple[str, str], frozenset[str]]) -> NDArray[np.int64]:
    """A union with one child that is not zero counts the same persons as that child."""
    where = {key: n for n, key in enumerate(keys)}
    same = np.arange(len(keys))
    for n, (family, unit, *rest) in enumerate(keys):
        children = ((family, child, *rest) for child in unions.get((family, unit), ()))
        others = [where[k] for k in children if k in where]
        if len(others) == 1 and persons[others[0]] == persons[n]:
            same[n] = others[0]
    return same
