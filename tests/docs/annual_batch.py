"""The reference of the annual batch and its XML schema, made from the declarations that the reader and writer use."""

from xml.sax.saxutils import quoteattr

import pyarrow as pa

from omsorgstall.codes import Code, code_list
from omsorgstall.formats.batch.csv_writer import COUNT, file_name
from omsorgstall.formats.batch.layout import Field, FileTable, description, file_tables

KINDS = (
    (pa.types.is_date, "date", "xs:date"),
    (pa.types.is_boolean, "true or false", "xs:boolean"),
    (pa.types.is_integer, "whole number", "xs:integer"),
    (pa.types.is_floating, "number", "xs:decimal"),
    (pa.types.is_string, "text", "xs:string"),
)
HEAD_TEXTS = {
    "version": ("text", "Version of this layout"),
    "municipality": ("text", "Municipality number valid in the data year, four digits"),
    "data_year": ("whole number", "The calendar year the batch describes"),
    "extracted_at": ("date and time", "When the record system was read"),
    "vendor": ("text", "Vendor of the record system"),
    "system": ("text", "Name of the record system"),
    "system_version": ("text", "Version of the record system"),
    "message_id": ("text", "The sender's id of the batch"),
}
HEAD = """\
# The annual batch

The national layout of the annual batch (årsbatch) is not public. This is a canonical layout of our own: its content is that of
the register, field by field, and its names are made from the official Norwegian names. It comes as one XML file or as a set of
CSV files; both say the same and are read alike. This page and the XML schema [annual-batch.xsd](annual-batch.xsd) are made from
the tables in `src/omsorgstall/register/` and `src/omsorgstall/formats/batch/annual_2022.yaml` by `python3 dev.py update-golden`.

What rests on no source is marked ASSUMED in the description.

## In common

- Text is UTF-8. Another encoding, a DOCTYPE or an entity makes the file unreadable: nothing of it is taken in.
- Dates are written `YYYY-MM-DD`, moments `YYYY-MM-DDThh:mm:ss` (UTC, unless an offset such as `+01:00` follows), yes and no
  `true` and `false`, numbers with a point.
- What is not known is left out in XML and empty in CSV. Empty and missing are the same.
- A required field that is missing, a value in the wrong format and an unknown name become findings; see [the rules](rules.md).
"""
XML = """
## As XML

One file, namespace `{namespace}`, version {version}. The root element `{root}` carries the head as attributes and holds one
element `person` per person; everything about a person stands inside it, so a file of any size is read person by person. A
service holds its own pauses and stays. White space between elements means nothing.

```
{tree}
```
"""
CSV = """
## As CSV

A folder, or a zip file of the folder or its files, with one file per kind of record, named after the element: RFC 4180 with
comma, a heading line with the attribute names in any order, no line breaks inside values. Every row carries `fid` and `typeID`;
rows may stand in any order. A file without rows may be left out, but for the person file. The file `{head}` has one row with the
head and, for every file, the number of its rows in `{count}` and the element name, so that a file cut off is noticed.
"""


def page() -> str:
    tables = file_tables().values()
    d = description()
    xml = XML.format(namespace=d["namespace"], version=d["version"], root=d["root"], tree="\n".join(_tree()))
    csv = CSV.format(head=file_name(d["root"]), count=COUNT)
    sections = [line for t in tables for line in _section(t)]
    return HEAD + xml + csv + "\n".join(["\n## The head\n", *_head(), *sections, *_codes()]) + "\n"


def _tree() -> list[str]:
    lines = [f"<{description()['root']} …>", "  <person …>"]
    for table in file_tables().values():
        if table.parent == "person":
            inner = [t for t in file_tables().values() if t.parent == table.name]
            lines.append(f"    <{table.element} …{'' if inner else '/'}>")
            lines += [f"      <{t.element} …/>" for t in inner]
            lines += [f"    </{table.element}>"] if inner else []
    return [*lines, "  </person>", f"</{description()['root']}>"]


def _head() -> list[str]:
    rows = [f"| `{name}` | {HEAD_TEXTS[key][0]} | {HEAD_TEXTS[key][1]} |" for key, name in description()["header"].items()]
    return ["| Attribute | Kind | Meaning |\n|---|---|---|", *rows]


def _section(table: FileTable) -> list[str]:
    where = f"inside `{file_tables()[table.parent].element}`" if table.parent else "inside the root"
    rows = [_row(f) for f in (table.csv_fields if not table.parent else table.fields)]
    only = ["", "In XML `tjenesteID` is that of the service around it; in CSV it is a column."] if table.inside_service else []
    return [
        f"\n## {table.element}\n",
        f"{table.description}. Element `{table.element}`, {where}; file `{file_name(table.element)}`.\n",
        "| Attribute | Official name | Kind | Required | Meaning | Column |\n|---|---|---|---|---|---|",
        *rows,
        *only,
    ]


def _row(field: Field) -> str:
    required = "yes" if field.required else ""
    since = f"; in use from data year {field.first_year}" if field.first_year else ""
    codes = f"; [codes](#codes-{field.codes.replace('_', '-')})" if field.codes else ""
    meaning = field.description.replace("|", "\\|") + since + codes
    return f"| `{field.attribute}` | {field.official} | {_kind(field)[1]} | {required} | {meaning} | `{field.column}` |"


def _codes() -> list[str]:
    """Every code list, with its source and what about it is ASSUMED."""
    used = dict.fromkeys(f.codes for t in file_tables().values() for f in t.csv_fields if f.codes)
    lines = [
        "\n## Code lists\n",
        "A value that is not in its list in the data year is left out, and the row is kept ([A30](rules.md)).",
    ]
    for codes in map(code_list, used):
        system = f" Code system {codes.system}." if codes.system else ""
        assumed = f" **Assumed.** {codes.assumed}" if codes.assumed else ""
        lines += [f"\n(codes-{codes.id.replace('_', '-')})=\n### {codes.id}\n", f"{codes.source}.{system}{assumed}\n"]
        lines += ["| Code | Bokmål | Nynorsk | English | Data years |\n|---|---|---|---|---|"]
        lines += [f"| {c.value} | {c.name.nb} | {c.name.nn} | {c.name.en} | {_years(c)} |" for c in codes.codes]
    return lines


def _years(code: Code) -> str:
    if code.valid_from is None and code.valid_to is None:
        return "all"
    return f"{code.valid_from or ''}–{code.valid_to or ''}"


def _kind(field: Field) -> tuple:
    return next(k for k in KINDS if k[0](field.type))


def schema() -> str:
    """The XML schema of the batch."""
    d = description()
    head = [_attribute(name, _head_type(key), required=key in REQUIRED_HEAD) for key, name in d["header"].items()]
    person = file_tables()["person"].element
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- Made from the declarations by: python3 dev.py update-golden -->",
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{d["namespace"]}"',
        f'    targetNamespace="{d["namespace"]}" elementFormDefault="qualified" version="{d["version"]}">',
        f'<xs:element name="{d["root"]}"><xs:complexType><xs:sequence>',
        f'  <xs:element name="{person}" type="{person}" minOccurs="0" maxOccurs="unbounded"/>',
        "</xs:sequence>",
        *head,
        "</xs:complexType></xs:element>",
        *(line for table in file_tables().values() for line in _type(table)),
        "</xs:schema>",
    ]
    return "\n".join(lines) + "\n"


REQUIRED_HEAD = ("version", "municipality", "data_year", "extracted_at")


def _head_type(key: str) -> str:
    return {"data_year": "xs:gYear", "extracted_at": "xs:dateTime"}.get(key, "xs:string")


def _attribute(name: str, kind: str, text: str = "", *, required: bool = False) -> str:
    use = ' use="required"' if required else ""
    note = f"<xs:annotation><xs:documentation>{_escaped(text)}</xs:documentation></xs:annotation>"
    return f'  <xs:attribute name="{name}" type="{kind}"{use}' + (f">{note}</xs:attribute>" if text else "/>")


def _type(table: FileTable) -> list[str]:
    children = [t for t in file_tables().values() if t.parent == table.name]
    inner = [f'    <xs:element name="{t.element}" type="{t.element}"/>' for t in children]
    choice = ['  <xs:choice minOccurs="0" maxOccurs="unbounded">', *inner, "  </xs:choice>"] if inner else []
    fields = [_attribute(f.attribute, _kind(f)[2], f.description, required=f.required) for f in table.xml_fields]
    return [f'<xs:complexType name="{table.element}">', *choice, *fields, "</xs:complexType>"]


def _escaped(text: str) -> str:
    return quoteattr(text)[1:-1]
