"""Small random releases for property tests: regions in two partitions, ages, overlapping services, hours."""

from hypothesis import strategies as st

from omsorgstall.tables import Composition, DraftRelease
from tests.builders.made_up_draft import (
    People,
    amount_content,
    dimension,
    draft_of,
    member,
    model,
    persons_content,
    region_dimension,
    years,
)

AGES = ["000-066", "067+"]
SERVICES = ["01", "02", "15"]
COUNTS = st.one_of(st.just(0), st.integers(0, 3), st.integers(1, 12))


@st.composite
def drafts(
    draw, *, services: int = 3, most_leaves: int = 5, overlaps: bool = True, hours: bool = True, last_day: bool = False
) -> DraftRelease:
    """A release over two to five municipalities; every person is a pattern of places, age and services.

    Args:
        last_day: with a second table, of those who still have some of their services on the last day of the year.
    """
    leaves = [f"11{n:02d}" for n in range(1, draw(st.integers(2, most_leaves)) + 1)]
    codes = SERVICES[: draw(st.integers(1, services))]
    people = People()
    for leaf in leaves:
        for age in AGES:
            for has in draw(st.lists(st.sets(st.sampled_from(codes), min_size=1), min_size=1, max_size=3)):
                count = draw(COUNTS)
                _add(people, [leaf], age, has, count, codes)
                if last_day and count:
                    kept = draw(st.sets(st.sampled_from(sorted(has)), min_size=1))
                    _add_left(people, leaf, age, kept, draw(st.integers(0, count)))
    if overlaps and draw(st.booleans()):
        _add(people, leaves[:2], AGES[0], {codes[0]}, 1, codes)
    models = [_users(draw, leaves, codes)]
    if any(r["family"] == "left" for r in people.rows):
        left = persons_content("left", among="users")
        models.append(model("11645", models[0].dimensions, [left], "Tjeneste"))
    if hours and any(r["family"] == "hours" for r in people.rows):
        models.append(_hours(leaves, codes))
    return draft_of(models, people)


@st.composite
def two_editions(draw) -> tuple[DraftRelease, DraftRelease]:
    """A release, and the same tables after one municipality has sent other figures."""
    leaves = [f"11{n:02d}" for n in range(1, draw(st.integers(2, 5)) + 1)]
    codes = SERVICES[: draw(st.integers(1, 3))]
    rows = [(leaf, age, has) for leaf in leaves for age in AGES for has in _patterns(draw, codes)]
    counts = [draw(COUNTS) for _ in rows]
    changed = draw(st.sampled_from(leaves))
    later = [draw(COUNTS) if leaf == changed else n for (leaf, _, _), n in zip(rows, counts, strict=True)]
    models = [_users(draw, leaves, codes)]
    found = []
    for numbers, edition in ((counts, "2023-1"), (later, "2023-2")):
        people = People()
        for (leaf, age, has), count in zip(rows, numbers, strict=True):
            _add(people, [leaf], age, has, count, codes)
        people.rows = [r for r in people.rows if r["family"] == "users"]
        found.append(draft_of(models, people, edition))
    return found[0], found[1]


def _patterns(draw, codes):
    return draw(st.lists(st.frozensets(st.sampled_from(codes), min_size=1), min_size=1, max_size=3, unique=True))


def _add(people: People, places, age: str, has, count: int, codes) -> None:
    if count:
        people.add("users", "00", places, age, count)
        for service in sorted(has):
            people.add("users", service, places, age, count)
        if codes[0] in has:
            people.add("hours", codes[0], places, age, count, amount=count * 37.5)


def _add_left(people: People, leaf: str, age: str, kept, count: int) -> None:
    if count:
        for unit in ("00", *sorted(kept)):
            people.add("left", unit, [leaf], age, count)


def _regions(draw, leaves):
    cut = draw(st.integers(1, len(leaves) - 1))
    groups = draw(st.lists(st.sampled_from(["EKG01", "EKG02"]), min_size=len(leaves), max_size=len(leaves)))
    found = [member("EAK", leaves), member("EKA11", leaves[:cut]), member("EKA46", leaves[cut:])]
    for code in sorted(set(groups)):
        found.append(member(code, [x for x, g in zip(leaves, groups, strict=True) if g == code]))
    return region_dimension([*found, *map(member, leaves)])


def _users(draw, leaves, codes):
    age = dimension("Alder", [member("999", AGES), *map(member, AGES)])
    service = dimension("Tjeneste", [member("00", codes), *map(member, codes)], composition=Composition.UNION)
    return model("11642", [_regions(draw, leaves), age, service, years(2022)], [persons_content("users")], "Tjeneste")


def _hours(leaves, codes):
    age = dimension("Alder", [member("999", AGES), *map(member, AGES)])
    region = region_dimension([member("EAK", leaves), *map(member, leaves)])
    service = dimension("Tjeneste", [member(codes[0])])
    return model("11643", [region, age, service, years(2022)], [amount_content("hours", "users")], "Tjeneste")
