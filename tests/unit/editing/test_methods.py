"""The methods on small data whose figures were computed by the R package for KOSTRA (1.3.3)."""

import pytest

from omsorgstall.editing.methods import (
    KOSTRA_NAMES,
    Model,
    largest_changes,
    outlier_regression,
    ratio_edit,
    thousand_error,
    unit_factor,
)

UNITS = [f"U{n:02d}" for n in range(1, 13)]
NOW = [110, 95, 1200, 40, 0, 300, 52, 870, 61, None, 1500, 2400]
BEFORE = [100, 100, 1150, 41, 10, 310, 50, 900, 20, 75, 1480, 2400]
STRATA = list("aaaaaabbbbbb")
X = [*range(10, 121, 10), 55, None]
Y = [21, 39, 62, 80, 99, 122, 138, 161, 179, 202, 219, 241, 400, 50]


def exactly(value):
    """To seven significant digits."""
    return pytest.approx(value, rel=5e-8)


def of(tested, unit):
    return tested.units.to_pylist()[UNITS.index(unit)]


def flagged(tested):
    return [n + 1 for n, row in enumerate(tested.units.to_pylist()) if row["flag"]]


def not_tested(tested):
    return [n + 1 for n, row in enumerate(tested.units.to_pylist()) if row["flag"] is None]


def test_a_thousand_error_is_found_and_its_correction_suggested():
    wrong = [*NOW[:2], 1_200_000, *NOW[3:11], 2.4]
    found = thousand_error(wrong, BEFORE)
    assert of(found, "U03")["difference"] == pytest.approx(3.018483, abs=5e-7)
    assert of(found, "U12")["difference"] == pytest.approx(-3.0, abs=1e-12)
    assert of(found, "U09")["difference"] == pytest.approx(0.484300, abs=5e-7)
    assert flagged(found) == [3, 12]
    assert not_tested(found) == [5, 10]
    assert of(found, "U03")["suggested"] == exactly(1200)
    assert of(found, "U12")["suggested"] == exactly(2400)
    assert of(found, "U09")["suggested"] is None


@pytest.mark.parametrize("limits", [{"lower": -3.1}, {"lower": 0.1}, {"upper": -0.1}, {"upper": 3.1}])
def test_the_limits_of_the_thousand_error_have_a_range(limits):
    with pytest.raises(ValueError, match="limits"):
        thousand_error(NOW, BEFORE, **limits)


def test_the_ratio_edit_demands_more_of_large_units():
    found = ratio_edit(NOW, BEFORE)
    assert of(found, "U01")["median"] == exactly(1.00675675675)
    assert of(found, "U09")["ratio"] == exactly(3.05)
    assert (of(found, "U09")["lower"], of(found, "U09")["upper"]) == (exactly(0.41942972), exactly(3.0112250))
    assert (of(found, "U01")["lower"], of(found, "U01")["upper"]) == (exactly(0.49283853), exactly(2.4994403))
    assert (of(found, "U12")["lower"], of(found, "U12")["upper"]) == (exactly(0.82302193), exactly(1.3263212))
    assert flagged(found) == [9]
    assert not_tested(found) == [5, 10]
    narrow = of(ratio_edit(NOW, BEFORE, width=5), "U01")
    assert (narrow["lower"], narrow["upper"]) == (exactly(0.79933779), exactly(1.3811403))


def test_the_ratio_edit_works_within_strata():
    found = ratio_edit(NOW, BEFORE, STRATA, width=5)
    medians = {row["stratum"]: row["median"] for row in found.strata.to_pylist()}
    assert medians == {"a": exactly(0.97560976), "b": exactly(1.01351351)}
    assert of(found, "U06")["lower"] == exactly(0.9375)
    assert of(found, "U09")["upper"] == exactly(1.1357867)
    assert flagged(found) == [9]


def test_each_stratum_may_have_its_own_width():
    together = ratio_edit(NOW, BEFORE, STRATA, width={"a": 5, "b": 20}).units.to_pylist()
    assert together[:6] == ratio_edit(NOW, BEFORE, STRATA, width=5).units.to_pylist()[:6]
    assert together[6:] == ratio_edit(NOW, BEFORE, STRATA, width=20).units.to_pylist()[6:]


def test_where_half_did_not_change_only_those_that_did_are_tested():
    found = ratio_edit([10, 20, 30, 44, 66], [10, 20, 30, 40, 60])
    assert not_tested(found) == [1, 2, 3]
    assert "did not change" in found.warnings[0]


def test_where_nothing_changed_nothing_is_tested_and_that_is_said():
    found = ratio_edit([10, 20, 0], [10, 20, 5], ["a", "a", "b"])
    assert not_tested(found) == [1, 2, 3]
    assert ["stratum a" in found.warnings[0], "stratum b" in found.warnings[1]] == [True, True]


def test_the_largest_changes_are_those_in_size_not_in_percent():
    found = largest_changes(BEFORE, NOW, most=3)
    assert flagged(found) == [3, 8, 9]
    assert [of(found, u)["rank"] for u in ("U03", "U09", "U08")] == [1, 2, 3]
    assert of(found, "U03")["difference"] == 50
    assert of(found, "U03")["percent"] == exactly(4.3478261)
    assert of(found, "U03")["percent_of_total"] == exactly(0.76207895)
    assert of(found, "U09")["difference"] == 41
    assert of(found, "U09")["percent"] == exactly(205)
    assert of(found, "U08")["difference"] == -30
    assert found.strata.to_pylist()[0]["percent"] == pytest.approx(1.0211858, rel=5e-8)
    assert not_tested(found) == [10]


def test_a_missing_report_does_not_look_like_a_fall():
    sums = {row["stratum"]: row for row in largest_changes(BEFORE, NOW, STRATA).strata.to_pylist()}
    assert (sums["a"]["before"], sums["a"]["now"], sums["b"]["before"], sums["b"]["now"]) == (1711, 1745, 4850, 4883)
    assert sums["a"]["percent"] == exactly(1.98714202)
    assert sums["b"]["percent"] == pytest.approx(0.68041237, rel=5e-8)


def test_a_threshold_lists_every_larger_change():
    assert flagged(largest_changes(BEFORE, NOW, threshold=10)) == [3, 8, 9, 11]


def test_the_ratio_model_finds_the_one_that_does_not_follow_it():
    found = outlier_regression(Y, X)
    stratum = found.strata.to_pylist()[0]
    assert stratum["coefficients"] == [exactly(2.00384615)]
    assert stratum["s"] == exactly(0.2124831007)
    assert stratum["in_model"] == 12
    ts = found.units["t"].to_pylist()
    assert [ts[0], ts[2], ts[12]] == [exactly(1.52449154), exactly(1.81562753), exactly(177.73764)]
    assert flagged(found) == [13]
    assert not_tested(found) == [14]


def test_the_ordinary_model_has_a_constant():
    found = outlier_regression(Y, X, model=Model.ORDINARY)
    stratum = found.strata.to_pylist()[0]
    assert stratum["coefficients"] == [exactly(0.31818182), exactly(1.998951049)]
    assert stratum["s"] == exactly(1.49111588)
    ts = found.units["t"].to_pylist()
    assert [ts[6], ts[12]] == [exactly(-1.72144544), exactly(186.08787)]


def test_a_unit_is_flagged_just_when_its_distance_passes_its_limit():
    for model in Model:
        for row in outlier_regression(Y, X, model=model, limit=1.2).units.to_pylist():
            if row["flag"] is not None:
                assert row["flag"] == (abs(row["left_out"]) >= row["limit"])


def test_too_few_units_make_no_model_and_that_is_said():
    found = outlier_regression([1, 2], [1, 2])
    assert not_tested(found) == [1, 2]
    assert "too few" in found.warnings[0]


def test_a_unit_may_not_be_left_out_before_it_would_be_flagged():
    with pytest.raises(ValueError, match="limit"):
        outlier_regression(Y, X, limit=5)


@pytest.mark.parametrize(("ratio", "is_month"), [(4.33, True), (4.33 * 1.099, True), (4.33 * 1.101, False), (1 / 4.33, True)])
def test_a_ratio_at_a_known_factor_or_its_inverse_is_found_within_the_tolerance(ratio, is_month):
    row = unit_factor([100 * ratio], [100], {"month": 4.33, "year": 52}, tolerance=0.1).units.to_pylist()[0]
    assert row["flag"] is is_month
    assert row["suggested"] == (exactly(100 * ratio / row["factor"]) if is_month else None)


def test_the_users_of_the_package_for_kostra_find_its_names():
    assert {
        "ThError": thousand_error,
        "Hb": ratio_edit,
        "Diff2NumVar": largest_changes,
        "OutlierRegression": outlier_regression,
    } == KOSTRA_NAMES


@pytest.mark.parametrize("method", [thousand_error, ratio_edit, largest_changes, outlier_regression])
def test_columns_of_different_length_are_refused(method):
    with pytest.raises(ValueError, match="each unit"):
        method([1, 2], [1])
