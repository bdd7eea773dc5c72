"""The editing methods against slow twins, and what holds for them whatever the figures."""

from math import isclose

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from omsorgstall.editing.methods import Model, largest_changes, outlier_regression, ratio_edit, thousand_error
from tests.twins import editing as twin

values = st.one_of(st.none(), st.integers(0, 5000).map(float), st.integers(1, 400).map(float))
units = st.lists(st.tuples(values, values, st.sampled_from("abc")), min_size=1, max_size=40)
sizes = st.sampled_from([0.0, 0.5, 1.0])
METHODS = {
    "thousand error": lambda now, before, strata: thousand_error(now, before, lower=-0.5, upper=0.5),
    "ratio edit": lambda now, before, strata: ratio_edit(now, before, strata, width=2),
    "largest changes": lambda now, before, strata: largest_changes(before, now, strata, threshold=100),
    "regression": lambda now, before, strata: outlier_regression(now, before, strata, limit=2),
}


def columns(rows):
    return [list(c) for c in zip(*rows, strict=True)]


def near(one, other):
    return one == other or (one is not None and other is not None and isclose(one, other, rel_tol=1e-9, abs_tol=1e-9))


@given(units, sizes, st.sampled_from([1.0, 5.0, 20.0]))
def test_the_ratio_edit_is_its_slow_twin(rows, size, width):
    now, before, strata = columns(rows)
    made = ratio_edit(now, before, strata, size=size, width=width).units.to_pylist()
    for row, expected in zip(made, twin.ratio_edit(now, before, strata, size=size, width=width), strict=True):
        assert (row["flag"] is None) == (expected is None)
        if expected:
            assert near(row["lower"], expected[0])
            assert near(row["upper"], expected[1])
            on_limit = any(isclose(row["ratio"], limit, rel_tol=1e-9) for limit in expected[:2])
            assert on_limit or row["flag"] == expected[2]


@given(units, st.integers(1, 6))
def test_the_largest_changes_hold_what_the_slow_twin_finds(rows, most):
    now, before, _ = columns(rows)
    flags = largest_changes(before, now, most=most).units["flag"].to_pylist()
    listed = {n for n, flag in enumerate(flags) if flag}
    expected = twin.largest_changes(before, now, most)
    assert listed <= expected
    assert len(listed) >= min(most, sum(f is not None for f in flags))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 500)), min_size=4, max_size=25))
def test_the_ratio_model_is_its_slow_twin(rows):
    y, x = ([float(v) for v in c] for c in columns(rows))
    # Where a model fits almost exactly, t is a quotient of roundings.
    assume(all(abs(t) < 1e4 for t in _safe(y, x)))
    made = outlier_regression(y, x, limit=2.5).units["t"].to_pylist()
    for t, expected in zip(made, twin.ratio_model(y, x, 2.5, 4.5), strict=True):
        assert isclose(t, expected[0], rel_tol=1e-6, abs_tol=1e-6)


def _safe(y, x):
    try:
        found = [t for t, _ in twin.ratio_model(y, x, 2.5, 4.5)]
    except ZeroDivisionError:
        return [1e9]
    # A t at the limit of leaving out falls on either side by rounding alone.
    return [1e9 if isclose(abs(t), 4.5, rel_tol=1e-6) else t for t in found]


@given(units, st.sampled_from([0.001, 0.5, 7.0, 1000.0]), sizes)
def test_the_unit_of_measurement_does_not_decide_the_ratio_edit(rows, factor, size):
    now, before, strata = columns(rows)
    scaled = [[None if v is None else v * factor for v in c] for c in (now, before)]
    terms = {"size": size, "least": 0.0}  # the least distance is absolute where the median effect is zero
    one = ratio_edit(now, before, strata, **terms).units.to_pylist()
    other = ratio_edit(*scaled, strata, **terms).units.to_pylist()
    for a, b in zip(one, other, strict=True):
        # A unit on its own limit falls on either side by rounding alone.
        on_limit = a["ratio"] is not None and any(isclose(a["ratio"], a[k], rel_tol=1e-9) for k in ("lower", "upper"))
        assert on_limit or a["flag"] == b["flag"]
        for name in ("ratio", "median", "lower", "upper"):
            assert near(a[name], b[name])


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@given(rows=units, data=st.data())
def test_the_order_of_the_units_does_not_matter(method, rows, data):
    order = data.draw(st.permutations(range(len(rows))))
    straight = method(*columns(rows)).units.to_pylist()
    mixed = method(*columns([rows[n] for n in order])).units.to_pylist()
    for place, n in enumerate(order):
        assert _alike(straight[n], mixed[place])


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@given(rows=units, stratum=st.sampled_from("abc"))
def test_a_unit_that_cannot_be_tested_changes_nothing_for_the_others(method, rows, stratum):
    alone = method(*columns(rows)).units.to_pylist()
    found = method(*columns([*rows, (None, None, stratum)])).units.to_pylist()
    assert found[-1]["flag"] is None
    assert all(_alike(a, b) for a, b in zip(alone, found, strict=False))


def _alike(one, other):
    """Equal, but for roundings: sums in another order may put a unit that lies on a limit on its other side."""
    same = all(near(one[k], other[k]) for k in one if isinstance(one[k], float) and abs(one[k]) < 1e4)
    return same or not all(abs(v) < 1e4 for v in one.values() if isinstance(v, float))


ordinary = st.lists(st.tuples(st.integers(50, 2000), st.floats(0.9, 1.1)), min_size=10, max_size=30)


@given(ordinary, st.data())
def test_a_planted_thousand_error_is_found_by_both_methods(rows, data):
    before = [float(v) for v, _ in rows]
    now = [v * change for v, change in rows]
    planted = data.draw(st.integers(0, len(rows) - 1))
    now[planted] = before[planted] * 1000
    assert thousand_error(now, before).units["flag"].to_pylist()[planted] is True
    assert ratio_edit(now, before).units["flag"].to_pylist()[planted] is True


@given(units)
def test_every_unit_has_a_row_and_no_value_is_changed(rows):
    now, before, strata = columns(rows)
    kept = (list(now), list(before))
    for method in METHODS.values():
        assert method(now, before, strata).units.num_rows == len(rows)
    for model in Model:
        assert outlier_regression(now, before, strata, model=model).units.num_rows == len(rows)
    assert (now, before) == kept
