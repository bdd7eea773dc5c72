"""Output formats of the StatBank interface and their parameters."""

from collections.abc import Callable
from dataclasses import dataclass

from omsorgstall.publish.csv_table import FlatOptions, Labels, csv_bytes
from omsorgstall.publish.cube import Cube
from omsorgstall.publish.excel import MOST_COLUMNS, excel_bytes
from omsorgstall.publish.jsonstat import data_bytes
from omsorgstall.publish.px import px_bytes
from omsorgstall.publish.pxweb.expressions import split_items
from omsorgstall.publish.pxweb.problems import FORMAT, refused
from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Published

DEFAULT = "json-stat2"
_SEPARATORS = {"separatortab": "\t", "separatorspace": " ", "separatorsemicolon": ";"}
_LABELS = {labels.value: labels for labels in Labels}
_TITLE, _ONLY_FIGURES = "includetitle", "excludezerosandmissingvalues"
Writer = Callable[[Published, Cube, str, Site, FlatOptions], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """An output format.

    Attributes:
        flat: whether label, title and row options apply; ``separated``: whether a separator does.
        most_columns: columns the format can hold; 0 for no limit.
    """

    id: str
    media_type: str
    suffix: str
    write: Writer
    flat: bool = False
    separated: bool = False
    most_columns: int = 0


@dataclass(frozen=True, slots=True)
class Output:
    """A format with its options."""

    format: Format
    options: FlatOptions


FORMATS: dict[str, Format] = {
    f.id: f
    for f in (
        Format(
            "json-stat2",
            "application/json; charset=UTF-8",
            ".json",
            lambda published, cube, language, site, _: data_bytes(published, cube, language, site),
        ),
        Format(
            "csv",
            "text/csv; charset=utf-8",
            ".csv",
            lambda published, cube, language, _, options: csv_bytes(published, cube, language, options),
            flat=True,
            separated=True,
        ),
        Format(
            "px",
            "application/octet-stream; charset=utf-8",
            ".px",
            lambda published, cube, language, site, _: px_bytes(published, cube, language, site),
        ),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
            lambda published, cube, language, _, options: excel_bytes(published, cube, language, options),
            flat=True,
            most_columns=MOST_COLUMNS,
        ),
    )
}


def output_of(name: str | None, params: str | None) -> Output:
    """The format and options asked for; json-stat2 when none is named.

    Raises:
        ProblemError: for a format that is not offered, or options that do not belong to it.
    """
    chosen = FORMATS.get((name or DEFAULT).strip().lower() or DEFAULT)
    if chosen is None:
        raise refused(FORMAT, f"{name}. Offered: {', '.join(FORMATS)}.")
    wanted = [p.lower() for p in split_items(params or "")]
    allowed = {*_LABELS, _TITLE, _ONLY_FIGURES} if chosen.flat else set()
    allowed |= set(_SEPARATORS) if chosen.separated else set()
    for parameter in wanted:
        if parameter not in allowed:
            raise refused(FORMAT, f"outputFormatParams {parameter} does not belong to {chosen.id}.")
    return Output(chosen, _options(wanted))


def _options(wanted: list[str]) -> FlatOptions:
    labels = [_LABELS[p] for p in wanted if p in _LABELS]
    separators = [_SEPARATORS[p] for p in wanted if p in _SEPARATORS]
    if len(set(labels)) > 1 or len(set(separators)) > 1:
        raise refused(FORMAT, "outputFormatParams: choose one way to name values and one separator.")
    return FlatOptions(
        labels=labels[0] if labels else Labels.CODES,
        separator=separators[0] if separators else ",",
        title=_TITLE in wanted,
        only_figures=_ONLY_FIGURES in wanted,
    )
