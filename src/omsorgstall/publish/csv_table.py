"""CSV as the reference server writes it: stub columns quoted, one column per combination of the heading."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from omsorgstall.publish.cube import Cube, Value
from omsorgstall.publish.source import Published
from omsorgstall.tables import CellStatus


class Labels(StrEnum):
    """How values are named in flat files."""

    CODES = "usecodes"
    TEXTS = "usetexts"
    BOTH = "usecodesandtexts"


@dataclass(frozen=True, slots=True)
class FlatOptions:
    """Options of csv, html and xlsx.

    Attributes:
        title: whether the title stands first.
        only_figures: whether rows that hold only zeros and symbols are left out.
    """

    labels: Labels = Labels.CODES
    separator: str = ","
    title: bool = False
    only_figures: bool = False


def csv_bytes(published: Published, cube: Cube, language: str, options: FlatOptions) -> bytes:
    """The cube as CSV in UTF-8: decimal point, no thousands separator, symbols as their text."""
    lines = [options.separator.join(_header(cube, language, options))]
    if options.title:
        lines.insert(0, quoted(published.label(language)))
    cells = cell_texts(cube)
    keep = kept_rows(cube, options)
    for n, labels in enumerate(_stub_labels(cube, language, options)):
        if keep[n]:
            lines.append(options.separator.join([*labels, *cells[n]]))
    return ("\n".join(lines) + "\n").encode()


def quoted(text: str) -> str:
    """In quotes, with a quote inside doubled."""
    return '"' + text.replace('"', '""') + '"'


def label(value: Value, language: str, labels: Labels) -> str:
    """A value by its code, its text, or both."""
    name = value.label.in_language(language)
    return {Labels.CODES: value.code, Labels.TEXTS: name, Labels.BOTH: f"{value.code} - {name}"}[labels]


def heading_labels(cube: Cube, language: str, labels: Labels) -> list[str]:
    """One label per column; that of the contents of the table when nothing stands in the heading."""
    heading = cube.variables[cube.stub :]
    if not heading:
        return [cube.table.model.title.in_language(language)]
    return [" ".join(label(v, language, labels) for v in combination) for combination in product(*(h.values for h in heading))]


def _header(cube: Cube, language: str, options: FlatOptions) -> list[str]:
    stub = [quoted(v.label.in_language(language)) for v in cube.variables[: cube.stub]] or ['""']
    return stub + [quoted(h) for h in heading_labels(cube, language, options.labels)]


def _stub_labels(cube: Cube, language: str, options: FlatOptions) -> list[list[str]]:
    stub = cube.variables[: cube.stub]
    if not stub:
        return [['""']]
    named = [[quoted(label(v, language, options.labels)) for v in s.values] for s in stub]
    return [list(combination) for combination in product(*named)]


def kept_rows(cube: Cube, options: FlatOptions) -> NDArray[np.bool_]:
    """Which rows are shown."""
    if not options.only_figures:
        return np.ones(cube.rows, dtype=np.bool_)
    block = np.nan_to_num(cube.numbers.reshape(cube.rows, cube.columns))
    found: NDArray[np.bool_] = (block != 0).any(axis=1)
    return found


SYMBOLS = {s: s.symbol for s in (CellStatus.SUPPRESSED, CellStatus.NOT_APPLICABLE, CellStatus.MISSING)}
"""How files write a cell without a number."""


def cell_texts(cube: Cube, symbols: Mapping[CellStatus, str] = SYMBOLS) -> list[list[str]]:
    """Every cell as files write it, by row and column."""
    shape = (cube.rows, cube.columns)
    numbers, decimals = cube.numbers.reshape(shape), cube.decimals.reshape(shape)
    texts = np.empty(shape, dtype=object)
    for places in np.unique(decimals).tolist():
        at = (decimals == places) & ~np.isnan(numbers)
        texts[at] = [f"{v:.{places}f}" for v in numbers[at].tolist()]
    statuses = cube.statuses.reshape(shape)
    for status, symbol in symbols.items():
        texts[statuses == status] = symbol
    rows: list[list[str]] = texts.tolist()
    return rows
