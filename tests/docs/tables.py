"""The reference of tables, made from their definitions."""

from pathlib import Path

from omsorgstall.core import parse_yaml
from omsorgstall.statistics import TableDefinition, table_definitions
from omsorgstall.statistics.families import families
from omsorgstall.tables import Content, ContentKind

HEAD = """\
# Tables

Every table is one file in `src/omsorgstall/statistics/definitions/`; a new table is a new file that names dimensions of
`dimensions.py` and measures of `families.py`, and may name the `units` of a measure that it shows. A change of method that moves
figures is one entry in `changes.yaml`: every edition counts all its years anew, and each table the change touches has a footnote
and a version more. What is ASSUMED of an official table stands among its notes. This page is made from the definitions by
`python3 dev.py update-golden`.

| Table | Title | Years | By |
|---|---|---|---|
"""


def years(definition: TableDefinition) -> str:
    if definition.first_year is None and definition.last_year is None:
        return "all"
    return f"{definition.first_year or ''}–{definition.last_year or ''}"


def line(definition: TableDefinition) -> str:
    dimensions = ", ".join(definition.dimensions)
    return f"| [{definition.id}](#{definition.id.lower()}) | {definition.title.en} | {years(definition)} | {dimensions} |"


def measure(content: Content) -> str:
    if content.kind is ContentKind.RATIO:
        made = f"`{content.numerator}` ÷ `{content.denominator}`"
    else:
        made = f"family `{content.family}`"
    time = "31 December" if content.stock else "during the year"
    hidden = "" if content.published else "; not published by itself"
    return f"| `{content.id}` | {content.label.en} | {content.unit.en} | {made} | {time}{hidden} |"


def section(definition: TableDefinition) -> list[str]:
    texts = [definition.title.nb, definition.title.nn]
    official = f"official table {definition.official}" if definition.official else "a table of our own"
    successor = f"; continued by {definition.successor}" if definition.successor else ""
    exact = "an approximation, see the notes" if definition.approximation else "as the official definition, so far as published"
    return [
        f"\n({definition.id.lower()})=\n## {definition.id}: {definition.title.en}\n",
        "\n".join(f"*{t}*\\" for t in texts)[:-1] + "\n",
        definition.description.en + "\n",
        f"Definition version {definition.version}; {official}{successor}; level mark {definition.level_mark}; {exact}.\n",
        f"**How it is counted.** {definition.formula.en}\n",
        "| Content | Label | Unit | Made of | Time |\n|---|---|---|---|---|",
        *[measure(c) for c in definition.contents],
        "",
        *[f"- {note.en}" for note in definition.notes],
    ]


def elsewhere_lines() -> list[str]:
    """Official tables of the care services that are not here, with what they rest on."""
    told = parse_yaml((Path(__file__).parent / "tables_elsewhere.yaml").read_text(encoding="utf-8"))
    rows = [f"| {', '.join(row['tables'])} | {row['content']} | {row['why']} |" for row in told["tables"]]
    return ["\n## Official tables that are not here\n", told["head"], "| Table | Content | Why |\n|---|---|---|", *rows]


def family_lines() -> list[str]:
    head = "\n## Families of measures\n\n| Family | Counts | Units | Persons behind |\n|---|---|---|---|"
    rows = []
    for family in families().values():
        units = ", ".join(u.code for u in family.units if u.code) or "one"
        kind = "amount" if family.amount else "persons"
        rows.append(f"| `{family.name}` | {kind} | {units} | {f'`{family.persons}`' if family.persons else ''} |")
    return [head, *rows]


def page() -> str:
    definitions = table_definitions().values()
    parts = [
        HEAD + "\n".join(map(line, definitions)),
        *[p for d in definitions for p in section(d)],
        *elsewhere_lines(),
        *family_lines(),
    ]
    return "\n".join(parts) + "\n"
