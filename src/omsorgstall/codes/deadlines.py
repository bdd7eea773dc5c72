"""When annual batches are due: the deadlines of a data year, as data."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from omsorgstall.codes._load import read_yaml
from omsorgstall.core import Text

PRELIMINARY = "preliminary"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day by which a batch counts for something.

    Attributes:
        assumed: why the day is not certain; empty when it was read in the source.
    """

    id: str
    name: Text
    day: date
    assumed: str


@cache
def deadlines(data_year: int) -> dict[str, Deadline]:
    """The deadlines of a data year by id, the first one first."""
    found = {}
    for entry in read_yaml("deadlines")["deadlines"]:
        month, day = entry["other"].get(data_year, (entry["month"], entry["day"]))
        found[entry["id"]] = Deadline(entry["id"], Text.of(entry["name"]), date(data_year + 1, month, day), entry["assumed"])
    return found


def opens(data_year: int) -> date:
    """The first day on which batches of a data year are taken in."""
    first = read_yaml("deadlines")["opens"]
    return date(data_year + 1, first["month"], first["day"])
