"""The made-up country resembles the published one. A sample shows it within loose limits; the whole country is measured apart."""

import pytest

from omsorgstall.synthetic import plausibility, render
from omsorgstall.synthetic.plausibility import FITTED, UNFITTED, median_deviation, published_figures, worst_main_group

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def comparisons():
    return plausibility(seed=1, share=0.06)


def test_fitted_figures_are_near_the_published_ones(comparisons):
    assert median_deviation(comparisons, FITTED) < 6


def test_figures_nobody_fitted_are_near_too(comparisons):
    assert median_deviation(comparisons, UNFITTED) < 12


def test_no_main_service_group_is_far_off(comparisons):
    assert abs(worst_main_group(comparisons).deviation) < 15


def test_the_trend_carries_users_back_to_2017(comparisons):
    (then,) = [
        c
        for c in comparisons
        if c.published.measure == "recipients_during_year"
        and c.published.year == 2017
        and c.published.group == "Alle tjenestemottakere"
    ]
    assert abs(then.deviation) < 8


def test_the_report_shows_every_comparison_and_says_what_it_is_not(comparisons):
    text = render(comparisons)
    assert "not correctness" in text
    assert text.count("\n| ") == len(comparisons) + 2


def test_every_published_figure_has_a_source_and_a_role():
    assert all(p.source and p.role in (FITTED, UNFITTED) for p in published_figures())
