"""Where a municipality stands in its KOSTRA group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omsorgstall.codes import municipalities


@dataclass(frozen=True, slots=True)
class Rank:
    """A place among those compared: 1 is the best, equal values share the best place they could have."""

    place: int
    of: int


def ranks(values: Mapping[str, float | None], *, highest_first: bool) -> dict[str, Rank]:
    """The rank of each municipality within its KOSTRA group; those without a value take no part, and one alone has no rank.

    Args:
        values: by municipality number of today.
        highest_first: whether the highest value is the best.
    """
    found: dict[str, Rank] = {}
    for members in _groups([m for m, v in values.items() if v is not None]):
        if len(members) == 1:
            continue
        best_first = sorted((_order(values[m], highest_first=highest_first), m) for m in members)
        place = 0
        for number, (value, municipality) in enumerate(best_first):
            place = place if number and value == best_first[number - 1][0] else number + 1
            found[municipality] = Rank(place, len(members))
    return found


def _order(value: float | None, *, highest_first: bool) -> float:
    return (-1 if highest_first else 1) * (value or 0.0)


def _groups(numbers: Sequence[str]) -> list[list[str]]:
    grouped: dict[str, list[str]] = {}
    for number in numbers:
        if number in municipalities():
            grouped.setdefault(municipalities()[number].kostra_group, []).append(number)
    return list(grouped.values())
