"""Rows of workbooks are tall enough for the texts in them."""

from omsorgstall.publish.row_heights import LINE, row_height


def test_a_row_is_as_tall_as_its_longest_text_needs():
    assert row_height([("kort", 10), ("x" * 10, 10)]) == LINE
    assert row_height([("kort", 10), ("x" * 11, 10)]) == 2 * LINE
    assert row_height([("x" * 95, 10)]) == 11 * LINE
    assert row_height([("a\nb\nc", 10)]) == 3 * LINE


def test_a_row_without_texts_has_one_line():
    assert row_height([]) == LINE
    assert row_height([("", 10)], line=20.0) == 20.0
