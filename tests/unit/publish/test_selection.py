"""Default selections, placement and search."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from omsorgstall.core import Text
from omsorgstall.publish import Catalogue, Published, Site
from omsorgstall.publish.cube import Role, Value, Variable
from omsorgstall.publish.pxweb import Limits, ProblemError, StatBank, parameters
from omsorgstall.publish.pxweb.defaults import default_layout
from omsorgstall.publish.pxweb.query import query_from_body, query_from_parameters
from omsorgstall.publish.pxweb.search import Document, search_test
from omsorgstall.publish.pxweb.selection import layout_of, placement_ignored
from tests.released_tables import HandMadeStore, staircase_table, users_table

NOW = datetime(2026, 6, 20, tzinfo=UTC)
MANY = 10_000


def variable(variable_id: str, role: Role, count: int, total: bool = False) -> Variable:
    values = tuple(Value(f"{n}", Text.same(f"{n}")) for n in range(count))
    return Variable(variable_id, Text.same(variable_id), role, values, "0" if total else None)


def default(contents: int, years: int, *rest: tuple[str, int, bool], cells: int = MANY) -> tuple[list, list, dict]:
    variables = [variable(i, Role.CLASSIFICATION, n, total) for i, n, total in rest]
    variables += [variable("C", Role.CONTENTS, contents), variable("T", Role.TIME, years)]
    layout = default_layout(variables, cells)
    return list(layout.stub), list(layout.heading), {i: len(p) for i, p in layout.chosen.items()}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((2, 20), (["T"], ["C"], {"C": 2, "T": 13})),
        ((9, 20), (["C"], ["T"], {"C": 9, "T": 13})),
        ((1, 20, ("A", 5, False)), (["A"], ["C", "T"], {"A": 5, "C": 1, "T": 13})),
        ((3, 20, ("A", 5, False)), (["A"], ["T", "C"], {"A": 5, "C": 3, "T": 1})),
        ((3, 9, ("A", 5, False), ("B", 4, False)), (["A"], ["C", "T", "B"], {"A": 5, "B": 4, "C": 1, "T": 1})),
        (
            (3, 9, ("A", 5, False), ("M", 7, False), ("B", 5, False)),
            (["B"], ["C", "T", "M", "A"], {"A": 5, "M": 1, "B": 5, "C": 1, "T": 1}),
        ),
        ((1, 9, ("A", 5, False), ("B", 4, True), ("D", 6, True)), (["D"], ["C", "T", "A"], {"A": 5, "D": 6, "C": 1, "T": 1})),
        ((1, 9, ("A", 5, True), ("B", 4, True), ("D", 6, True)), (["D"], ["C", "T", "A"], {"A": 5, "D": 6, "C": 1, "T": 1})),
    ],
)
def test_the_default_selection_follows_the_reference(given, expected):
    assert default(*given) == expected


def test_the_default_selection_stays_within_the_limit_of_cells():
    *_, chosen = default(1, 13, ("A", 1000, False), cells=130)
    assert chosen["A"] * chosen["T"] <= 130


def test_placement_may_name_the_time_variable_time_and_fills_in_the_rest():
    published = Published(staircase_table())
    everything = {"valuecodes[region]": "*", "valuecodes[contentscode]": "*", "valuecodes[tid]": "*"}
    layout = layout_of(published, query_from_parameters(everything | {"stub": "TIME"}), MANY)
    assert (layout.stub, layout.heading) == (("Tid",), ("Region", "ContentsCode"))


@pytest.mark.parametrize(
    "places", [{"stub": "Tid,Tid"}, {"stub": "Trinn"}, {"stub": "Tid", "heading": "Region"}, {"heading": "x"}]
)
def test_a_placement_that_does_not_fit_leaves_the_default(places):
    published = Published(staircase_table())
    everything = {"valuecodes[region]": "*", "valuecodes[contentscode]": "*", "valuecodes[tid]": "*"}
    query = query_from_parameters(everything | places)
    layout = layout_of(published, query, MANY)
    assert layout.heading == ("ContentsCode", "Tid")
    assert placement_ignored(published, layout, query)


def test_the_same_parameter_sent_twice_is_joined():
    assert parameters([("ValueCodes[Tid]", "2024"), ("valuecodes[TID]", "2025")]) == {"valuecodes[tid]": "2024,2025"}


@pytest.mark.parametrize(
    "body", [[], 3, {"selection": {}}, {"selection": [1]}, {"selection": [{"valueCodes": "x"}]}, {"placement": 1}]
)
def test_a_body_of_another_shape_is_refused(body):
    with pytest.raises(ProblemError):
        query_from_body(body)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("users", True),
        ("USERS services", True),
        ("use*", True),
        ('"care services"', True),
        ('"services care"', False),
        ("title:care", True),
        ("title:sandefjord", False),
        ("values:sandefjord", True),
        ("codes:3907 AND NOT title:staircase", True),
        ("nothing OR (users AND care)", True),
        ("updated:[20260101 TO 20260908*]", True),
        ("updated:[20250101 TO 20250908*]", False),
        ("unknownfield:care", False),
    ],
)
def test_tables_are_found_by_words_fields_and_ranges(query, found):
    assert search_test(query)(Document(Published(users_table()), "en")) is found


@pytest.mark.parametrize("query", ['"open', "(users", "users)", "AND", "a OR", "NOT", "()", "(" * 500, "NOT " * 500])
def test_a_query_that_cannot_be_read_is_refused(query):
    with pytest.raises(ProblemError) as caught:
        search_test(query)
    assert caught.value.status == 400


def test_old_and_discontinued_tables_are_left_out_when_asked_for():
    bank = StatBank(Catalogue(HandMadeStore()), Site(), Limits(), "0")

    def count(**given: str) -> int:
        return orjson.loads(bank.tables(given, "x", NOW).body)["page"]["totalElements"]

    assert count(pastdays="6") == 3
    assert count(pastdays="9" * 20) == 3
    assert orjson.loads(bank.tables({"pastdays": "3"}, "x", NOW + timedelta(days=2)).body)["tables"] == []
    with pytest.raises(ProblemError):
        count(pagesize="many")


def test_a_sheet_that_cannot_hold_the_columns_is_refused_and_never_cut():
    bank = StatBank(Catalogue(HandMadeStore()), Site(), Limits(), "0")
    wide = {"valuecodes[region]": "*", "valuecodes[tjeneste]": "*", "valuecodes[alder]": "*", "valuecodes[tid]": "*"}
    asked = wide | {"valuecodes[contentscode]": "*", "heading": "Region,Tjeneste,Alder,Tid,ContentsCode", "outputformat": "xlsx"}
    with pytest.raises(ProblemError, match="16384 columns"):
        bank.data("11642", asked)


def test_a_newer_program_does_not_call_its_answer_unchanged():
    old, new = (StatBank(Catalogue(HandMadeStore()), Site(), Limits(), version) for version in ("1", "2"))
    assert old.data_etag("11642", {}) != new.data_etag("11642", {})
    assert old.data_etag("11642", {}) == StatBank(Catalogue(HandMadeStore()), Site(), Limits(), "1").data_etag("11642", {})
