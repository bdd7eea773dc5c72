"""Excel workbooks: real numbers in real cells, frozen headings, and a sheet that tells what the figures are."""

from dataclasses import dataclass
from io import BytesIO
from itertools import product

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from omsorgstall.publish.csv_table import FlatOptions, Labels, heading_labels, kept_rows, label
from omsorgstall.publish.cube import Cube
from omsorgstall.publish.explain import Fact, facts_of
from omsorgstall.publish.row_heights import row_height
from omsorgstall.publish.source import Published
from omsorgstall.publish.wording import words
from omsorgstall.tables import CellStatus

MOST_COLUMNS = 16_384
"""Columns of a sheet; a program that writes more loses them silently."""
_WIDEST = 45
_TEXT_COLUMN, _NUMBER_COLUMN = 14, 11
_NAMES, _TEXTS = 24, 90
"""Widths of the columns of facts about the table, in characters."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet being written, with where the table starts."""

    sheet: Worksheet
    styles: dict[str, Format]
    top: int


def excel_bytes(published: Published, cube: Cube, language: str, options: FlatOptions) -> bytes:
    """The cube as a workbook: one sheet with the table, one about it."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": published.label(language), "created": published.updated.replace(tzinfo=None)})
    styles = _styles(book, cube)
    _table_sheet(book.add_worksheet(published.id), styles, published, cube, language, options)
    _about_sheet(book.add_worksheet(words("sheet_about", language)), styles, published, language)
    book.close()
    return stream.getvalue()


def _styles(book: Workbook, cube: Cube) -> dict[str, Format]:
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"}),
        "corner": book.add_format({"bold": True, "bottom": 1, "valign": "bottom"}),
        "side": book.add_format({"valign": "top"}),
        "symbol": book.add_format({"align": "right"}),
        "zero": book.add_format({"align": "right", "num_format": '"-"'}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "name": book.add_format({"bold": True, "valign": "top"}),
    }
    for places in {c.decimals for c in cube.contents()}:
        styles[f"number{places}"] = book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else "")})
    return styles


def _table_sheet(
    sheet: Worksheet, styles: dict[str, Format], published: Published, cube: Cube, language: str, options: FlatOptions
) -> None:
    top = 2 if options.title else 0
    if options.title:
        sheet.write_string(0, 0, published.label(language), styles["title"])
    part = _Sheet(sheet, styles, top)
    _headings(part, cube, language, options.labels)
    _rows(part, cube, language, options)
    side = max(1, cube.stub)
    heads = max(1, len(cube.variables) - cube.stub)
    sheet.freeze_panes(top + heads, side)
    sheet.set_column(0, side - 1, _side_width(cube, language, options.labels))
    sheet.set_column(side, side + cube.columns - 1, _NUMBER_COLUMN)


def _side_width(cube: Cube, language: str, labels: Labels) -> int:
    longest = max((len(label(v, language, labels)) for s in cube.variables[: cube.stub] for v in s.values), default=0)
    return min(_WIDEST, max(_TEXT_COLUMN, longest + 2))


def _headings(part: _Sheet, cube: Cube, language: str, labels: Labels) -> None:
    """One row per variable of the heading; labels are repeated so that columns can be read and filtered alone."""
    heading = cube.variables[cube.stub :]
    side = max(1, cube.stub)
    last = part.top + max(1, len(heading)) - 1
    for n, variable in enumerate(cube.variables[: cube.stub]):
        part.sheet.write_string(last, n, variable.label.in_language(language), part.styles["corner"])
    if not heading:
        part.sheet.write_string(last, side, heading_labels(cube, language, labels)[0], part.styles["head"])
    for column, combination in enumerate(product(*(v.values for v in heading))):
        for row, value in enumerate(combination):
            part.sheet.write_string(part.top + row, side + column, label(value, language, labels), part.styles["head"])


def _rows(part: _Sheet, cube: Cube, language: str, options: FlatOptions) -> None:
    first = part.top + max(1, len(cube.variables) - cube.stub)
    named = [[label(v, language, options.labels) for v in s.values] for s in cube.variables[: cube.stub]]
    keep = kept_rows(cube, options)
    kept = [(n, names) for n, names in enumerate(product(*named)) if keep[n]]
    cells = _cells(cube)
    for offset, (n, names) in enumerate(kept):
        for column, name in enumerate(names):
            part.sheet.write_string(first + offset, column, name, part.styles["side"])
        for column, cell in enumerate(cells[n], start=max(1, cube.stub)):
            _write(part, first + offset, column, cell)


Cell = tuple[float, int, int]
"""A figure, its status and its decimals."""


def _cells(cube: Cube) -> list[list[Cell]]:
    """Cells by row and column."""
    flat = list(zip(cube.numbers.ravel().tolist(), cube.statuses.ravel().tolist(), cube.decimals.ravel().tolist(), strict=True))
    return [flat[n : n + cube.columns] for n in range(0, len(flat), cube.columns)]


def _write(part: _Sheet, row: int, column: int, cell: Cell) -> None:
    number, status, places = cell
    if status > CellStatus.TRUE_ZERO:
        part.sheet.write_string(row, column, CellStatus(status).symbol, part.styles["symbol"])
    else:
        style = "zero" if status == CellStatus.TRUE_ZERO else f"number{places}"
        part.sheet.write_number(row, column, number, part.styles[style])


def _about_sheet(sheet: Worksheet, styles: dict[str, Format], published: Published, language: str) -> None:
    """Title, notes, symbols, source and edition."""
    model = published.table.model
    notes = [Fact(words("note", language), n.in_language(language)) for n in model.notes]
    about = [(m.label.in_language(language), m.note) for d in model.dimensions for m in d.members]
    notes += [Fact(name, note.in_language(language)) for name, note in about if note is not None]
    symbols = [Fact(s.symbol, words(f"symbol_{s.name.lower()}", language)) for s in CellStatus if s is not CellStatus.VALUE]
    for row, fact in enumerate([*facts_of(published, language), *notes, *symbols]):
        sheet.write_string(row, 0, fact.name, styles["name"])
        sheet.write_string(row, 1, fact.value, styles["wrapped"])
        sheet.set_row(row, row_height([(fact.name, _NAMES), (fact.value, _TEXTS)]))
    sheet.set_column(0, 0, _NAMES)
    sheet.set_column(1, 1, _TEXTS)
