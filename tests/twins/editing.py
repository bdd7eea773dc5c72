"""The editing methods again, unit by unit in plain Python, written from their description and not from the code."""

from math import inf, sqrt
from statistics import median, quantiles


def given(value):
    return value is not None and value == value


def ratio_edit(now, before, strata, size=0.5, least=0.05, width=20.0):
    """Per unit: lower limit, upper limit, flagged; None when not tested."""
    found = [None] * len(now)
    for stratum in set(strata):
        units = [n for n, s in enumerate(strata) if s == stratum]
        units = [n for n in units if given(now[n]) and given(before[n]) and now[n] > 0 and before[n] > 0]
        changed = [n for n in units if now[n] != before[n]]
        if len(units) - len(changed) >= len(units) / 2:
            units = changed
        if not units:
            continue
        middle = median(now[n] / before[n] for n in units)
        effects = {}
        for n in units:
            ratio = now[n] / before[n]
            effect = ratio / middle - 1 if ratio >= middle else 1 - middle / ratio
            effects[n] = effect * max(now[n], before[n]) ** size
        q1, q2, q3 = quantiles(effects.values(), n=4, method="inclusive") if len(units) > 1 else [*effects.values()] * 3
        floor = least if q2 == 0 else abs(least * q2)
        low, high = q2 - width * max(q2 - q1, floor), q2 + width * max(q3 - q2, floor)
        for n in units:
            weight = max(now[n], before[n]) ** size
            lower = middle * weight / (weight - low) if weight > low else inf
            upper = middle * (weight + high) / weight
            found[n] = (lower, upper, not lower <= now[n] / before[n] <= upper)
    return found


def largest_changes(before, now, most):
    """Positions of the units with the largest differences."""
    pairs = [n for n in range(len(now)) if given(before[n]) and given(now[n])]

    def larger(n, m):
        return abs(now[n] - before[n]) > abs(now[m] - before[m])

    return {n for n in pairs if sum(larger(m, n) for m in pairs) < most}


def ratio_model(y, x, limit, limit_iterate):
    """Per unit: t by the ratio model, from its closed form; None when not tested."""
    tested = [n for n in range(len(y)) if given(y[n]) and given(x[n]) and x[n] > 0]
    inside = list(tested)
    if len(inside) < 3:
        return [None] * len(y)
    for _ in range(10):
        ts = _inner(y, x, inside)
        stay = [n for n in inside if abs(ts[n]) < limit_iterate]
        if stay == inside or len(stay) < 3:
            break
        inside = stay
    ts, b, s = _inner(y, x, inside), *_fit(y, x, inside)
    total = sum(x[n] for n in inside)
    found = [None] * len(y)
    for n in tested:
        found[n] = ts[n] if n in inside else (y[n] - b * x[n]) / sqrt(s * s * x[n] ** 2 / total + s * s * x[n])
    return [None if t is None else (t, abs(t) >= limit) for t in found]


def _fit(y, x, units):
    b = sum(y[n] for n in units) / sum(x[n] for n in units)
    return b, sqrt(sum((y[n] - b * x[n]) ** 2 / x[n] for n in units) / (len(units) - 1))


def _inner(y, x, units):
    """t of each unit in the model: the distance from the model fitted anew without it, by its standard error."""
    found = {}
    for n in units:
        others = [m for m in units if m != n]
        b, s = _fit(y, x, others)
        total = sum(x[m] for m in others)
        found[n] = (y[n] - b * x[n]) / sqrt(s * s * (x[n] ** 2 / total + x[n]))
    return found
