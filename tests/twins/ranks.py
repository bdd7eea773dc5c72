"""Ranks by asking every pair: how many of the group are better."""

from collections.abc import Mapping


def slow_ranks(
    values: Mapping[str, float | None], groups: Mapping[str, str], *, highest_first: bool
) -> dict[str, tuple[int, int]]:
    """Place and number compared, for each that has a value and somebody to be compared with."""
    found = {}
    for one, value in values.items():
        if value is not None:
            others = [v for m, v in values.items() if groups[m] == groups[one] and v is not None]
            better = [v for v in others if (v > value if highest_first else v < value)]
            if len(others) > 1:
                found[one] = (1 + len(better), len(others))
    return found
