"""The table of key figures: regions, key figures and years, derived from cells of other tables and from the population."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from omsorgstall.codes import Region, RegionLevel, population, regions
from omsorgstall.codes.population import FIRST_YEAR, LAST_YEAR
from omsorgstall.core import Text
from omsorgstall.statistics.caveats import shared_notes
from omsorgstall.statistics.coverage import LEVEL_MARKS, Coverage
from omsorgstall.statistics.dimensions import Setting, dimension_catalogue
from omsorgstall.statistics.key_figures.definition import KEY_FIGURES, Inhabitants, KeyFigure, key_figures, said
from omsorgstall.tables import (
    CellSum,
    Composition,
    Content,
    ContentKind,
    DerivedRatio,
    DerivedTable,
    Dimension,
    DimensionKind,
    Member,
    TableModel,
)
from omsorgstall.tables.derived import DENOMINATOR, NUMERATOR, VALUE
from omsorgstall.tables.kinds import Values

VERSION = "1"
_LEVEL_MARK = "KFB"
OLDEST = 105
"""Highest age of the population figures; it stands for those who are older too."""
_NOTES = ("note_sums", "note_inhabitants", "note_cells", "note_elsewhere")
_LANGUAGES = ("nb", "nn", "en")


def key_figure_table(years: Sequence[int], coverage: Coverage, lineage: Mapping[str, str]) -> DerivedTable:
    """The table for the regions and years at hand, without figures: they come from the cells of other tables."""
    model = _model(sorted(years), coverage)
    ratios = tuple(DerivedRatio(k.id, k.numerator, _below(k, model, coverage), k.per) for k in key_figures().values())
    return DerivedTable(model, ratios, {**lineage, "definition": KEY_FIGURES, "definition_version": VERSION})


def _model(years: Sequence[int], coverage: Coverage) -> TableModel:
    setting = Setting(tuple(years), coverage, _LEVEL_MARK, ())
    catalogue, shared = dimension_catalogue(), shared_notes()
    figures = tuple(map(_member, key_figures().values()))
    kind, composition = DimensionKind.CLASSIFICATION, Composition.UNION
    named = Dimension("Nokkeltall", said("dimension"), kind, composition, figures)
    return TableModel(
        id=KEY_FIGURES,
        title=said("title"),
        dimensions=(catalogue["Region"](setting), named, catalogue["Tid"](setting)),
        contents=_contents(),
        notes=(*map(said, _NOTES), *coverage.caveats.of_table(tuple(years))),
        description=said("description"),
        level_mark=_LEVEL_MARK,
        source=Text.of(shared["register"]),
        approximation=True,
    )


def _member(figure: KeyFigure) -> Member:
    """Its name with its unit, and what it is as a note."""
    names = (f"{figure.title.in_language(n)} ({figure.unit.in_language(n)})" for n in _LANGUAGES)
    return Member(figure.id, Text(*names), frozenset({figure.id}), figure.told())


def _contents() -> tuple[Content, ...]:
    value, unit = said("value"), said("value_unit")
    parts = ((NUMERATOR, "numerator"), (DENOMINATOR, "denominator"))
    return (
        Content(VALUE, value, ContentKind.RATIO, unit, 1, numerator=NUMERATOR, denominator=DENOMINATOR),
        *(Content(name, said(key), ContentKind.AMOUNT, said("count_unit")) for name, key in parts),
    )


def _below(figure: KeyFigure, model: TableModel, coverage: Coverage) -> CellSum | Values:
    if isinstance(figure.denominator, CellSum):
        return figure.denominator
    shown = [regions()[code] for code in model.dimension("Region").codes()]
    years = [int(code) for code in model.dimension("Tid").codes()]
    return np.array([[_inhabitants(r, y, figure, coverage) for y in years] for r in shown])


def _inhabitants(region: Region, year: int, figure: KeyFigure, coverage: Coverage) -> float:
    """Inhabitants at the end of the year of the municipalities that delivered; NaN when not known, or not at this level."""
    wanted = figure.denominator
    there = set(region.municipalities) & coverage.delivered.get(year, frozenset())
    at_level = set(LEVEL_MARKS[region.level]) & set(figure.level_mark)
    if not (isinstance(wanted, Inhabitants) and there and at_level and FIRST_YEAR <= year + 1 <= LAST_YEAR):
        return float("nan")
    level, codes = ("bydel", {region.code}) if region.level is RegionLevel.DISTRICT else ("kommune", there)
    until = None if wanted.until is None else wanted.until + 1
    people = _by_age(year + 1, level)
    return float(sum(people[c][wanted.since : until].sum() for c in codes if c in people))


@cache
def _by_age(year: int, level: str) -> Mapping[str, NDArray[np.int64]]:
    """Inhabitants of each region on 1 January, by completed years."""
    people = population(year, level)
    coded = people["region"].combine_chunks().dictionary_encode()
    found = np.zeros((len(coded.dictionary), OLDEST + 1), np.int64)
    np.add.at(found, (coded.indices.to_numpy(), people["age"].to_numpy()), people["persons"].to_numpy())
    return dict(zip(coded.dictionary.to_pylist(), found, strict=True))
