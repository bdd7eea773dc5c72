"""What earlier points said of a release holds for the next one only when every point of then is a point of now."""

from dataclasses import replace

import numpy as np
import pytest

from omsorgstall.disclosure import preset, protect
from omsorgstall.disclosure.attack.published import Published, read
from omsorgstall.disclosure.attack.verdicts import Seen
from tests.builders.made_up_draft import small_country


@pytest.fixture
def system() -> Published:
    """A system with open, hidden and zero cells."""
    found = next(s for s in read(protect(small_country(), preset("small-count-5")).tables) if s.hidden.any() and not s.amounts)
    assert (found.values[found.open_] > 0).any()
    return found


def first(found) -> int:
    return int(np.flatnonzero(found)[0])


def with_hidden(system: Published, column: int) -> Published:
    """The system with one open cell hidden."""
    open_, hidden, values = system.open_.copy(), system.hidden.copy(), system.values.copy()
    open_[column], hidden[column], values[column] = False, True, np.nan
    return replace(system, open_=open_, hidden=hidden, values=values)


def test_the_same_cells_fit(system):
    assert Seen.nothing(system).fits(system)


def test_points_fit_still_when_a_figure_has_been_hidden(system):
    assert Seen.nothing(system).fits(with_hidden(system, first(system.open_ & (system.values > 0))))


def test_points_do_not_fit_when_a_hidden_figure_is_shown(system):
    more = with_hidden(system, first(system.open_ & (system.values > 0)))
    assert not Seen.nothing(more).fits(system)


def test_points_do_not_fit_when_a_zero_has_been_hidden_as_a_hidden_cell_is_taken_for_no_zero(system):
    values = system.values.copy()
    column = first(system.open_)
    values[column] = 0
    shown = replace(system, values=values)
    assert not Seen.nothing(shown).fits(with_hidden(shown, column))


def test_points_do_not_fit_when_a_shown_figure_has_changed(system):
    values = system.values.copy()
    values[first(system.open_)] += 1
    assert not Seen.nothing(system).fits(replace(system, values=values))


def test_points_of_one_year_do_not_fit_another(system):
    assert not Seen.nothing(system).fits(replace(system, year="1999"))
