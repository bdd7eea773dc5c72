"""How key figures are laid out for readers: a municipality's own beside the published ones of what it compares itself with."""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import StringIO

from omsorgstall.access import Grant
from omsorgstall.codes import municipalities
from omsorgstall.codes.regions import COUNTRY, COUNTRY_WITHOUT_OSLO
from omsorgstall.core import ErrorFamily, OmsorgstallError, format_number
from omsorgstall.publish.wording import words
from omsorgstall.tables import CellStatus, Member, OwnerTable, ReleasedTable
from omsorgstall.tables.derived import DENOMINATOR, NUMERATOR, VALUE

HOME_80, STAY_80 = "home_services_80", "institution_80"
"""The key figures that the sentence reads aloud."""


@dataclass(frozen=True, slots=True)
class KeyFigureCell:
    """One figure with its status; NaN unless there is a figure."""

    value: float
    status: CellStatus
    decimals: int

    def text(self, language: str) -> str:
        """As it is read: the figure, or the standard symbol."""
        if math.isnan(self.value) or self.status is CellStatus.TRUE_ZERO:
            return self.status.symbol
        return format_number(self.value, self.decimals, language)


@dataclass(frozen=True)
class KeyFigures:
    """Own key figures, and the published table when there is one.

    Attributes:
        own: of one municipality, whole.
        released: what everybody can see.
        year: the year that is shown.
        again: the command that makes them again.
        made_up: whether the submissions hold people made for tests.
    """

    own: OwnerTable
    released: ReleasedTable | None
    year: str
    again: str = ""
    made_up: bool = False

    @property
    def name(self) -> str:
        """The municipality's name."""
        return municipalities()[self.own.owner].name

    @property
    def figures(self) -> tuple[Member, ...]:
        """The key figures in order."""
        return self.own.model.dimension("Nokkeltall").members

    @property
    def years(self) -> tuple[str, ...]:
        """All years of the own figures."""
        return self.own.model.dimension("Tid").codes()

    @cached_property
    def beside(self) -> tuple[Member, ...]:
        """KOSTRA group, county, country without Oslo and country: those that are published for the year."""
        if self.released is None or self.year not in self.released.model.dimension("Tid").codes():
            return ()
        place = municipalities()[self.own.owner]
        wanted = (f"EKG{place.kostra_group}", f"EKA{place.county}", COUNTRY_WITHOUT_OSLO, COUNTRY)
        members = {m.code: m for m in self.released.model.dimension("Region").members}
        return tuple(members[code] for code in wanted if code in members)

    def at(self, region: str, figure: str, year: str, content: str = VALUE) -> KeyFigureCell:
        """A cell of the own figures, or of the published ones for another region."""
        own = region == self.own.owner
        table = self.own if own or self.released is None else self.released
        place = tuple(table.model.dimension(d).index()[c] for d, c in zip(_DIMENSIONS, (region, figure, year), strict=True))
        value = float(table.values[content][place])
        decimals = _decimals(table, content, value)
        if isinstance(table, ReleasedTable):
            return KeyFigureCell(value, CellStatus(int(table.statuses[content][place])), decimals)
        return KeyFigureCell(value, _own_status(value, self.own, place), decimals)


_DIMENSIONS = ("Region", "Nokkeltall", "Tid")


def _decimals(table: OwnerTable | ReleasedTable, content: str, value: float) -> int:
    """Those of the content; an amount of hours has one, though persons have none."""
    return 1 if not math.isnan(value) and value != int(value) else table.model.content(content).decimals


def _own_status(value: float, own: OwnerTable, place: tuple[int, ...]) -> CellStatus:
    """A zero, a figure, or no figure: not applicable where nobody stands below."""
    if not math.isnan(value):
        return CellStatus.VALUE if value else CellStatus.TRUE_ZERO
    nobody = float(own.values[DENOMINATOR][place]) == 0
    return CellStatus.NOT_APPLICABLE if nobody else CellStatus.MISSING


def granted(found: KeyFigures, grant: Grant) -> KeyFigures:
    """The key figures, for whom the grant covers.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    if not grant.covers(found.own.owner):
        what = f"The grant does not cover the figures of municipality {found.own.owner}."
        raise OmsorgstallError(ErrorFamily.ACCESS, "no-grant", what, todo="Open your own municipality's figures.")
    return found


def reading(found: KeyFigures, language: str) -> str:
    """One sentence that reads the first figures aloud; empty where there are none."""
    shares = [found.at(found.own.owner, figure, found.year) for figure in (HOME_80, STAY_80)]
    if any(math.isnan(s.value) for s in shares):
        return ""
    share, stay = (format_number(s.value, 1, language) for s in shares)
    return words("kf_reading", language, name=found.name, share=share, stay=stay, year=found.year)


def facts(found: KeyFigures, language: str) -> Iterator[tuple[str, str]]:
    """What a reader must know of where the figures come from."""
    if found.made_up:
        yield words("sum_made_up", language), words("sum_made_up_what", language)
    yield words("sum_private", language), words("sum_private_what", language)
    released = found.released
    beside = words("kf_beside", language, edition=released.edition) if released and found.beside else ""
    yield words("note", language), beside or words("kf_nothing_beside", language)
    for note in found.own.model.notes:
        yield words("note", language), note.in_language(language)
    lineage = found.own.lineage
    yield words("sum_vintage", language), lineage["vintage"]
    yield words("sum_version", language), f"{lineage['definition']} {lineage['definition_version']}"
    yield words("kf_again", language), found.again


def key_figures_csv(found: KeyFigures, grant: Grant, language: str = "nb") -> bytes:
    """One row a key figure, region and year, with value, numerator, denominator and symbol; UTF-8 with a byte order mark.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    granted(found, grant)
    stream = StringIO()
    writer = csv.writer(stream)
    heads = ("kf_code", "kf_figure", "kf_region", "kf_region", "kf_year", "kf_value", "kf_above", "kf_below", "kf_symbol")
    writer.writerow(words(h, language) for h in heads)
    for figure in found.figures:
        for region, name, year in _places(found, language):
            cells = [found.at(region, figure.code, year, c) for c in (VALUE, NUMERATOR, DENOMINATOR)]
            row = [figure.code, figure.label.in_language(language), region, name, year]
            writer.writerow([*row, *(_plain(c) for c in cells), cells[0].status.symbol])
    return stream.getvalue().encode("utf-8-sig")


def _places(found: KeyFigures, language: str) -> Sequence[tuple[str, str, str]]:
    own = [(found.own.owner, found.name, year) for year in found.years]
    return [*own, *((m.code, m.label.in_language(language), found.year) for m in found.beside)]


def _plain(cell: KeyFigureCell) -> str:
    return "" if math.isnan(cell.value) else f"{cell.value:.4f}".rstrip("0").rstrip(".")
