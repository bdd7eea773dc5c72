"""What an earlier edition showed or hid decides what the next can hide or show."""

import numpy as np
import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.disclosure import preset, protect, release
from omsorgstall.releases import ReleaseStore
from omsorgstall.tables import CellStatus
from tests.builders.made_up_draft import People, draft_of, member, model, persons_content, region_dimension, years

PRESET = preset("small-count-5")


def country(*counts: int, edition: str = "2023-1"):
    leaves = [f"11{n:02d}" for n in range(1, len(counts) + 1)]
    people = People()
    for leaf, count in zip(leaves, counts, strict=True):
        people.add("users", "", [leaf], "", count)
    region = region_dimension([member("EAK", leaves), *map(member, leaves)])
    return draft_of([model("11642", [region, years(2022)], [persons_content("users")])], people, edition)


def status(protected):
    return protected.tables[0].statuses["Brukere"].ravel().tolist()


def test_what_was_hidden_as_company_stays_hidden_when_nothing_changed():
    first = protect(country(40, 9, 8, 3), PRESET)
    again = protect(country(40, 9, 8, 3, edition="2023-2"), PRESET, memory=first.tables)
    assert status(first) == status(again)


def test_a_cell_shown_before_is_no_company_for_a_new_small_one():
    first = protect(country(40, 9, 8, 12), PRESET)
    assert CellStatus.SUPPRESSED not in status(first)
    changed = country(40, 9, 8, 3, edition="2023-2")
    # 40, 9 and 8 are known already, so the whole must be hidden with the new small figure.
    again = protect(changed, PRESET, memory=first.tables)
    assert status(again) == [2, 0, 0, 0, 2]
    assert again.withdrawn == {("11642", ("EAK", "2022", "Brukere")), ("11642", ("1104", "2022", "Brukere"))}
    assert release(changed, PRESET, memory=first.tables).attack.passed


def test_a_figure_shown_two_editions_ago_is_known_still():
    first = protect(country(40, 9, 8, 12), PRESET)
    second = protect(country(41, 9, 8, 12, edition="2023-2"), PRESET, memory=first.tables)
    back = country(40, 9, 8, 3, edition="2023-3")
    forgetful = protect(back, PRESET, memory=second.tables)
    assert status(forgetful) == [0, 2, 0, 0, 2], "who has the first edition reads 40 there, and works out the 3"
    assert status(protect(back, PRESET, memory=(*first.tables, *second.tables))) == [2, 0, 0, 0, 2]


def test_what_was_hidden_as_company_is_shown_once_readers_can_work_it_out():
    first = release(country(40, 9, 8, 3), PRESET).protected
    assert status(first) == [0, 0, 0, 2, 2]
    # Nobody is left in the last one: who has the whole, 40 and 9 has the 11 too, and it is small no more.
    again = release(country(40, 9, 11, 0, edition="2023-2"), PRESET, memory=first.tables)
    assert (status(again.protected), again.attack.passed) == ([0, 0, 0, 0, 1], True)


def test_a_stricter_preset_cannot_take_back_what_readers_have():
    first = protect(country(40, 9, 8, 7), PRESET)
    with pytest.raises(OmsorgstallError, match="earlier edition"):
        protect(country(40, 9, 8, 3, edition="2023-2"), PRESET, memory=_with_total(first.tables, 60))


def _with_total(tables, total):
    """The earlier edition as if its total had been the one of today."""
    figures = tables[0].values["Brukere"]
    np.put(figures, 0, total)
    return tables


def test_the_store_remembers_for_the_next_edition(tmp_path):
    store = ReleaseStore(tmp_path)
    first = release(country(40, 9, 8, 3), PRESET)
    store.publish("2023-1", first.protected.tables)
    again = release(country(40, 9, 8, 3, edition="2023-2"), PRESET, memory=store.memory())
    assert status(again.protected) == status(first.protected)
    store.publish("2023-2", again.protected.tables)
    assert [t.edition for t in store.memory()] == ["2023-1", "2023-2"]
