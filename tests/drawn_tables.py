"""Tables drawn in the documentation, as rows: examples worked by hand that the tests run."""

import re
from datetime import date

import pyarrow as pa

from omsorgstall.register.schemas import register_schemas

TABLE = re.compile(r"^([a-z_ ]+):\n\n((?:\|.*\n)+)", re.MULTILINE)
DRAWN = [table for name, table in register_schemas().items() if name != "edit"]
"""An edit names days of records as text; no example draws one."""
TEXT_COLUMNS = {f.name for table in DRAWN for f in table.arrow() if f.type == pa.string()} | {"need", "waiting"}


def cell(text):
    """The value that a cell of the page stands for."""
    if text in ("", "true", "false"):
        return {"": None, "true": True, "false": False}[text]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"-?(0|[1-9]\d{0,2}|[12]\d{3})", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text


def drawn(table, texts=TEXT_COLUMNS):
    """The rows of a table, with typed values; columns of texts are left as they are written."""
    heading, *lines = lines_of(table)
    return [{h: (c or None) if h in texts else cell(c) for h, c in zip(heading, line, strict=True)} for line in lines]


def lines_of(table):
    """The heading and the lines of a table, as texts."""
    heading, _, *lines = [[c.strip() for c in line.strip().strip("|").split("|")] for line in table.splitlines()]
    return [heading, *lines]


def examples_of(page, texts=TEXT_COLUMNS):
    """The tables of each section of a page that has some, by the section's title and the table's name."""
    sections = re.split(r"^##+ ", page.read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = {s.splitlines()[0]: {name: drawn(table, texts) for name, table in TABLE.findall(s)} for s in sections}
    return {title: tables for title, tables in found.items() if tables}
