"""Slow twin of derived tables: one cell at a time, by the words of the definition."""

import math

VALUE, ZERO, HIDDEN, IMPOSSIBLE, MISSING = range(5)


def ratio(wanted, region, year, sources, inhabitants):
    """Value, numerator and denominator of one cell, each with its status."""
    above = added(wanted.numerator, region, year, sources)
    cells = getattr(wanted.denominator, "tables", None)
    below = added(wanted.denominator, region, year, sources) if cells else seen(inhabitants)
    return divided(above, below, wanted.per), above, below


def seen(number):
    return (number, MISSING if math.isnan(number) else VALUE if number else ZERO)


def added(wanted, region, year, sources):
    for source in (sources[t] for t in wanted.tables if t in sources):
        model = source.model
        if region in model.dimension("Region").index() and year in model.dimension("Tid").index():
            return combined([found(source, wanted.content, place) for place in places(model, wanted.codes, region, year)])
    return math.nan, IMPOSSIBLE


def places(model, codes, region, year):
    cells = [()]
    for dimension in model.dimensions:
        fixed = {"Region": (region,), "Tid": (year,)}.get(dimension.id) or codes.get(dimension.id, (dimension.elimination,))
        cells = [(*c, dimension.index()[code]) for c in cells for code in fixed]
    return cells


def found(source, content, place):
    if content in source.values:
        return float(source.values[content][place]), int(source.statuses[content][place])
    mean = next(c for c in source.model.contents if c.numerator == content)
    persons, means = found(source, mean.denominator, place), found(source, mean.id, place)
    if persons[1] == ZERO:
        return 0.0, ZERO
    status = max(persons[1], means[1])
    return persons[0] * means[0], status


def combined(parts):
    statuses = {s for _, s in parts}
    if HIDDEN in statuses or MISSING in statuses:
        return math.nan, HIDDEN if HIDDEN in statuses else MISSING
    if statuses == {IMPOSSIBLE}:
        return math.nan, IMPOSSIBLE
    total = sum(v for v, s in parts if s != IMPOSSIBLE)
    return (total, VALUE) if total else (0.0, ZERO)


def divided(above, below, per):
    statuses = {above[1], below[1]}
    for closed in (HIDDEN, MISSING):
        if closed in statuses:
            return math.nan, closed
    if IMPOSSIBLE in statuses or below[1] == ZERO:
        return math.nan, IMPOSSIBLE
    return (0.0, ZERO) if above[1] == ZERO else (per * above[0] / below[0], VALUE)
