"""Sum reports as a workbook: a sheet for each with real numbers, frozen headings and a native chart, and a sheet of notes."""

import math
from collections.abc import Mapping, Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from omsorgstall.access import Grant
from omsorgstall.publish.row_heights import row_height
from omsorgstall.publish.sum_reports.layout import Grid, facts, granted, grids, place_name
from omsorgstall.publish.sum_reports.peers import peer_facts, peer_grids, shown_to
from omsorgstall.publish.sum_reports.trend import Trend, trend_of
from omsorgstall.publish.wording import words
from omsorgstall.tables import Content, OwnerTable, PeerTable

_SIDE, _NUMBER = 46, 15
_NAMES, _TEXTS = 26, 100
_CHART_HEIGHT_ROWS = 18
Styles = dict[str, Format]


def sum_reports_excel(
    tables: Sequence[OwnerTable],
    grant: Grant,
    language: str = "nb",
    *,
    made_up: bool = False,
    peers: Mapping[str, Sequence[PeerTable]] | None = None,
) -> bytes:
    """One workbook with every report given, all of the same owner.

    Args:
        peers: by report, the same figures beside those of other municipalities.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _styles(book)
    book.set_properties({"title": ", ".join(t.model.id for t in tables), "comments": words("sum_private", language)})
    for table in tables:
        _report(book, granted(table, grant), styles, language)
        beside = [shown_to(p, grant) for p in (peers or {}).get(table.model.id, ())]
        if beside:
            _peers(book, table.model.id, beside, styles, language)
    _about(book, tables, styles, language, made_up, [p for of_report in (peers or {}).values() for p in of_report])
    book.close()
    return stream.getvalue()


def _styles(book: Workbook) -> Styles:
    numbers = {f"number{n}": book.add_format({"num_format": "#,##0" + ("." + "0" * n if n else "")}) for n in range(3)}
    bold = {"bold": True, "top": 1}
    totals = {f"total{n}": book.add_format({"num_format": "#,##0" + ("." + "0" * n if n else ""), **bold}) for n in range(3)}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "grid": book.add_format({"bold": True, "font_size": 12}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "name": book.add_format({"bold": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "align": "right", "valign": "bottom"}),
        "corner": book.add_format({"bold": True, "bottom": 1, "valign": "bottom"}),
        "side": book.add_format({"text_wrap": True, "valign": "top"}),
        "total_side": book.add_format(bold),
        "none": book.add_format({"align": "right"}),
        **numbers,
        **totals,
    }


def _report(book: Workbook, table: OwnerTable, styles: Styles, language: str) -> None:
    sheet = book.add_worksheet(table.model.id)
    sheet.set_column(0, 0, _SIDE)
    sheet.set_column(1, 40, _NUMBER)
    sheet.write_string(0, 0, f"{table.model.id} {table.model.title.in_language(language)}", styles["title"])
    sheet.write_string(1, 0, words("sum_of", language, name=place_name(table)))
    sheet.write_string(2, 0, table.reading.in_language(language) if table.reading else "")
    row = 4
    for number, grid in enumerate(grids(table, language)):
        first = row + 1 + len(grid.columns[0].headings)
        row = _grid(sheet, row, grid, styles)
        if not number:
            sheet.freeze_panes(first, 1)
            row = _chart(book, sheet, table.model.id, grid, first, row)
    if trend := trend_of(table, language):
        first = row + 1 + len(trend.grid.columns[0].headings)
        _trend_chart(book, sheet, trend, first, _grid(sheet, row, trend.grid, styles))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{words('sum_private', language)}&R&P / &N")


def _grid(sheet: Worksheet, top: int, grid: Grid, styles: Styles) -> int:
    """Write a table; the row after it."""
    sheet.write_string(top, 0, grid.title, styles["grid"])
    levels = len(grid.columns[0].headings)
    sheet.write_string(top + levels, 0, grid.side, styles["corner"])
    for place, column in enumerate(grid.columns, start=1):
        for level, heading in enumerate(column.headings, start=1):
            sheet.write_string(top + level, place, heading, styles["head"])
    for row, line in enumerate(grid.lines, start=top + levels + 1):
        sheet.write_string(row, 0, line.label, styles["total_side" if line.total else "side"])
        for place, (value, column) in enumerate(zip(line.values, grid.columns, strict=True), start=1):
            if mark := line.mark(place - 1):
                sheet.write_string(row, place, mark, styles["none"])
            else:
                _number(sheet, (row, place), value, column.content, styles, total=line.total)
    return top + levels + len(grid.lines) + 2


def _number(sheet: Worksheet, at: tuple[int, int], value: float, content: Content, styles: Styles, *, total: bool) -> None:
    if math.isnan(value):
        sheet.write_string(*at, "–", styles["none"])
    else:
        sheet.write_number(*at, value, styles[f"{'total' if total else 'number'}{content.decimals}"])


def _chart(book: Workbook, sheet: Worksheet, name: str, grid: Grid, first: int, row: int) -> int:
    """Bars of the last column, which is everybody on the last date or the last figure; the row after it."""
    last = first + len([line for line in grid.lines if not line.total]) - 1
    if last < first:
        return row
    column = len(grid.columns)
    chart = book.add_chart({"type": "bar"})
    series = {"categories": [name, first, 0, last, 0], "values": [name, first, column, last, column]}
    chart.add_series({**series, "name": " ".join(grid.columns[-1].headings), "fill": {"color": "#0062BA"}, "gap": 40})
    chart.set_title({"name": grid.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 900, "height": 340})
    sheet.insert_chart(row, 0, chart, {"description": grid.title})
    return row + _CHART_HEIGHT_ROWS


def _trend_chart(book: Workbook, sheet: Worksheet, trend: Trend, first: int, row: int) -> None:
    """Lines of the largest members over the times."""
    name, last = sheet.get_name(), len(trend.grid.columns)
    chart = book.add_chart({"type": "line"})
    for line in range(first, first + trend.drawn):
        series = {
            "name": [name, line, 0],
            "categories": [name, first - 1, 1, first - 1, last],
            "values": [name, line, 1, line, last],
        }
        chart.add_series({**series, "marker": {"type": "automatic"}})
    if trend.drawn:
        chart.set_title({"name": trend.grid.title, "name_font": {"size": 12}})
        chart.set_y_axis({"min": 0})
        chart.set_size({"width": 900, "height": 340})
        sheet.insert_chart(row, 0, chart, {"description": trend.grid.title})


def _peers(book: Workbook, report: str, tables: Sequence[PeerTable], styles: Styles, language: str) -> None:
    """A sheet with the figures beside those of others."""
    sheet = book.add_worksheet(words("peers_sheet", language, report=report))
    sheet.set_column(0, 0, _SIDE)
    sheet.set_column(1, 40, _NUMBER)
    sheet.write_string(0, 0, words("peers_title", language), styles["title"])
    sheet.write_string(1, 0, words("peers_what", language))
    row = 3
    for grid in (g for table in tables for g in peer_grids(table, language)):
        row = _grid(sheet, row, grid, styles)
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{words('sum_private', language)}&R&P / &N")


def _about(
    book: Workbook, tables: Sequence[OwnerTable], styles: Styles, language: str, made_up: bool, peers: Sequence[PeerTable]
) -> None:
    sheet = book.add_worksheet(words("sum_sheet_about", language))
    sheet.set_column(0, 0, _NAMES)
    sheet.set_column(1, 1, _TEXTS)
    row = 0
    for table in tables:
        sheet.write_string(row, 0, table.model.id, styles["title"])
        for name, value in facts(table, language, made_up):
            row += 1
            sheet.write_string(row, 0, name, styles["name"])
            sheet.write_string(row, 1, value, styles["text"])
            sheet.set_row(row, row_height([(name, _NAMES), (value, _TEXTS)]))
        row += 2
    for name, value in (f for p in peers[:1] for f in peer_facts(p, language)):
        sheet.write_string(row, 0, name, styles["name"])
        sheet.write_string(row, 1, value, styles["text"])
        row += 1
