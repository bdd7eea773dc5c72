"""Draws depend on the person and what is drawn, and are as evenly spread as chance."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.synthetic.draws import keyed, normal, poisson_small, root_key, uniform

KEYS = keyed(np.broadcast_to(root_key(1), 20_000), np.arange(20_000))


@given(st.lists(st.integers(0, 19_999), min_size=1, max_size=50))
def test_a_draw_does_not_depend_on_who_else_is_drawn_for(chosen):
    assert np.array_equal(uniform(KEYS, "onset")[chosen], uniform(KEYS[chosen], "onset"))


def test_draws_are_spread_evenly():
    counts = np.histogram(uniform(KEYS, "anything"), bins=20, range=(0, 1))[0]
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)


def test_two_draws_of_one_person_are_unrelated():
    assert abs(np.corrcoef(uniform(KEYS, "one"), uniform(KEYS, "another"))[0, 1]) < 0.03
    assert abs(np.corrcoef(uniform(KEYS, "one"), uniform(keyed(KEYS, 1), "one"))[0, 1]) < 0.03


def test_normal_and_poisson_numbers_have_their_moments():
    z = normal(KEYS, "z")
    assert abs(z.mean()) < 0.03
    assert abs(z.std() - 1) < 0.03
    n = poisson_small(KEYS, "n", np.full(len(KEYS), 0.7))
    assert abs(n.mean() - 0.7) < 0.03
    assert abs(n.var() - 0.7) < 0.04
