"""A comparison of two vintages as text, Excel and JSON. Only against a grant for the whole country.

These figures are unprotected: the comparison is a tool of those who make the statistics, and is never published.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

import orjson
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError, format_number
from omsorgstall.publish.row_heights import row_height
from omsorgstall.publish.wording import words
from omsorgstall.tables import Report

KIND = "comparison"
MOST_LINES = 1_048_575
"""Lines of a sheet below its heading; a program that writes more loses them silently."""
_RATIO_DECIMALS, _SHARE_DECIMALS = 2, 1
_MINUS = "\u2212"
_MOVE_COLUMNS = (
    ("rank", 7),
    ("table", 9),
    ("content", 30),
    ("region_code", 11),
    ("region", 26),
    ("cell", 44),
    ("before", 13),
    ("after", 13),
    ("change", 13),
    ("relative_head", 11),
    ("part_head", 14),
    ("numerator", 14),
    ("denominator", 14),
    ("number", 9),
    ("cause", 80),
)
_CAUSE_COLUMNS = (
    ("number", 9),
    ("kind", 70),
    ("municipality", 24),
    ("year", 8),
    ("before", 42),
    ("after", 42),
    ("act", 16),
    ("when", 20),
    ("who", 24),
    ("why", 60),
    ("moves", 11),
)
_ABOUT = 110
"""Width of the column of what the comparison is, in characters."""
Item = Mapping[str, Any]


def comparison_json(report: Report, grant: Grant) -> bytes:
    """The whole comparison as JSON.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is not for the whole country.
    """
    return orjson.dumps({"internal": True, **_granted(report, grant)}, option=orjson.OPT_INDENT_2)


def comparison_excel(report: Report, grant: Grant, language: str = "nb") -> bytes:
    """The comparison as a workbook: each move with a line for each cause, the causes with who and why, and what it is.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is not for the whole country.
    """
    content = _granted(report, grant)
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    secret = words("comparison_secret", language)
    book.set_properties({"title": words("comparison", language), "comments": secret})
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
        "relative_head": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.##", "valign": "top"}),
        "whole": book.add_format({"num_format": "0", "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "indent": 1}),
    }
    rows = [row for rank, move in enumerate(content["moves"], start=1) for row in _move_rows(content, move, rank, language)]
    _sheet(book.add_worksheet(words("comparison", language)), styles, _MOVE_COLUMNS, rows[:MOST_LINES], language)
    causes = [row for cause in content["causes"] for row in _cause_rows(content, cause, language)]
    _sheet(book.add_worksheet(words("comparison_causes", language)), styles, _CAUSE_COLUMNS, causes, language)
    about = book.add_worksheet(words("comparison_about", language))
    about.set_column(0, 0, _ABOUT)
    left_out = [words("comparison_too_many", language, count=len(rows) - MOST_LINES)] if len(rows) > MOST_LINES else []
    for line, text in enumerate([*about_lines(content, language), *left_out]):
        about.set_row(line, row_height([(text, _ABOUT)]))
        about.write_string(line, 0, text, styles["text"])
    for sheet in book.worksheets():
        sheet.set_header(f"&C{secret[:200]}")
    book.close()
    return stream.getvalue()


def about_lines(content: Item, language: str) -> Iterator[str]:
    """What the comparison is, that it is internal, and what its figures do not tell."""
    old, new = content["from"], content["to"]
    years = ", ".join(map(str, content["years"]))
    yield words("comparison_secret", language)
    yield words("comparison_what", language, old=old["name"], new=new["name"], years=years)
    yield words("comparison_order", language, earlier=content["earlier"])
    yield words("comparison_reckoned", language)
    for v in content["versions"]:
        yield words("comparison_version", language, of=v["of"], old=v["before"] or "-", new=v["after"] or "-")
    for end in (old, new):
        if end["erased"]:
            yield words("comparison_erased", language, count=end["erased"], name=end["name"])
        if alone := [str(y) for y in end["years"] if y not in content["years"]]:
            yield words("comparison_years", language, name=end["name"], years=", ".join(alone))
    for c in content["coverage"]:
        name = content[c["in"]]["name"]
        yield words("comparison_covered", language, place=_named(c["municipality"]), year=c["year"], name=name)
    if content["unexplained"]:
        yield words("comparison_unexplained", language, count=format_number(content["unexplained"], 0, language))


def move_lines(content: Item, most: int, language: str) -> Iterator[str]:
    """The largest moves of each table and content with their causes; ``most`` moves of each."""
    if not content["moves"]:
        yield words("comparison_nothing", language)
    for (table, name), group in groupby(content["moves"], key=lambda m: (m["table"], m["content"])):
        own = list(group)
        about = content["tables"][table]
        measure = about["contents"][name]
        named = {"title": about["title"][language], "content": measure["label"][language], "unit": measure["unit"][language]}
        yield words("comparison_heading", language, table=table, **named)
        for rank, move in enumerate(own[:most], start=1):
            yield from _lines_of(content, move, rank, language)
        if len(own) > most:
            yield "  " + words("comparison_more", language, count=format_number(len(own) - most, 0, language))


def _lines_of(content: Item, move: Item, rank: int, language: str) -> Iterator[str]:
    """A move, and a line for each cause."""
    decimals = _decimals(content, move)
    ends = {end: _number(move[end], decimals, language) for end in ("before", "after")}
    share = None if move["relative"] is None else _signed(100 * move["relative"], _SHARE_DECIMALS, language)
    relative = "" if share is None else words("comparison_relative", language, share=share)
    told = {**ends, "change": _signed(move["change"], decimals, language), "relative": relative}
    region, rest = _cell(content, move, language)
    yield "  " + words("comparison_line", language, rank=rank, cell=f"{move['codes'][0]} {region}, {rest}", **told)
    for part in move["parts"]:
        ratio = ""
        if "numerator" in part:
            both = {name: _signed(part[name], 1, language) for name in ("numerator", "denominator")}
            ratio = words("comparison_ratio", language, **both)
        line = {"change": _signed(part["change"], decimals, language), "ratio": ratio}
        yield "       " + words("comparison_part", language, **line, cause=_cause(content, part["cause"], language))
    if move["remainder"]:
        rest = words("comparison_remainder", language)
        change = _signed(move["remainder"], decimals, language)
        yield "       " + words("comparison_part", language, change=change, ratio="", cause=rest)


def _decimals(content: Item, move: Item) -> int:
    measure = content["tables"][move["table"]]["contents"][move["content"]]
    return max(int(measure["decimals"]), _RATIO_DECIMALS if measure["kind"] == "ratio" else 0)


def _number(value: float | None, decimals: int, language: str) -> str:
    return words("comparison_missing", language) if value is None else format_number(value, decimals, language)


def _signed(value: float | None, decimals: int, language: str) -> str:
    """A change with its sign; a change so small that it is rounded away keeps it."""
    if value is None:
        return words("comparison_no_number", language)
    return (_MINUS if value < 0 else "+") + format_number(abs(value), decimals, language)


def _cell(content: Item, move: Item, language: str) -> tuple[str, str]:
    """The region of a cell and the rest of it, in words."""
    dimensions = content["tables"][move["table"]]["dimensions"]
    said = [d["members"][code][language] for d, code in zip(dimensions, move["codes"], strict=True)]
    return said[0], ", ".join(said[1:])


def _cause(content: Item, number: int, language: str) -> str:
    """A cause in words, with who and why."""
    cause = content["causes"][number]
    told = "; ".join(
        _happened(content, content["differences"][n], language)
        + "".join(_said(s, language) for s in content["differences"][n]["said"])
        for n in cause["differences"]
    )
    return words("comparison_joint", language, causes=told) if cause["joint"] else told


def _happened(content: Item, difference: Item, language: str) -> str:
    ends = {end: difference[end] or words("comparison_whole_year", language) for end in ("before", "after")}
    place = _named(difference["municipality"]) if difference["municipality"] else ""
    key = f"comparison_{difference['of']}_{difference['kind']}"
    return words(key, language, place=place, year=difference["year"], earlier=content["earlier"], **ends)


def _said(said: Item, language: str) -> str:
    named = {"act": words(f"comparison_act_{said['act']}", language), "when": _time(said["when"])}
    return words("comparison_said", language, who=said["who"], why=said["why"], **named)


def _time(iso: str) -> str:
    return iso[:16].replace("T", " ")


def _named(place: Item) -> str:
    return f"{place['number']} {place['name']}".strip()


def _move_rows(content: Item, move: Item, rank: int, language: str) -> Iterator[Item]:
    """A line for each cause of a move, and one for what no cause explains; the move itself stands on each."""
    region, rest = _cell(content, move, language)
    label = content["tables"][move["table"]]["contents"][move["content"]]["label"][language]
    own = {
        "rank": rank,
        "table": move["table"],
        "content": label,
        "region_code": move["codes"][0],
        "region": region,
        "cell": rest,
    }
    own |= {name: move[name] for name in ("before", "after", "change")} | {"relative_head": move["relative"]}
    for part in move["parts"]:
        told = {"part_head": part["change"], "numerator": part.get("numerator"), "denominator": part.get("denominator")}
        yield {**own, **told, "number": part["cause"] + 1, "cause": _cause(content, part["cause"], language)}
    if move["remainder"] or not move["parts"]:
        rest = words("comparison_remainder", language)
        yield {**own, "part_head": move["remainder"], "numerator": None, "denominator": None, "number": None, "cause": rest}


def _cause_rows(content: Item, cause: Item, language: str) -> Iterator[Item]:
    """A line for each thing that was said of each difference behind a cause."""
    for n in cause["differences"]:
        d = content["differences"][n]
        told = {
            "number": cause["cause"] + 1,
            "kind": _happened(content, d, language),
            "municipality": _named(d["municipality"]) if d["municipality"] else "",
            "year": d["year"],
            "before": d["before"],
            "after": d["after"],
            "moves": cause["moves"],
        }
        for said in d["said"] or [None]:
            by = {"act": "", "when": "", "who": "", "why": ""} if said is None else _by(said, language)
            yield {**told, **by}


def _by(said: Item, language: str) -> dict[str, str]:
    """What somebody did, as columns."""
    act = words(f"comparison_act_{said['act']}", language)
    return {"act": act, "when": _time(said["when"]), "who": said["who"], "why": said["why"]}


def _sheet(
    sheet: Worksheet, styles: Mapping[str, Format], columns: Sequence[tuple[str, int]], rows: Sequence[Item], language: str
) -> None:
    heads = [(words(f"comparison_{name}", language), width) for name, width in columns]
    for line, texts in enumerate([heads, *([(str(row[c]), w) for c, w in columns] for row in rows)]):
        sheet.set_row(line, row_height(texts))
    for n, (name, width) in enumerate(columns):
        sheet.set_column(n, n, width)
        sheet.write_string(0, n, heads[n][0], styles["head"])
        style = styles["whole"] if name in ("rank", "number", "year", "moves") else styles.get(name, styles["number"])
        for line, row in enumerate(rows, start=1):
            value = row[name]
            if isinstance(value, int | float):
                sheet.write_number(line, n, value, style)
            elif value is not None:
                sheet.write_string(line, n, str(value), styles["text"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _granted(report: Report, grant: Grant) -> Item:
    if report.kind != KIND:
        raise OmsorgstallError(ErrorFamily.USAGE, "not-a-comparison", "The report is not a comparison of vintages.")
    if not grant.covers(report.owner):
        what = "A comparison of vintages is for those who make the statistics."
        raise OmsorgstallError(ErrorFamily.ACCESS, "comparison-of-another", what, todo="Ask the producer of the statistics.")
    return report.content
