"""What is hidden when more must be hidden than was decided at first."""

import numpy as np

from omsorgstall.disclosure import preset
from omsorgstall.disclosure.protect import Protection
from omsorgstall.tables import CellStatus
from tests.builders.made_up_draft import (
    People,
    dimension,
    draft_of,
    member,
    model,
    persons_content,
    region_dimension,
    years,
)

LEAVES = [f"42{n:02d}" for n in range(1, 9)]
AGES = ["000-066", "067+"]


def county():
    """Eight municipalities, two ages, no small figure; the last municipality has the fewest."""
    people = People()
    for n, leaf in enumerate(LEAVES):
        for m, age in enumerate(AGES):
            people.add("users", "", [leaf], age, 90 - 10 * n + m)
    region = region_dimension([member("EAK", LEAVES), *map(member, LEAVES)])
    age = dimension("Alder", [member("999", AGES), *map(member, AGES)])
    return draft_of([model("11642", [region, age, years(2022)], [persons_content("users")])], people)


def hidden(protected) -> set[tuple[str, str]]:
    (table,) = protected.tables
    region, age, _ = (d.codes() for d in table.model.dimensions)
    return {(region[r], age[a]) for r, a, _ in np.argwhere(table.statuses["Brukere"] == CellStatus.SUPPRESSED)}


def test_when_a_municipality_is_hidden_later_another_is_hidden_with_it_and_the_county_stays_open():
    protection = Protection(county(), preset("small-count-5"))
    assert hidden(protection.protected()) == set()
    (guarded,) = protection.guarded
    (place,) = guarded.system.places
    first_cell = 1 * 3 + 1  # row of 4201, column of the first age
    guarded.beside[place.column[place.cells == first_cell]] = True
    found = hidden(protection.protected())
    assert ("4201", "000-066") in found
    assert not {cell for cell in found if cell[0] == "EAK"}
    assert ("4208", "000-066") in found, "the least wanted of the other municipalities keeps it company"
