"""Distinct persons over overlapping hierarchies, exactly, on any engine.

Ibis has no grouping sets, and grouping sets count each person anew in every set. Here a person's leaves in the one hierarchy
where many people have several (services) become one bit pattern, and persons with the same pattern and the same leaves
elsewhere (region, age, need) are counted together. Everything after that is sums over patterns. The few persons with several
leaves elsewhere too (who moved) are expanded to codes before their patterns are made.
"""

from collections.abc import Mapping, Sequence
from functools import reduce

import ibis
import pyarrow as pa

Hierarchy = Mapping[str, Sequence[str]] | Mapping[int, Sequence[str]]
"""Leaf value to the codes it counts in, its own code included. A leaf that is not here counts nowhere."""

_BITS = 62
"""Leaves per pattern column: a signed integer of 64 bits, with room to spare."""


def membership(hierarchy: Hierarchy, leaf: pa.DataType) -> pa.Table:
    """A hierarchy as pairs of ``leaf`` and ``code``."""
    pairs = [{"leaf": value, "code": code} for value, codes in hierarchy.items() for code in sorted(set(codes))]
    return pa.Table.from_pylist(pairs, pa.schema([("leaf", leaf), ("code", pa.string())]))


def leaf_bits(hierarchy: Hierarchy, leaf: pa.DataType) -> pa.Table:
    """The bit of each leaf: one in one of the columns ``mask_0``, ``mask_1`` and on, zero in the others."""
    masks = _masks(hierarchy)
    rows = [{"leaf": value, **_bit(n, masks)} for n, value in enumerate(hierarchy)]
    return pa.Table.from_pylist(rows, pa.schema([("leaf", leaf), *((m, pa.int64()) for m in masks)]))


def code_bits(hierarchy: Hierarchy) -> pa.Table:
    """The bits of the leaves that count in each code, in columns ``code_0``, ``code_1`` and on."""
    masks = [m.replace("mask", "code") for m in _masks(hierarchy)]
    found: dict[str, dict[str, int]] = {}
    for n, codes in enumerate(hierarchy.values()):
        for code in codes:
            bits = found.setdefault(code, dict.fromkeys(masks, 0))
            found[code] = {m: bits[m] | bit for m, bit in _bit(n, masks).items()}
    rows = [{"code": code, **bits} for code, bits in sorted(found.items())]
    return pa.Table.from_pylist(rows, pa.schema([("code", pa.string()), *((m, pa.int64()) for m in masks)]))


def _masks(hierarchy: Hierarchy) -> list[str]:
    return [f"mask_{n}" for n in range(-(-len(hierarchy) // _BITS))]


def _bit(place: int, masks: Sequence[str]) -> dict[str, int]:
    block, bit = divmod(place, _BITS)
    return {m: 1 << bit if n == block else 0 for n, m in enumerate(masks)}


def distinct_persons(
    table: ibis.Table,
    person: str,
    by: Sequence[str],
    single: Mapping[str, ibis.Table],
    several: tuple[str, ibis.Table, ibis.Table],
) -> ibis.Table:
    """Distinct persons per combination of ``by`` and one code of each hierarchy, as the column ``persons``.

    Args:
        table: one or more rows per person; one column per hierarchy holds her leaves.
        person: column that tells persons apart.
        by: columns within whose values persons are counted apart, such as the year.
        single: per hierarchy column its ``membership()``, for those where few persons have several leaves.
        several: the column, ``leaf_bits()`` and ``code_bits()`` of the other hierarchy.
    """
    column, leaves, codes = several
    masks = [c for c in leaves.columns if c != "leaf"]
    keys = [*by, *single]
    rows = table.join(leaves, table[column] == leaves.leaf).select(*keys, person, *masks).distinct()
    persons = _patterns(rows, [*keys, person], masks).group_by([*by, person]).mutate(places=ibis._.count())
    one = persons.filter(persons.places == 1).group_by([*keys, *masks]).agg(persons=ibis._.count())
    added = reduce(_replaced, single.items(), _by_code(one, keys, column, codes, masks))
    movers = persons.filter(persons.places > 1).select(*by, person).distinct()
    moved = reduce(_replaced, single.items(), rows.semi_join(movers, [*by, person])).distinct()
    counted = _patterns(moved, [*keys, person], masks).group_by([*keys, *masks]).agg(persons=ibis._.count())
    columns = [*keys, column, "persons"]
    both = ibis.union(added.select(columns), _by_code(counted, keys, column, codes, masks).select(columns))
    return both.group_by([*keys, column]).agg(persons=ibis._.persons.sum())


def _patterns(rows: ibis.Table, keys: Sequence[str], masks: Sequence[str]) -> ibis.Table:
    """One row per person and place with the bits of her leaves; each leaf stands once, so that adding them is joining them."""
    return rows.group_by(keys).agg(**{m: rows[m].sum() for m in masks})


def _by_code(counts: ibis.Table, keys: Sequence[str], column: str, codes: ibis.Table, masks: Sequence[str]) -> ibis.Table:
    """Counts of patterns as counts of the codes that hold one of their leaves."""
    crossed = counts.cross_join(codes)
    held = ibis.or_(*((crossed[m] & crossed[m.replace("mask", "code")]) != 0 for m in masks))
    named = crossed.filter(held).select(*keys, crossed.code.name(column), "persons")
    return named.group_by([*keys, column]).agg(persons=ibis._.persons.sum())


def _replaced(rows: ibis.Table, item: tuple[str, ibis.Table]) -> ibis.Table:
    """The leaf column holds codes instead, each row once per code."""
    name, pairs = item
    joined = rows.join(pairs, rows[name] == pairs.leaf)
    return joined.select(*(joined[c] for c in rows.columns if c != name), joined.code.name(name))
