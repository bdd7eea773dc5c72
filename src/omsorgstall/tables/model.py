"""The statistical table: dimensions, contents and the meaning of its cells, without any figure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import prod

from omsorgstall.core import Text


class DimensionKind(StrEnum):
    """What a dimension classifies; decides roles in JSON-stat and PX."""

    REGION = "region"
    TIME = "time"
    CLASSIFICATION = "classification"


class Composition(StrEnum):
    """How the members of a dimension make up a total.

    ``ADDITIVE``: each person stands in one leaf; ``UNION``: a person may stand in several, so a total is a union.
    """

    ADDITIVE = "additive"
    UNION = "union"


@dataclass(frozen=True, slots=True)
class Member:
    """One code of a dimension.

    Attributes:
        covers: the leaf codes it consists of; a leaf covers itself.
    """

    code: str
    label: Text
    covers: frozenset[str]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A variable of a table.

    Attributes:
        id: code of the variable: ``Region``, ``Alder``, ``Tjeneste``, ``Behov``, ``Tid``.
        elimination: the member that stands for all of it when the variable is left out of a query; None when it must be chosen.
    """

    id: str
    label: Text
    kind: DimensionKind
    composition: Composition
    members: tuple[Member, ...]
    elimination: str | None = None

    def index(self) -> dict[str, int]:
        """Position of each code."""
        return {m.code: n for n, m in enumerate(self.members)}

    def codes(self) -> tuple[str, ...]:
        """The codes in order."""
        return tuple(m.code for m in self.members)


class ContentKind(StrEnum):
    """``PERSONS`` counts people; ``AMOUNT`` adds hours or days; ``RATIO`` divides two other contents of the table."""

    PERSONS = "persons"
    AMOUNT = "amount"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """Two ways of counting the same persons: those in ``units`` of one family are those in ``theirs`` of another, by definition.

    Attributes:
        units: units of the content's own family; empty for all of them.
        family: the other family; ``theirs`` its units.
    """

    units: tuple[str, ...]
    family: str
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """One measure of a table (statistikkvariabel, ContentsCode).

    Attributes:
        family: name of the measure the figures are of, such as ``users_during_year``; shared by all tables that show it,
            so that disclosure control sees that they count the same persons. For a ratio: empty.
        numerator: for a ratio, the content id of the numerator; ``denominator`` likewise.
        persons: for an amount, the family that counts the persons behind it.
        identities: what is the same figure in another family, so that disclosure control treats the two as one.
        among: a family that counts, unit by unit, everyone who is counted here and perhaps more.
        unit: such as "personer" or "timer (vedtakstimer)".
        published: an unpublished content is only an input to a ratio.
    """

    id: str
    label: Text
    kind: ContentKind
    unit: Text
    decimals: int = 0
    family: str = ""
    persons: str = ""
    numerator: str = ""
    denominator: str = ""
    published: bool = True
    stock: bool = False
    identities: tuple[Identity, ...] = ()
    among: str = ""


@dataclass(frozen=True, slots=True)
class TableModel:
    """Everything about a table but its figures.

    Attributes:
        id: the number in the StatBank, such as ``11642``.
        unit_dimension: the dimension whose members are counted apart (services), so that a family and a member of it
            together say who is counted; empty when the table has none.
        level_mark: K, F, B: published for municipality, county, district.
        successor: id of the table that replaced it.
    """

    id: str
    title: Text
    dimensions: tuple[Dimension, ...]
    contents: tuple[Content, ...]
    notes: tuple[Text, ...] = ()
    description: Text | None = None
    unit_dimension: str = ""
    level_mark: str = "KF"
    subject: str = "he"
    source: Text = field(default_factory=lambda: Text.same("Omsorgstall"))
    successor: str = ""
    first_year: int | None = None
    last_year: int | None = None
    next_update: date | None = None
    approximation: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of members of each dimension."""
        return tuple(len(d.members) for d in self.dimensions)

    @property
    def cells(self) -> int:
        """Number of cells of one content."""
        return prod(self.shape)

    def dimension(self, dimension_id: str) -> Dimension:
        """The dimension with this id.

        Raises:
            KeyError: when the table has no such dimension.
        """
        for dimension in self.dimensions:
            if dimension.id == dimension_id:
                return dimension
        raise KeyError(f"Table {self.id} has no dimension {dimension_id}.")

    def content(self, content_id: str) -> Content:
        """The content with this id.

        Raises:
            KeyError: when the table has no such content.
        """
        for content in self.contents:
            if content.id == content_id:
                return content
        raise KeyError(f"Table {self.id} has no content {content_id}.")
