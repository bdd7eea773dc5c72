"""Publishes one edition after the other until it is killed; says on standard output when each is visible."""

import sys
from pathlib import Path

import numpy as np

from omsorgstall.core import Text
from omsorgstall.releases import ReleaseStore
from omsorgstall.tables import Composition, Content, ContentKind, Dimension, DimensionKind, Member, ReleasedTable, TableModel


def table(edition: str, number: int, cells: int = 20_000) -> ReleasedTable:
    """A table all of whose figures are the number of its edition."""
    members = tuple(Member(str(n), Text.same(str(n)), frozenset({str(n)})) for n in range(cells))
    time = Dimension("Tid", Text.same("Tid"), DimensionKind.TIME, Composition.ADDITIVE, members)
    content = Content("Brukere", Text.same("Brukere"), ContentKind.PERSONS, Text.same("personer"), family="users")
    model = TableModel("11642", Text.same("11642"), (time,), (content,))
    figures, status = np.full(cells, float(number)), np.zeros(cells, np.uint8)
    return ReleasedTable(model, edition, {"Brukere": figures}, {"Brukere": status}, "test", {})


def main(path: Path) -> None:
    store = ReleaseStore(path)
    first = len(store.editions())
    for number in range(first, first + 1000):
        store.publish(f"e{number}", [table(f"e{number}", number)], {"number": number})
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
