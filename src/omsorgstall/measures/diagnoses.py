"""Groups of diagnoses: which a person's usable diagnoses point at.

Diagnoses are poor in the register, and usable only where the question of reservation is answered with no. Who has none is not
without illness: she stands in a group of her own.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS
from omsorgstall.measures.settings import DiagnosisGroup

NOT_RESERVED = 2
"""The answer to the question of reservation that makes a diagnosis usable; unanswered it is not (minutes of 5 November 2015)."""
CATEGORY = 3
"""Letters and digits of a diagnosis that name its category in ICPC-2 and ICD-10."""


def usable(diagnosis: ir.Table) -> ir.Table:
    """The diagnoses that may be used, with ``category``."""
    rows = diagnosis.filter(diagnosis.reservation == NOT_RESERVED)
    return rows.mutate(category=rows.code.substr(0, CATEGORY))


def in_ranges(rows: ir.Table, ranges: Sequence[tuple[str, str, str]]) -> ir.BooleanValue:
    """Whether a usable diagnosis lies in one of the ranges (system, first and last category)."""
    found = ((rows.system == system) & rows.category.between(first, last) for system, first, last in ranges)
    return reduce(or_, found, ibis.literal(False)).fill_null(False)


def diagnosis_bits(diagnosis: ir.Table, groups: Sequence[DiagnosisGroup]) -> ir.Table:
    """One row per person with a usable diagnosis: the keys, and ``diagnoses``: a bit for each group, by its place."""
    rows = usable(diagnosis)
    named = {group.id: in_ranges(rows, group.ranges) for group in groups if group.ranges}
    rest = ~reduce(or_, named.values(), ibis.literal(False))
    points = [named.get(group.id, rest) for group in groups]
    bits = [point.any().cast("int64") * (1 << place) for place, point in enumerate(points)]
    return rows.group_by(list(KEYS)).aggregate(diagnoses=sum(bits[1:], bits[0]))
