"""The selection language, case by case."""

from time import process_time

import pytest

from omsorgstall.core import Text
from omsorgstall.publish.cube import Role, Value, Variable
from omsorgstall.publish.pxweb import ProblemError
from omsorgstall.publish.pxweb.expressions import expand, split_items


def variable(role: Role, *codes: str) -> Variable:
    return Variable("V", Text.same("v"), role, tuple(Value(c, Text.same(c)) for c in codes))


PLACES = variable(Role.REGION, "EAK", "0301", "1101", "1103", "1106", "30")
YEARS = variable(Role.TIME, "2021", "2022", "2023", "2024", "2025")


@pytest.mark.parametrize(
    ("items", "codes"),
    [
        (["eak"], ["EAK"]),
        (["*"], ["EAK", "0301", "1101", "1103", "1106", "30"]),
        (["**"], ["EAK", "0301", "1101", "1103", "1106", "30"]),
        (["11*"], ["1101", "1103", "1106"]),
        (["*01"], ["0301", "1101"]),
        (["*30*"], ["0301", "30"]),
        (["110?"], ["1101", "1103", "1106"]),
        (["?"], []),
        (["1?*"], []),
        (["zz*"], []),
        (["TOP(2)"], ["EAK", "0301"]),
        (["top(2,1)"], ["0301", "1101"]),
        (["Bottom(2)"], ["1106", "30"]),
        (["BOTTOM(1,1)"], ["1106"]),
        (["RANGE(0301,1103)"], ["0301", "1101", "1103"]),
        (["range(1103,0301)"], ["0301", "1101", "1103"]),
        (["FROM(1106)"], ["1106", "30"]),
        (["to(0301)"], ["EAK", "0301"]),
        (["30", "30", "to(EAK)"], ["EAK", "30"]),
        (["TOP(99)"], ["EAK", "0301", "1101", "1103", "1106", "30"]),
    ],
)
def test_an_item_selects_values_in_the_order_of_the_table(items, codes):
    assert [PLACES.values[n].code for n in expand(items, PLACES)] == codes


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        ("TOP(2)", ["2024", "2025"]),
        ("TOP(2,1)", ["2023", "2024"]),
        ("BOTTOM(2)", ["2021", "2022"]),
        ("BOTTOM(1,1)", ["2022"]),
    ],
)
def test_the_top_of_time_is_the_latest(item, codes):
    assert [YEARS.values[n].code for n in expand([item], YEARS)] == codes


@pytest.mark.parametrize(
    "item", ["TOP(0)", "TOP()", "TOP(1, 2)", "TOP(01)", "1*1", "*1*1*", "***", "RANGE(1101)", "TOP(1,-1)", f"TOP({'9' * 5000})"]
)
def test_an_expression_that_cannot_be_read_is_refused(item):
    with pytest.raises(ProblemError) as caught:
        expand([item], PLACES)
    assert caught.value.title == "Illegal selection expression"


@pytest.mark.parametrize("item", ["1102", "RANGE(1101,9999)", "FROM(x)", "TO(x)", "RANGE", ""])
def test_an_unknown_code_is_refused_with_near_ones(item):
    with pytest.raises(ProblemError) as caught:
        expand([item], PLACES)
    assert caught.value.title == "Non-existent value"


def test_a_code_that_looks_like_an_expression_is_first_a_code():
    odd = variable(Role.CLASSIFICATION, "TOP(1)", "a*b")
    assert expand(["top(1)", "A*B"], odd) == (0, 1)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("0301,[range(1101,1106)],[top(2,1)]", ("0301", "range(1101,1106)", "top(2,1)")),
        ("range(1101,1106),top(2,1)", ("range(1101,1106)", "top(2,1)")),
        (" a , ,b,", ("a", "b")),
        ("[a,b],c", ("a,b", "c")),
        ("(a,b)", ("(a", "b)")),
        ("", ()),
    ],
)
def test_a_list_in_an_address_is_split_outside_brackets(text, items):
    assert split_items(text) == items


def test_a_list_of_many_parentheses_is_split_in_time_that_grows_with_its_length():
    text = "(" * 60_000 + ",bottom(1,2)"
    start = process_time()
    assert split_items(text)[-1] == "bottom(1,2)"
    assert process_time() - start < 2
