"""Slow twin of the need level: one assessment at a time, exact fractions, written from the reference and the decision table."""

from fractions import Fraction

SUBSCALES = {
    "household": ("f01", "f02"),
    "self-care": ("f03", "f04", "f05", "f06", "f07", "f08", "f09"),
    "own health": ("f10",),
    "cognition": ("f11", "f12"),
    "social": ("f13", "f14", "f15"),
}
LOW, MEDIUM, EXTENSIVE, NOT_STATED = "1", "2", "3", "9"


def need_level(scores, profile, policy):
    """``profile`` is ``sm2005-approx``, ``sm2010-approx-mean`` or ``sm2010-approx-rule``; ``policy`` what a 9 does."""
    counted = {name: _counted([scores[m] for m in members], policy) for name, members in SUBSCALES.items()}
    if any(values is None for values in counted.values()):
        return NOT_STATED
    means = {name: Fraction(sum(values), len(values)) for name, values in counted.items()}
    if profile == "sm2005-approx":
        every = [v for values in counted.values() for v in values]
        return _band(Fraction(sum(every), len(every)))
    if profile == "sm2010-approx-mean":
        return _band(sum(means.values()) / 5)
    core = [means[name] for name in ("self-care", "social", "cognition")]
    if means["self-care"] > 3 or (sum(m > 2 for m in core) >= 2 and max(core) > 3):
        return EXTENSIVE
    return LOW if max(core) <= 2 else MEDIUM


def subscale_mean(scores, policy):
    """The mean of a subscale as a fraction; None when it is missing."""
    values = _counted(scores, policy)
    return None if values is None else Fraction(sum(values), len(values))


def _counted(scores, policy):
    """The scores that make the mean; None when the subscale is missing."""
    answered = [s for s in scores if s in (1, 2, 3, 4, 5, 9)]
    if 2 * len(answered) < len(scores):
        return None
    relevant = [s for s in answered if s != 9]
    if policy == "as_one" or (policy == "hybrid" and not relevant):
        return [1 if s == 9 else s for s in answered]
    return relevant or None


def _band(mean):
    return LOW if mean <= 2 else MEDIUM if mean <= 3 else EXTENSIVE
