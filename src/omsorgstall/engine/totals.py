"""Distinct persons over overlapping hierarchies, exactly, on any engine.

Ibis has no grouping sets, and grouping sets count each person anew in every set. Here a person's codes in the one hierarchy
where many people have several leaves (services) become one bit pattern, and persons with the same pattern and the same leaves
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
"""Codes per pattern column: a signed integer of 64 bits, with room to spare."""


def membership(hierarchy: Hierarchy, leaf: pa.DataType) -> pa.Table:
    """A hierarchy as pairs: ``leaf``, ``code``, and the code's place in the pattern: column number ``block`` and ``bit``."""
    codes = sorted({code for found in hierarchy.values() for code in found})
    places = {code: divmod(n, _BITS) for n, code in enumerate(codes)}
    rows = [
        {"leaf": value, "code": code, "block": places[code][0], "bit": 1 << places[code][1]}
        for value, found in hierarchy.items()
        for code in sorted(set(found))
    ]
    types = [("leaf", leaf), ("code", pa.string()), ("block", pa.int64()), ("bit", pa.int64())]
    return pa.Table.from_pylist(rows, pa.schema(types))


def blocks(hierarchy: Hierarchy) -> int:
    """How many pattern columns a hierarchy needs."""
    return -(-len({code for found in hierarchy.values() for code in found}) // _BITS)


def distinct_persons(
    rows: ibis.Table, person: str, by: Sequence[str], single: Mapping[str, ibis.Table], several: tuple[str, ibis.Table, int]
) -> ibis.Table:
    """Distinct persons per combination of ``by`` and one code of each hierarchy, as the column ``persons``.

    Args:
        rows: one or more rows per person; one column per hierarchy holds her leaves.
        person: column that tells persons apart.
        by: columns within whose values persons are counted apart, such as the year.
        single: per hierarchy column its ``membership()``, for those where few persons have several leaves.
        several: the column, ``membership()`` and ``blocks()`` of the other hierarchy.
    """
    column, pairs, width = several
    masks = [f"mask_{n}" for n in range(width)]
    known = rows.join(_leaf_masks(pairs, masks), rows[column] == _leaf_masks(pairs, masks).leaf)
    persons = _patterns(known, [*by, person, *single], masks)
    apart = persons.group_by([*by, person]).mutate(places=ibis._.count())
    keys = [*by, *single]
    one = apart.filter(apart.places == 1).group_by([*keys, *masks]).agg(persons=ibis._.count())
    leaves = _by_code(one, keys, column, pairs, masks)
    added = reduce(_replaced, single.items(), leaves)
    moved = _patterns(reduce(_replaced, single.items(), apart.filter(apart.places > 1)), [*by, person, *single], masks)
    counted = moved.group_by([*keys, *masks]).agg(persons=ibis._.count())
    columns = [*keys, column, "persons"]
    both = ibis.union(added.select(columns), _by_code(counted, keys, column, pairs, masks).select(columns))
    return both.group_by([*keys, column]).agg(persons=ibis._.persons.sum())


def _leaf_masks(pairs: ibis.Table, masks: Sequence[str]) -> ibis.Table:
    """The pattern of each leaf's codes."""
    bits = {m: (pairs.block == n).ifelse(pairs.bit, 0).cast("int64").sum() for n, m in enumerate(masks)}
    return pairs.group_by("leaf").agg(**bits)


def _patterns(rows: ibis.Table, keys: Sequence[str], masks: Sequence[str]) -> ibis.Table:
    """One row per person and leaves, with the union of her patterns."""
    return rows.group_by(keys).agg(**{m: rows[m].bit_or() for m in masks})


def _by_code(counts: ibis.Table, keys: Sequence[str], column: str, pairs: ibis.Table, masks: Sequence[str]) -> ibis.Table:
    """Counts of patterns as counts of the codes in them."""
    codes = pairs.select("code", "block", "bit").distinct()
    joined = [_with_bit(counts, codes.filter(codes.block == n), m, column, keys) for n, m in enumerate(masks)]
    return ibis.union(*joined).group_by([*keys, column]).agg(persons=ibis._.persons.sum())


def _with_bit(counts: ibis.Table, codes: ibis.Table, mask: str, column: str, keys: Sequence[str]) -> ibis.Table:
    crossed = counts.cross_join(codes)
    held = crossed.filter((crossed[mask] & crossed.bit) != 0)
    return held.select(*keys, held.code.name(column), held.persons)


def _replaced(rows: ibis.Table, item: tuple[str, ibis.Table]) -> ibis.Table:
    """The leaf column holds codes instead, each row once per code."""
    name, pairs = item
    joined = rows.join(pairs, rows[name] == pairs.leaf)
    return joined.select(*(joined[c] for c in rows.columns if c != name), joined.code.name(name))
