"""An owner's own unprotected figures as a tidy CSV, only against a grant for that owner."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import product

import numpy as np

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.tables import OwnerTable


def owner_csv(table: OwnerTable, grant: Grant, language: str) -> str:
    """The figures of an owner table, one row a cell: codes and labels of every dimension, then the contents.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    if not grant.covers(table.owner):
        raise OmsorgstallError(
            ErrorFamily.ACCESS,
            "no-grant",
            f"The grant does not cover the figures of municipality {table.owner}.",
            todo="Ask the owner for access, or open your own municipality.",
        )
    stream = StringIO()
    writer = csv.writer(stream)
    contents = [c for c in table.model.contents if c.published]
    dimensions = table.model.dimensions
    heads = [text for d in dimensions for text in (d.id, d.label.in_language(language))]
    writer.writerow([*heads, *(f"{c.label.in_language(language)} ({c.unit.in_language(language)})" for c in contents)])
    for index in product(*(range(len(d.members)) for d in dimensions)):
        members = [d.members[n] for d, n in zip(dimensions, index, strict=True)]
        labels = [text for m in members for text in (m.code, m.label.in_language(language))]
        writer.writerow([*labels, *_figures(table, [c.id for c in contents], index)])
    return stream.getvalue()


def _figures(table: OwnerTable, contents: list[str], index: tuple[int, ...]) -> Iterator[str]:
    for content in contents:
        value = float(table.values[content][index])
        yield "" if np.isnan(value) else f"{value:.0f}" if value == int(value) else f"{value:.2f}"
