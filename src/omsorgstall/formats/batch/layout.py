"""Names of elements, attributes and files of the annual batch, made from the declared register tables."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from omsorgstall.core import parse_yaml
from omsorgstall.register.columns import Column, TableSchema
from omsorgstall.register.schemas import TABLES

_ASCII = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "Ae", "Ø": "O", "Å": "A"})
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of an element, and one column of its CSV file.

    Attributes:
        column: name of the raw column it is read into.
        attribute: its name in files.
        type: the Arrow type its text stands for.
        codes: the code list its values are from; empty when it has none.
        first_year: first data year it is in use; None always.
    """

    column: str
    attribute: str
    type: pa.DataType
    description: str
    required: bool
    official: str
    codes: str = ""
    first_year: int | None = None


@dataclass(frozen=True, slots=True)
class FileTable:
    """One kind of record in files.

    Attributes:
        name: the register table it becomes.
        element: name of its element and of its CSV file.
        parent: the table whose element it stands inside; empty for the person.
        identity: the attributes with identity number and type; in XML only on the person, in CSV on every row.
    """

    name: str
    element: str
    description: str
    parent: str
    identity: tuple[Field, ...]
    fields: tuple[Field, ...]

    @property
    def csv_fields(self) -> tuple[Field, ...]:
        """Every column of its CSV file."""
        return (*self.identity, *self.fields)

    @property
    def xml_fields(self) -> tuple[Field, ...]:
        """Every attribute of its element: what the surrounding element says is not repeated."""
        if not self.parent:
            return self.csv_fields
        return tuple(f for f in self.fields if not (self.inside_service and f.column == "service_id"))

    @property
    def inside_service(self) -> bool:
        """Whether its element stands inside a service."""
        return self.parent == "service"

    def raw(self) -> pa.Schema:
        """The table as read before any check: text columns, the line, and the row of its person in the chunk's persons.

        A person's row names itself; −1 stands for a row without a person.
        """
        first = [pa.field("line", pa.int32()), pa.field("person", pa.int32())]
        return pa.schema([*first, *(pa.field(f.column, pa.string()) for f in self.csv_fields)])


@cache
def description() -> dict[str, Any]:
    """The layout's own settings: version, namespace, names of the header."""
    text = (files("omsorgstall.formats.batch") / "annual_2022.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = parse_yaml(text)
    return content


def attribute_name(norwegian: str) -> str:
    """An XML name from an official name: ``på- og avkledning`` becomes ``paOgAvkledning``."""
    words: list[str] = re.findall(r"\w+", norwegian.translate(_ASCII))
    return words[0] + "".join(w[0].upper() + w[1:] for w in words[1:])


@cache
def file_tables() -> dict[str, FileTable]:
    """Every kind of record by table name, the person first."""
    return {t.name: _file_table(t) for t in TABLES}


def _file_table(table: TableSchema) -> FileTable:
    inside = "" if table.name == PERSON else description()["inside"].get(table.name, PERSON)
    fields = tuple(f for c in table.sent for f in _fields(c))
    return FileTable(table.name, table.element, table.description, inside, _identity(), fields)


def _fields(column: Column) -> tuple[Field, ...]:
    names = description()["hours"]
    if column.name != names["column"]:
        attribute = attribute_name(column.norwegian)
        about = (column.description, column.required, column.norwegian, column.codes, column.first_year)
        return (Field(column.name, attribute, column.type, *about),)
    hours = Field(column.name, names["hours"], pa.int32(), f"{column.description}: whole hours", False, column.norwegian)
    text = f"{column.description}: minutes beyond the whole hours, 0–59"
    return hours, Field(names["minutes_column"], names["minutes"], pa.int32(), text, False, column.norwegian)


@cache
def _identity() -> tuple[Field, ...]:
    names = description()["identity"]
    number = "National identity number (fødselsnummer, D-nummer or other, see its type)"
    kind = "Type of identity number, code system 9032: 1 fødselsnummer, 2 D-nummer, 9 other, 10 DUF-nummer …"
    return (
        Field("identity_number", names["identity_number"], pa.string(), number, True, "fødselsnummer (fid)"),
        Field("identity_type", names["identity_type"], pa.int8(), kind, True, "type personidentifikasjon", "identity_types"),
    )
