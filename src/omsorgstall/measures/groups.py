"""The exclusive groups of table 06971: each person stands in the first group that fits."""

import ibis
from ibis.expr import types as ir

from omsorgstall.codes.services import exclusive_groups


def exclusive_group(services: ir.IntegerColumn, counts: ir.BooleanColumn) -> ir.StringValue:
    """Aggregate over a person's services: code of her group; null when no service counts.

    Args:
        services: recoded service types of one person.
        counts: whether the service counts, such as active on 31 December.
    """
    branches = [(ibis.and_(*[_has(services, counts, s) for s in g.all_of]), g.code) for g in exclusive_groups()]
    return ibis.cases(*branches)


def _has(services: ir.IntegerColumn, counts: ir.BooleanColumn, members: tuple[int, ...]) -> ir.BooleanValue:
    return (services.isin(members) & counts).any()
