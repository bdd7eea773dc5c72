"""What a table of the register is declared with: columns with type, privacy class, meaning, code list and first year."""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

TEXT, DATE, SHORT, FLAG, CODE, MOMENT = pa.string(), pa.date32(), pa.int16(), pa.bool_(), pa.int8(), pa.timestamp("us")


class Privacy(StrEnum):
    """How a column may be used.

    ``PUBLIC`` may be shown, ``PERSONAL`` describes a person without naming her, ``RESTRICTED`` only to the owner,
    ``PSEUDONYM`` links records of one person.
    """

    PUBLIC = "public"
    PERSONAL = "personal"
    RESTRICTED = "restricted"
    PSEUDONYM = "pseudonym"


PUBLIC, PERSONAL, RESTRICTED = Privacy.PUBLIC, Privacy.PERSONAL, Privacy.RESTRICTED


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its Arrow type, privacy class, meaning and official Norwegian name.

    Attributes:
        codes: the code list its values are from (``codes.code_list``); empty when it has none.
        first_year: first data year the field is in use; None always.
        since: version of its table that it came with; older files of the register lack it.
        derived: whether intake makes it from other fields; files as sent have no field of that name.

    Raises:
        ValueError: when description or official name is missing.
    """

    name: str
    type: pa.DataType
    privacy: Privacy
    description: str
    norwegian: str
    required: bool = False
    codes: str = ""
    first_year: int | None = None
    since: int = 1
    derived: bool = False

    def __post_init__(self) -> None:
        """A column nobody can explain is refused when it is declared."""
        if not self.description or not self.norwegian:
            raise ValueError(f"Column {self.name} needs a description and its Norwegian name.")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table of the register.

    Attributes:
        element: its element name in the annual batch (XML), and file name in the CSV set.
        columns: own columns; the key columns of ``KEY_COLUMNS`` stand before them in the register.
    """

    name: str
    element: str
    description: str
    columns: tuple[Column, ...]

    @property
    def sent(self) -> tuple[Column, ...]:
        """The own columns that files carry."""
        return tuple(c for c in self.columns if not c.derived)

    def arrow(self) -> pa.Schema:
        """Key columns and own columns as stored in the register."""
        return pa.schema([pa.field(c.name, c.type) for c in (*KEY_COLUMNS, *self.columns)])

    @property
    def version(self) -> int:
        """Rises when a column is added; a column is never changed or taken away."""
        return max(c.since for c in self.columns)

    def lacking(self, version: int) -> frozenset[str]:
        """The columns that files of an earlier version do not have."""
        return frozenset(c.name for c in self.columns if c.since > version)

    def column_names(self) -> tuple[str, ...]:
        """Names of the own columns."""
        return tuple(c.name for c in self.columns)


KEY_COLUMNS = (
    Column("municipality", TEXT, Privacy.PUBLIC, "Reporting municipality within today's borders", "kommune", True),
    Column("reported_municipality", TEXT, Privacy.PUBLIC, "Municipality number as reported", "rapportert kommunenummer", True),
    Column("data_year", SHORT, Privacy.PUBLIC, "Calendar year the submission describes", "årgang", True),
    Column("pseudonym", TEXT, Privacy.PSEUDONYM, "Keyed pseudonym of the person", "pseudonym", True),
    Column("line", pa.int32(), Privacy.RESTRICTED, "Line of the record in the file as sent", "linje", True),
)
"""Columns every table of the register starts with."""
