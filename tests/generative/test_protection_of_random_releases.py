"""Random small releases: whatever the counts, the attack finds nothing, and trying all counts leaves at least two."""

from contextlib import contextmanager

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from omsorgstall.core import OmsorgstallError
from omsorgstall.disclosure import preset, release
from omsorgstall.tables import CellStatus
from tests.builders.enumeration import possible_figures, possible_pairs
from tests.builders.random_drafts import drafts, two_editions

SMALL_COUNT = preset("small-count-5")


@given(draft=drafts())
def test_a_release_withstands_the_attack_and_nothing_stays_undecided(draft):
    report = release(draft, SMALL_COUNT, lp_budget_seconds=30).attack
    assert report.passed
    assert report.undecided == 0


@settings(max_examples=40)
@given(draft=drafts(services=2, most_leaves=4, overlaps=False, hours=False, last_day=True))
def test_a_year_and_its_last_day_together_withstand_the_attack(draft):
    report = release(draft, SMALL_COUNT, lp_budget_seconds=30).attack
    assert report.passed
    assert report.undecided == 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(draft=drafts(services=1, most_leaves=3, overlaps=False, hours=False, last_day=True))
def test_trying_every_count_of_a_year_and_its_last_day_leaves_at_least_two(draft):
    tables = release(draft, SMALL_COUNT).protected.tables
    assume(len(tables) == 2)
    found = possible_pairs(*tables)
    assume(any(found))
    assert all(len(figures) >= 2 for cells in found for figures in cells.values())


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(draft=drafts(services=1, most_leaves=3, overlaps=False, hours=False))
def test_trying_every_count_leaves_at_least_two_for_each_hidden_cell(draft):
    (table,) = release(draft, SMALL_COUNT).protected.tables
    hidden = int((table.statuses["Brukere"] == CellStatus.SUPPRESSED).sum())
    found = possible_figures(table)
    assume(found or not hidden)
    assert len(found) == hidden
    assert all(len(figures) >= 2 for figures in found.values())


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(draft=drafts(services=2, most_leaves=2, overlaps=False, hours=False))
def test_trying_every_count_with_a_union_of_services_leaves_at_least_two(draft):
    (table,) = release(draft, SMALL_COUNT).protected.tables
    found = possible_figures(table)
    assume(found)
    assert all(len(figures) >= 2 for figures in found.values())


@given(draft=drafts(), limit=st.sampled_from([3, 4, 10]))
def test_every_preset_hides_what_it_says_and_shows_zeros(draft, limit):
    released = release(draft, preset(f"small-count-{limit}")).protected.tables
    for before, after in zip(draft.tables, released, strict=True):
        for content, status in after.statuses.items():
            figures = before.values[content]
            assert (status[figures == 0] == CellStatus.TRUE_ZERO).all()
            if content == "Brukere":
                assert (status[(figures > 0) & (figures < limit)] == CellStatus.SUPPRESSED).all()
            shown = status == CellStatus.VALUE
            assert np.array_equal(after.values[content][shown], figures[shown])


@given(draft=drafts())
def test_the_same_figures_can_be_released_again_and_show_the_same(draft):
    first = release(draft, SMALL_COUNT).protected.tables
    again = release(draft, SMALL_COUNT, memory=first).protected.tables
    for before, after in zip(first, again, strict=True):
        for content, status in before.statuses.items():
            assert np.array_equal(after.statuses[content], status)


@settings(max_examples=40)
@given(editions=two_editions())
def test_a_corrected_edition_is_protected_beside_the_first_unless_that_gives_it_away(editions):
    first = release(editions[0], SMALL_COUNT).protected.tables
    with only_refused_as("known-already"):
        assert release(editions[1], SMALL_COUNT, memory=first).attack.passed


@contextmanager
def only_refused_as(code):
    try:
        yield
    except OmsorgstallError as error:
        if error.code != code:
            raise
