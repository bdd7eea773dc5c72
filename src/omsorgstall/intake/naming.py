"""Fields as they are named in files: what a sender can find again in the record system."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from omsorgstall.formats.batch import file_tables
from omsorgstall.formats.events import attributes
from omsorgstall.formats.events.layout import HOME, description


def as_sent(row: Mapping[str, Any]) -> dict[str, Any]:
    """A finding with its field named as in the files; a name we do not know is the sender's own."""
    return {**row, "field": _names_in_files().get((row["table"], row["field"]), row["field"])}


@cache
def _names_in_files() -> Mapping[tuple[str, str], str]:
    """Name in files of each table's columns."""
    batch = {(t.name, f.column): f.attribute for t in file_tables().values() for f in t.csv_fields}
    parts = (attributes(part) for part in ("notification", "event", "person"))
    return (
        batch
        | {("event", HOME): description()[HOME]}
        | {("event", column): name for part in parts for column, name in part.items()}
    )
