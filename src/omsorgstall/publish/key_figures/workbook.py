"""Key figures as a workbook: own beside published, year by year with a native chart, and what each figure is."""

import math
from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from omsorgstall.access import Grant
from omsorgstall.publish.key_figures.layout import KeyFigureCell, KeyFigures, facts, granted, reading
from omsorgstall.publish.wording import words
from omsorgstall.tables.derived import DENOMINATOR, NUMERATOR

_SIDE, _NUMBER, _TOP = 70, 15, 4
Styles = dict[str, Format]


def key_figures_excel(found: KeyFigures, grant: Grant, language: str = "nb") -> bytes:
    """One workbook with the figures of the year, those of every year, and notes.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    granted(found, grant)
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _styles(book)
    book.set_properties({"title": words("kf_title", language, name=found.name), "comments": words("sum_private", language)})
    _of_the_year(book, found, styles, language)
    if len(found.years) > 1:
        _by_year(book, found, styles, language)
    _about(book, found, styles, language)
    book.close()
    return stream.getvalue()


def _styles(book: Workbook) -> Styles:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "name": book.add_format({"bold": True, "valign": "top", "text_wrap": True}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "align": "right", "valign": "bottom"}),
        "corner": book.add_format({"bold": True, "bottom": 1, "valign": "bottom"}),
        "none": book.add_format({"align": "right"}),
        "number0": book.add_format({"num_format": "#,##0"}),
        "number1": book.add_format({"num_format": "#,##0.0"}),
    }


def _sheet(book: Workbook, name: str, heads: Sequence[str], found: KeyFigures, styles: Styles, language: str) -> Worksheet:
    sheet = book.add_worksheet(words(name, language))
    sheet.set_column(0, 0, _SIDE)
    sheet.set_column(1, len(heads), _NUMBER)
    sheet.write_string(0, 0, words("kf_title", language, name=found.name), styles["title"])
    sheet.write_string(1, 0, reading(found, language))
    sheet.write_string(2, 0, words("kf_symbols", language))
    sheet.write_string(_TOP - 1, 0, words("kf_figure", language), styles["corner"])
    for place, head in enumerate(heads, start=1):
        sheet.write_string(_TOP - 1, place, head, styles["head"])
    sheet.freeze_panes(_TOP, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{words('sum_private', language)}&R&P / &N")
    for row, figure in enumerate(found.figures, start=_TOP):
        sheet.write_string(row, 0, figure.label.in_language(language))
    return sheet


def _of_the_year(book: Workbook, found: KeyFigures, styles: Styles, language: str) -> None:
    own = found.own.owner
    regions = [(own, found.name), *((m.code, m.label.in_language(language)) for m in found.beside)]
    heads = [name for _, name in regions]
    heads += [words(key, language, name=found.name) for key in ("kf_numerator", "kf_denominator")]
    sheet = _sheet(book, "kf_sheet", [f"{h} {found.year}" for h in heads], found, styles, language)
    for row, figure in enumerate(found.figures, start=_TOP):
        cells = [found.at(code, figure.code, found.year) for code, _ in regions]
        cells += [found.at(own, figure.code, found.year, content) for content in (NUMERATOR, DENOMINATOR)]
        for place, cell in enumerate(cells, start=1):
            _write(sheet, (row, place), cell, styles)


def _by_year(book: Workbook, found: KeyFigures, styles: Styles, language: str) -> None:
    sheet = _sheet(book, "kf_sheet_years", found.years, found, styles, language)
    for row, figure in enumerate(found.figures, start=_TOP):
        for place, year in enumerate(found.years, start=1):
            _write(sheet, (row, place), found.at(found.own.owner, figure.code, year), styles)
    name, last = words("kf_sheet_years", language), len(found.years)
    chart = book.add_chart({"type": "line"})
    for row in (_TOP, _TOP + 3):  # the shares of those aged 80 and over at home and in institution
        series = {"name": [name, row, 0], "categories": [name, _TOP - 1, 1, _TOP - 1, last], "values": [name, row, 1, row, last]}
        chart.add_series({**series, "marker": {"type": "circle"}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 340})
    sheet.insert_chart(_TOP + len(found.figures) + 1, 0, chart, {"description": words("kf_years", language, name=found.name)})


def _write(sheet: Worksheet, at: tuple[int, int], cell: KeyFigureCell, styles: Styles) -> None:
    if math.isnan(cell.value):
        sheet.write_string(*at, cell.status.symbol, styles["none"])
    else:
        sheet.write_number(*at, cell.value, styles[f"number{cell.decimals}"])


def _about(book: Workbook, found: KeyFigures, styles: Styles, language: str) -> None:
    sheet = book.add_worksheet(words("kf_sheet_about", language))
    sheet.set_column(0, 0, 50)
    sheet.set_column(1, 1, 100)
    told = [(f.label.in_language(language), f.note.in_language(language) if f.note else "") for f in found.figures]
    for row, (name, value) in enumerate([*told, *facts(found, language)]):
        sheet.write_string(row, 0, name, styles["name"])
        sheet.write_string(row, 1, value, styles["text"])
