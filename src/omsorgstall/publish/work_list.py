"""The work list of a review as Excel and JSON, and a municipality's part of it as JSON. Only against a grant for its owner.

These figures are unprotected: the work list is a tool of those who make the statistics, and is never published.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
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

KINDS = ("work_list", "figure_control")
_COLUMNS = (
    ("rank", 7),
    ("number", 10),
    ("municipality", 20),
    ("kostra_group", 9),
    ("service", 34),
    ("figure", 30),
    ("unit", 14),
    ("value", 13),
    ("expected", 13),
    ("suggested", 13),
    ("national", 14),
    ("influence", 11),
    ("about", 22),
    ("controls", 44),
    ("todo", 60),
)
"""Columns of the list with their widths."""
_CONTROL_COLUMNS = (("control", 9), ("title", 60), ("judged", 12), ("not_judged", 14), ("findings", 10), ("assumed", 80))
_ABOUT = 100
"""Width of the column of what the list is, in characters."""
Item = Mapping[str, Any]


def report_json(report: Report, grant: Grant) -> bytes:
    """The work list, or a municipality's part of it, as JSON.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    return orjson.dumps(_granted(report, grant), option=orjson.OPT_INDENT_2)


def work_list_excel(report: Report, grant: Grant, language: str = "nb") -> bytes:
    """The work list as a workbook: the list, the controls with what they could judge, and what it is.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content = _granted(report, grant)
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
        "share": book.add_format({"num_format": "0.00%", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "indent": 1}),
    }
    rows = [_row(item, language) for item in content["items"]]
    _sheet(book.add_worksheet(words("work_list", language)), styles, _COLUMNS, rows, language)
    controls = [{**c, "title": c["title"][language]} for c in content["controls"]]
    _sheet(book.add_worksheet(words("work_list_controls", language)), styles, _CONTROL_COLUMNS, controls, language)
    about = book.add_worksheet(words("sheet_about", language))
    about.set_column(0, 0, _ABOUT)
    for line, text in enumerate(about_lines(content, language)):
        about.set_row(line, row_height([(text, _ABOUT)]))
        about.write_string(line, 0, text, styles["text"])
    book.close()
    return stream.getvalue()


def about_lines(content: Item, language: str) -> list[str]:
    """What the list is, what it rests on, and that it may not be published."""
    named = {key: content[key] for key in ("vintage", "year", "delivered", "municipalities")}
    return [words(key, language, **named) for key in ("work_list_what", "work_list_rests", "work_list_secret")]


def item_lines(content: Item, most: int, language: str) -> Iterator[str]:
    """The first items of the list, one line each."""
    for item in content["items"][:most]:
        row = _row(item, language)
        figures = {name: format_number(row[name], 0, language) for name in ("value", "expected")}
        share = format_number(100 * row["influence"], 2, language)
        named = {**row, **figures, "influence": share, "controls": ", ".join(c["control"] for c in item["controls"])}
        yield words("work_list_line", language, **named)


def _row(item: Item, language: str) -> Item:
    """An item as one flat row."""

    def said(texts: Mapping[str, str] | None) -> str:
        return texts[language] if texts else ""

    service = item["service"]
    return {
        **item,
        "number": item["municipality"]["number"],
        "municipality": item["municipality"]["name"],
        "kostra_group": item["municipality"]["kostra_group"],
        "service": f"{service['code']} {said(service['label'])}" if service else "",
        "figure": said(item["figure"]),
        "unit": said(item["unit"]),
        "about": said(item["about"]),
        "controls": "; ".join(f"{c['control']} {said(c['title'])}" for c in item["controls"]),
        "todo": said(item["todo"]),
    }


def _sheet(
    sheet: Worksheet, styles: Mapping[str, Format], columns: tuple[tuple[str, int], ...], rows: Sequence[Item], language: str
) -> None:
    heads = [(words(f"work_list_{name}", language), width) for name, width in columns]
    for line, texts in enumerate([heads, *([(str(row[c]), w) for c, w in columns] for row in rows)]):
        sheet.set_row(line, row_height(texts))
    for n, (name, width) in enumerate(columns):
        sheet.set_column(n, n, width)
        sheet.write_string(0, n, heads[n][0], styles["head"])
        for line, row in enumerate(rows, start=1):
            _cell(sheet, line, n, row[name], styles["share"] if name == "influence" else styles["number"], styles["text"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _cell(sheet: Worksheet, row: int, column: int, value: object, number: Format, text: Format) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, column, value, number)
    elif value is not None:
        sheet.write_string(row, column, str(value), text)


def _granted(report: Report, grant: Grant) -> Item:
    if report.kind not in KINDS:
        raise OmsorgstallError(ErrorFamily.USAGE, "not-a-review", "The report is not from a review.")
    if not grant.covers(report.owner):
        what = "The work list is for those who make the statistics, and a municipality's part of it for that municipality."
        raise OmsorgstallError(ErrorFamily.ACCESS, "review-of-another", what, todo="Open your own municipality's part.")
    return report.content
