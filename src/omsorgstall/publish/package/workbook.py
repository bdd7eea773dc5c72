"""The recommended package as a workbook: the figures with their sentences, native charts, the years, and what they mean."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from omsorgstall.access import Grant
from omsorgstall.publish.package.told import Package, Row, Told, told
from omsorgstall.publish.row_heights import row_height
from omsorgstall.tables import Report

_CHART_ROWS = 15
_TITLE, _SENTENCE, _PLACE = 34, 60, 30
Styles = dict[str, Format]


def package_excel(report: Report, grant: Grant | None, language: str = "nb", *, made_up: bool = False) -> bytes:
    """The package as an Excel file.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    found = told(report, grant, language, made_up=made_up)
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": found.title, "comments": found.standing})
    styles = _styles(book)
    _figures(book, found, styles)
    _charts(book, found, styles)
    if any(f.followed for f in found.figures()):
        _years(book, found, styles)
    _about(book, found, styles)
    book.close()
    return stream.getvalue()


def _styles(book: Workbook) -> Styles:
    numbers = {
        f"number{n}": book.add_format({"num_format": "#,##0" + ("." + "0" * n if n else ""), "valign": "top"}) for n in range(3)
    }
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "name": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
        "right": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"}),
        "none": book.add_format({"align": "right", "valign": "top"}),
        **numbers,
    }


def _sheet(book: Workbook, package: Package, name: str) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{package.standing}&R&P / &N")
    return sheet


def _figures(book: Workbook, package: Package, styles: Styles) -> None:
    """One row a figure: the sentence, own figure with what is behind it, and the areas."""
    sheet = _sheet(book, package, package.say("sheet_figures"))
    sheet.set_column(0, 0, _TITLE)
    sheet.set_column(1, 2, _SENTENCE)
    sheet.set_column(3, 20, 14)
    sheet.write_string(0, 0, package.title, styles["title"])
    sheet.write_string(1, 0, package.standing)
    areas = [p.label for p in next(package.figures()).places]
    heads = [package.say(k) for k in ("figure", "sentence", "compared", "count", "behind")]
    for n, head in enumerate([*heads, *areas]):
        sheet.write_string(3, n, head, styles["head" if n < len(heads[:3]) else "right"])
    for row, figure in enumerate(package.figures(), start=4):
        said = " ".join(t for t in (figure.compared, figure.earlier, figure.small) if t)
        sheet.set_row(row, row_height([(figure.title, _TITLE), (figure.sentence, _SENTENCE), (said, _SENTENCE)]))
        sheet.write_string(row, 0, figure.title, styles["name"])
        sheet.write_string(row, 1, figure.sentence, styles["text"])
        sheet.write_string(row, 2, said, styles["text"])
        own = figure.places[0]
        _count(sheet, (row, 3), own.part, styles)
        _count(sheet, (row, 4), own.whole, styles)
        for n, place in enumerate(figure.places, start=5):
            _value(sheet, (row, n), place, figure, styles)
    sheet.freeze_panes(4, 1)


def _count(sheet: Worksheet, at: tuple[int, int], value: int | None, styles: Styles) -> None:
    if value is None:
        sheet.write_string(*at, "", styles["none"])
    else:
        sheet.write_number(*at, value, styles["number0"])


def _value(sheet: Worksheet, at: tuple[int, int], row: Row, figure: Told, styles: Styles) -> None:
    if row.value is None:
        sheet.write_string(*at, row.text, styles["none"])
    else:
        sheet.write_number(*at, row.value, styles[f"number{max(figure.decimals, 1)}"])


def _charts(book: Workbook, package: Package, styles: Styles) -> None:
    """A small table and a chart of each figure that can be drawn."""
    name = package.say("sheet_charts")
    sheet = _sheet(book, package, name)
    sheet.set_column(0, 0, _PLACE)
    sheet.set_column(1, 1, 12)
    row = 0
    for figure in (f for f in package.figures() if f.drawn):
        _drawn(book, sheet, (name, row), figure.chart, figure.drawn, (figure, "bar", styles))
        row += _CHART_ROWS


def _years(book: Workbook, package: Package, styles: Styles) -> None:
    name = package.say("sheet_trend")
    sheet = _sheet(book, package, name)
    sheet.set_column(0, 0, _PLACE)
    sheet.set_column(1, 1, 12)
    row = 0
    for figure in (f for f in package.figures() if f.followed):
        _drawn(book, sheet, (name, row), figure.chart, figure.followed, (figure, "line", styles))
        row += _CHART_ROWS


def _drawn(
    book: Workbook, sheet: Worksheet, at: tuple[str, int], title: str, rows: Sequence[Row], how: tuple[Told, str, Styles]
) -> None:
    """A table from a row on, and its chart to the right."""
    (name, top), (figure, kind, styles) = at, how
    sheet.write_string(top, 0, title, styles["name"])
    for n, row in enumerate(rows, start=top + 1):
        sheet.write_string(n, 0, row.label)
        _value(sheet, (n, 1), row, figure, styles)
    chart = book.add_chart({"type": kind})
    first, last = top + 1, top + len(rows)
    chart.add_series({"categories": [name, first, 0, last, 0], "values": [name, first, 1, last, 1], "name": title})
    chart.set_title({"name": title, "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"min": 0} if kind == "bar" else {})
    chart.set_size({"width": 620, "height": 270})
    sheet.insert_chart(top, 3, chart, {"description": title})


def _about(book: Workbook, package: Package, styles: Styles) -> None:
    sheet = _sheet(book, package, package.say("sheet_about"))
    sheet.set_column(0, 0, _TITLE)
    sheet.set_column(1, 1, 80)
    sheet.set_column(2, 2, _SENTENCE)
    row = 0
    for text in package.about:
        sheet.set_row(row, row_height([(text, 80)]))
        sheet.write_string(row, 1, text, styles["text"])
        row += 1
    for n, key in enumerate(("figure", "definition", "source")):
        sheet.write_string(row + 1, n, package.say(key), styles["head"])
    for line, figure in enumerate(package.figures(), start=row + 2):
        sheet.set_row(line, row_height([(figure.definition, 80), (figure.source, _SENTENCE), (figure.title, _TITLE)]))
        sheet.write_string(line, 0, figure.title, styles["name"])
        sheet.write_string(line, 1, f"{figure.definition} {figure.mind}", styles["text"])
        sheet.write_string(line, 2, figure.source, styles["text"])
