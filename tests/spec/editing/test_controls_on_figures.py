"""Each control on figures, on both sides of its limit."""

import numpy as np
import pytest

from omsorgstall.editing import controls
from omsorgstall.editing.figures import Figures, inhabitants
from omsorgstall.editing.review import FIGURE_METHODS
from tests.spec.editing.drawn import BPA, GROUP, HOME_CARE, LONG_STAY, YEAR, figures, steady

NAN = float("nan")


def judge(control_id, drawn):
    control = controls()[control_id]
    return FIGURE_METHODS[control.method](control, drawn, YEAR)


def found(control_id, drawn):
    """Municipality by its place in the group, service, expected."""
    return [(GROUP.index(f.municipality), f.service, f.expected) for f in judge(control_id, drawn).findings]


def one_differs(before, now, count=12):
    """The last municipality of a steady group is drawn."""
    return [*steady(count - 1), (before, now)]


# 100 persons each year: √(1/100 + 1/100) · 2 = 0.28 for chance, and 20 per cent: e^(0.18 + 0.28) = 1.59. With 160 persons this
# year √(1/100 + 1/160) · 2 = 0.255 gives 1.55; with 150 √(1/100 + 1/150) · 2 = 0.258 gives 1.553.
@pytest.mark.parametrize(("now", "stands_out"), [(150, False), (160, True), (60, True), (66, False)])
def test_e01_a_change_beyond_what_chance_and_similar_municipalities_do(now, stands_out):
    assert [n for n, _, _ in found("E01", figures("users", {HOME_CARE: one_differs(100, now)}))] == ([11] if stands_out else [])


def test_e01_expects_what_the_stratum_did():
    drawn = figures("users", {HOME_CARE: [*steady(15, change=1.1), (100, 220)]})
    ((place, service, expected),) = found("E01", drawn)
    assert (place, service) == (15, HOME_CARE)
    assert expected == pytest.approx(110, rel=0.011)  # the median change lies within the small movements of the others


def test_e01_a_change_that_all_of_the_group_make_is_none():
    assert found("E01", figures("users", {HOME_CARE: steady(12, change=2.0)})) == []


def test_e01_what_is_missing_in_one_of_the_years_is_not_judged():
    outcome = judge("E01", figures("users", {HOME_CARE: [*steady(11), (100, NAN), (NAN, 100)]}))
    assert (outcome.judged, outcome.not_judged, outcome.findings) == (11, 2, ())


def test_e01_amounts_of_few_persons_may_change_more():
    hours = {BPA: [*[(b * 30, n * 30) for b, n in steady(11)], (3000, 9000)]}
    many = figures("hours", hours) | figures("users", {BPA: [*steady(11), (100, 100)]})
    few = figures("hours", hours) | figures("users", {BPA: [*steady(11), (4, 4)]})
    assert [n for n, _, _ in found("E01", many)] == [11]
    assert found("E01", few) == []


@pytest.mark.parametrize(("before", "now", "stands_out"), [(1, 0, True), (1, 1, False), (0, 0, False), (5, NAN, False)])
def test_e02_a_group_of_services_is_gone(before, now, stands_out):
    assert bool(found("E02", figures("users", {"HOUSING": one_differs(before, now)}))) is stands_out


@pytest.mark.parametrize(("before", "now", "stands_out"), [(5, 0, True), (4, 0, False), (5, 1, False), (0, 0, False)])
def test_e03_a_service_that_five_persons_had_is_gone(before, now, stands_out):
    drawn = found("E03", figures("users", {LONG_STAY: one_differs(before, now)}))
    assert drawn == ([(11, LONG_STAY, before)] if stands_out else [])


def per_inhabitant(rates):
    """Users of home care at so many per thousand inhabitants, two years alike."""
    people = inhabitants(GROUP[: len(rates)], YEAR)
    return figures("users", {HOME_CARE: [(p * r / 1000, p * r / 1000) for p, r in zip(people, rates, strict=True)]})


@pytest.mark.parametrize(("rate", "stands_out"), [(76, True), (74, False), (24, True), (26, False)])
def test_e04_users_per_inhabitant_half_more_or_less_than_the_group(rate, stands_out):
    rates = [50 + 0.1 * ((n % 5) - 2) for n in range(11)]
    ((place, _, expected),) = found("E04", per_inhabitant([*rates, rate])) or [(None, None, None)]
    assert (place == 11) is stands_out
    if stands_out:
        assert expected == pytest.approx(per_inhabitant([*rates, 50])["users"].values[11, 0, 1], rel=0.01)


def test_e04_a_municipality_in_a_group_that_varies_as_much_does_not_stand_out():
    rates = [20 + 8 * (n % 8) for n in range(11)]
    assert found("E04", per_inhabitant([*rates, 90])) == []


# Chance lets 10 users have e^(2 / √10) = 1.88 times the 40 hours of the group, and 5 users e^(2 / √5) = 2.45 times.
@pytest.mark.parametrize(
    ("each", "users", "stands_out"), [(70, 10, False), (80, 10, True), (90, 5, False), (105, 5, True), (105, 4, False)]
)
def test_e05_hours_per_user_far_from_the_group_in_the_same_year(each, users, stands_out):
    others = [(20, 20 + n) for n in range(11)]
    hours = [(900, n * 40 * (1 + 0.004 * (n % 5 - 2))) for _, n in others]
    drawn = figures("users", {BPA: [*others, (users, users)]}) | figures("hours", {BPA: [*hours, (0, users * each)]})
    assert [n for n, _, _ in found("E05", drawn)] == ([11] if stands_out else [])


def test_e05_a_place_that_is_not_judged_has_too_few_users():
    users = figures("users", {BPA: [*[(20, 20 + n) for n in range(11)], (4, 4)]})
    assert judge("E05", users | figures("hours", {BPA: [*[(900, 40.0 * (20 + n)) for n in range(11)], (0, 160)]})).judged == 11


@pytest.mark.parametrize(
    ("factor", "about"), [(4.33, "month"), (1 / 4.33, "month"), (4.0, "four_weeks"), (52, "year"), (2, None), (3.5, None)]
)
def test_e06_hours_per_user_that_are_another_unit(factor, about):
    drawn = figures("users", {BPA: [(20, 22)]}) | figures("hours", {BPA: [(20 * 1500, 22 * 1500 * factor)]})
    outcome = judge("E06", drawn)
    assert [(f.about, f.suggested) for f in outcome.findings] == ([(about, pytest.approx(33_000))] if about else [])


@pytest.mark.parametrize(("users", "judged"), [(5, 1), (4, 0)])
def test_e06_needs_five_persons_in_both_years(users, judged):
    drawn = figures("users", {BPA: [(users, 22)]}) | figures("hours", {BPA: [(30_000, 130_000)]})
    assert judge("E06", drawn).judged == judged


# The municipality goes from 1000 to 1500: 500 of the country's 50 000 is 1 per cent.
@pytest.mark.parametrize(("national", "stands_out"), [(49_999, True), (50_000, False)])
def test_e07_a_change_that_alone_moves_the_country_by_one_per_cent(national, stands_out):
    drawn = figures("users", {HOME_CARE: one_differs(1000, 1500)}, national={HOME_CARE: [national, national]})
    assert [n for n, _, _ in found("E07", drawn)] == ([11] if stands_out else [])


def test_e07_a_large_city_that_moves_the_country_by_a_small_change_of_its_own_is_left_in_peace():
    drawn = figures("users", {HOME_CARE: one_differs(100_000, 104_000)})
    assert found("E07", drawn) == []


def test_the_influence_of_a_finding_is_the_share_of_the_national_figure_that_would_move():
    (finding,) = judge("E03", figures("users", {LONG_STAY: [(50, 0), (100, 150)]})).findings
    assert finding.influence == pytest.approx(50 / 150)


def test_the_influence_where_the_whole_country_is_gone_is_held_against_last_year():
    (finding,) = judge("E03", figures("users", {LONG_STAY: [(50, 0), (0, 0)]})).findings
    assert (finding.national, finding.influence) == (50, 1.0)


def test_without_last_year_nothing_that_rests_on_it_is_judged_and_nothing_fails():
    drawn = {k: only_this_year(f) for k, f in both().items()}
    for control in ("E01", "E02", "E03", "E06", "E07"):
        outcome = judge(control, drawn)
        assert (outcome.judged, outcome.findings) == (0, ())
    assert judge("E05", drawn).judged == 12


def only_this_year(f):
    return Figures(f.id, f.municipalities, f.services, (YEAR,), f.values[:, :, 1:], f.national[:, 1:])


def both():
    users = steady(12)
    return figures("users", {BPA: users}) | figures("hours", {BPA: [(b * 30, n * 30) for b, n in users]})


def test_all_municipalities_of_the_group_are_real():
    assert len(GROUP) > 16
    assert not np.isnan([v for f in both().values() for v in f.values.ravel()]).any()
