"""What readers send to the StatBank interface: parameters of an address, the body of a POST, searches and choices of pages."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

import orjson
from starlette.datastructures import QueryParams

from omsorgstall.app.web.api import selection_of
from omsorgstall.publish import Catalogue, Site
from omsorgstall.publish.cube import Role, Variable
from omsorgstall.publish.pages.places import find_places, place_of
from omsorgstall.publish.pages.table import read_choice
from omsorgstall.publish.pxweb import Limits, ProblemError, StatBank, parameters
from omsorgstall.publish.pxweb.codelists import codelists_of, level_of
from omsorgstall.publish.pxweb.query import Query, query_from_body, query_from_parameters
from omsorgstall.publish.pxweb.search import search_test
from omsorgstall.publish.pxweb.selection import layout_of
from omsorgstall.tables import ReleasedTable, TableModel
from tests.fuzz.changing import change_words
from tests.fuzz.reader import Reader
from tests.released_tables import (
    HandMadeStore,
    age_dimension,
    persons,
    region_dimension,
    released,
    time_dimension,
    year_end_table,
)

MOST_CELLS = 500
NOW = datetime(2026, 6, 20, tzinfo=UTC)
BASE = "https://example.no/api/pxwebapi/v2"
STATUSES = (400, 404, 413, 429)
REGIONS = ("EAK", "EKA39", "3901", "3907", "0301", "030101")


@cache
def small_table() -> ReleasedTable:
    """Few regions, all ages, some years: small enough that an answer is made quickly."""
    model = year_end_table().model
    dimensions = (region_dimension(REGIONS), age_dimension(), time_dimension(("2021", "2022", "2023")))
    return released(TableModel("OT9", model.title, dimensions, (persons("Brukere", model.title),), level_mark="KF"))


@cache
def catalogue() -> Catalogue:
    """That table and one with a share."""
    return Catalogue(HandMadeStore(small_table(), year_end_table()))


@cache
def bank() -> StatBank:
    """The interface to it."""
    return StatBank(catalogue(), Site(), Limits(max_cells=MOST_CELLS), "1")


def answered(make: Callable[[], object]) -> bool:
    """Whether a request is answered; a refusal must have a status and a body that can be sent."""
    refusal = None
    try:
        make()
    except ProblemError as problem:
        refusal = problem
    if refusal is not None:
        assert refusal.status in STATUSES
        assert orjson.loads(refusal.json())["title"] == refusal.title
    return refusal is None


def read_data_address(data: bytes) -> None:
    """Figures chosen by parameters are those that the parameters name one by one, and a POST of the same asks for the same."""
    given = parameters(QueryParams(data).multi_items())
    query: list[Query] = []
    if answered(lambda: query.append(query_from_parameters(given))):
        assert query_from_body(_body(query[0])) == query[0]
        _judge(query[0], given, len(data))


def read_data_body(data: bytes) -> None:
    """A body is refused or answered with the figures it names."""
    query: list[Query] = []
    if answered(lambda: query.append(query_from_body(selection_of(data)))):
        _judge(query[0], {}, len(data))


def _judge(query: Query, given: dict[str, str], length: int) -> None:
    """Which cells are chosen is judged for every input; the answer is written for one in eight, as that takes longer."""
    chosen = answered(lambda: _as_named(query))
    if length % 8 == 0:
        if given.get("outputformat", "").strip().lower() == "xlsx":
            del given["outputformat"]  # the workbook takes longer than all the rest
        written = answered(lambda: bank().data("OT9", given, _body(query)))
        assert chosen or not written


def _body(query: Query) -> object:
    selection = [{"variableCode": s.variable, "valueCodes": list(s.items), "codelist": s.codelist} for s in query.selection]
    placement = {"stub": query.stub, "heading": query.heading}
    return {"selection": selection, "placement": {k: list(v) for k, v in placement.items() if v is not None}}


def _as_named(query: Query) -> None:
    """The answer has the codes that the items name, found by trying every code against every item."""
    published = catalogue().get("OT9")
    assert published is not None
    layout = layout_of(published, query, MOST_CELLS)
    assert layout.cells <= MOST_CELLS
    assert sorted(layout.chosen) == sorted((*layout.stub, *layout.heading))
    named: dict[str, set[str]] = {}
    for selected in query.selection:
        variable = published.variable(selected.variable)
        assert variable is not None
        codes = [v.code for v in variable.values if _listed(v.code, variable, selected.codelist)]
        named.setdefault(variable.id, set()).update(c for i in selected.items for c in _named(i.strip(), codes, variable.role))
    chosen = {i: {published.variable(i).values[n].code for n in places} for i, places in layout.chosen.items()}  # type: ignore[union-attr]
    assert not named or chosen == {name: codes for name, codes in named.items() if codes}


def _listed(code: str, variable: Variable, codelist: str | None) -> bool:
    levels = {c.id.lower(): c.level for c in codelists_of(variable)}
    return not codelist or level_of(code) is levels[codelist.lower()]


def _named(item: str, codes: Sequence[str], role: Role) -> Sequence[str]:
    """The codes an item names, after the documentation of the selection language; slow, and apart from the code under test."""
    low = {c.lower(): c for c in codes}
    if item.lower() in low:
        return [low[item.lower()]]
    if "(" in item and (call := re.fullmatch(r"(?is)(\w+)\((.*)\)", item)):
        name, given = call.group(1).upper(), [g.strip() for g in call.group(2).split(",")]
        places = [i for g in given for i, c in enumerate(codes) if c.lower() == g.lower()]
        if name in ("TOP", "BOTTOM"):
            count, skip = int(given[0]), int(given[1]) if len(given) > 1 else 0
            backwards = (role is Role.TIME) == (name == "TOP")
            return list(reversed(codes))[skip : skip + count] if backwards else codes[skip : skip + count]
        first, last = {"RANGE": (min(places), max(places)), "FROM": (places[0], len(codes)), "TO": (0, places[0])}[name]
        return codes[first : last + 1]
    if "?" in item:
        return [
            c for k, c in low.items() if len(k) == len(item) and all(p in ("?", q) for p, q in zip(item.lower(), k, strict=True))
        ]
    start, end = item.startswith("*"), item.endswith("*")
    rest = item.lower().strip("*")
    tests = {
        (True, True): lambda k: rest in k,
        (True, False): lambda k: k.endswith(rest),
        (False, True): lambda k: k.startswith(rest),
    }
    return [c for k, c in low.items() if tests[start, end](k)]


def read_list_address(data: bytes) -> None:
    """A search among tables, and the fields of a table's page: answered or refused."""
    given = parameters(QueryParams(data).multi_items())
    answered(lambda: search_test(given.get("query", "")))
    if len(data) % 4 == 0:  # lists and metadata take longer: one input in four
        answered(lambda: bank().tables(given, BASE, NOW))
        answered(lambda: bank().metadata("OT9", given, BASE))
        answered(lambda: bank().codelist(given.get("codelist", ""), given, BASE))
    for make in (
        lambda: read_choice(catalogue().get("OT9"), given),  # type: ignore[arg-type]
        lambda: find_places(given.get("navn", "")),
        lambda: place_of(given.get("place", given.get("navn", ""))),
    ):
        answered(make)


WORDS = (
    *[
        r"valuecodes[",
        r"codelist[",
        r"Region",
        r"Alder",
        r"Tid",
        r"ContentsCode",
        r"stub",
        r"heading",
        r"]",
        r"[",
        r"=",
        r"&",
        r",",
        r"(",
        r")",
        r"*",
        r"?",
        r"TOP(",
        r"BOTTOM(",
        r"RANGE(",
        r"FROM(",
        r"TO(",
        r"3901",
        r"3907",
        r"EAK",
        r"EKA39",
        r"0301",
        r"030101",
        r"999",
        r"000-017",
        r"090+",
        r"2021",
        r"2022",
        r"2023",
        r"Brukere",
        r"vs_Fylker",
        r"vs_Kommuner",
        r"agg_KommFylker",
        r"vs_Bydeler",
        r"agg_KommKostragruppe",
        r"lang",
        r"en",
        r"no",
        r"nn",
        r"outputFormat",
        r"outputFormatParams",
        r"json-stat2",
        r"csv",
        r"px",
        r"UseTexts",
        r"SeparatorTab",
        r"IncludeTitle",
        r"UseCodesAndTexts",
        r"ExcludeZerosAndMissingValues",
        r"%2B",
        r"%00",
        r"%C3%B8",
        r"%ED%A0%80",
        r"+",
        r"1",
        r"0",
        r"2",
        r"99999999999",
        r"query",
        r"pastDays",
        r"includeDiscontinued",
        r"true",
        r"pageNumber",
        r"pageSize",
        r"defaultSelection",
        r"navn",
        r"place",
        r"rader",
        r"AND",
        r"OR",
        r"NOT",
        r'"',
        r"~",
        r":",
        r"title",
        r"Sandefjord",
        r"Ålesund",
        r"3907-sandefjord",
        r"1103",
        r"selection",
        r"placement",
        r"variableCode",
        r"valueCodes",
        r"{",
        r"}",
        r"null",
        r"[]",
        r"{}",
        r'"a"',
        r"-1",
        r"1e400",
        r"İ",
        r"ß",
    ],
)


def words() -> Sequence[str]:
    """Words of addresses and bodies."""
    return WORDS


def address(given: Mapping[str, str]) -> bytes:
    """Parameters as they stand in an address."""
    return "&".join(f"{quote(k)}={quote(v)}" for k, v in given.items()).encode()


def _address(**given: str) -> bytes:
    """Parameters; two underscores stand for brackets."""
    return address({k.replace("__", "[") + ("]" if "__" in k else ""): v for k, v in given.items()})


def address_seeds() -> dict[str, bytes]:
    """Every part of the selection language."""
    rest = {"valuecodes__Alder": "*", "valuecodes__ContentsCode": "*"}
    items = {
        "codes": "3901,3907",
        "star": "39*",
        "both-stars": "*1*",
        "question": "39??",
        "top": "TOP(2,1)",
        "bottom": "bottom(1)",
        "range": "RANGE(3901,0301)",
        "from": "FROM(3907)",
        "to": "TO(3901)",
        "brackets": "[3901],[TOP(2)]",
        "spaces": "TOP( 2 )",
        "no-code": "9999",
        "many-stars": "**1**",
        "empty": ",,",
        "unclosed": "TOP(2,1",
        "letter": "eak",
        "digits": "TOP(٢)",
    }
    found = {name: _address(valuecodes__Region=i, valuecodes__Tid="TOP(1)", **rest) for name, i in items.items()}
    found["codelist"] = _address(
        valuecodes__Region="*", codelist__Region="vs_Kommuner", valuecodes__Tid="*", stub="Region", **rest
    )
    found["placement"] = _address(
        valuecodes__Region="EAK", valuecodes__Tid="*", stub="Tid,Region", heading="Alder,ContentsCode", **rest
    )
    found["csv"] = _address(
        valuecodes__Region="*", valuecodes__Tid="*", outputFormat="csv", outputFormatParams="UseTexts,SeparatorTab"
    )
    found["px"] = _address(outputFormat="px", lang="en")
    return found


def body_seeds() -> dict[str, bytes]:
    """The same as bodies, and shapes that are none."""
    codes = {"Region": ["39*", "EAK"], "Alder": ["*"], "Tid": ["TOP(1)"], "ContentsCode": ["Brukere"]}
    body = {"selection": [{"variableCode": k, "valueCodes": v} for k, v in codes.items()]}
    placed = body | {"placement": {"stub": ["Region"], "heading": ["Tid"]}}
    listed = {
        "selection": [{"variableCode": "Region", "codelist": "vs_Kommuner", "valueCodes": ["TOP(2)"]}, *body["selection"][1:]]
    }
    deep = b'{"selection":[{"variableCode":"Region","valueCodes":[' + b"[" * 1000 + b"]" * 1000 + b"]}]}"
    return {
        "plain": orjson.dumps(body),
        "placed": orjson.dumps(placed),
        "codelist": orjson.dumps(listed),
        "deep-lists": deep,
        "null": b"null",
        "list": b"[]",
        "empty": b"",
        "number": b"1",
        "numbers-as-codes": b'{"selection":[{"variableCode":"Tid","valueCodes":[2022,true,null,1.5]}]}',
        "lone-surrogate": b'{"selection":[{"variableCode":"\\ud800"}]}',
        "cut-off": orjson.dumps(body)[:-3],
    }


def list_seeds() -> dict[str, bytes]:
    """Searches."""
    return {
        "words": _address(query="brukere OR alder"),
        "field": _address(query='title:"omsorgstjenester per"~2'),
        "days": _address(pastDays="30"),
        "far-back": _address(pastDays="99999999999"),
        "paging": _address(pageSize="1", pageNumber="2"),
        "negative": _address(pageSize="-1"),
        "choice": _address(rader="Region", Tid="2022", Alder="999"),
        "place": _address(navn="Sandefjord", place="3907-sandefjord"),
        "former": _address(place="1103"),
        "defaults": _address(defaultSelection="true", lang="en"),
        "codelist": _address(codelist="vs_Fylker"),
    }


_PXWEB = tuple(f"omsorgstall.publish.pxweb.{m}" for m in ("query", "expressions", "selection", "output", "codelists", "defaults"))
DATA_ADDRESS = Reader("statbank-address", _PXWEB, read_data_address, address_seeds, change_words(WORDS), words, 600)
DATA_BODY = replace(DATA_ADDRESS, name="statbank-body", read=read_data_body, seeds=body_seeds, longest=3000)
LISTS = Reader(
    "statbank-search",
    (*(f"omsorgstall.publish.pxweb.{m}" for m in ("search", "listing")), "omsorgstall.publish.pages.places"),
    read_list_address,
    list_seeds,
    change_words(WORDS),
    words,
    400,
)
