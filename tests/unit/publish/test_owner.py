"""A municipality's own figures as CSV."""

import csv
from io import StringIO

import numpy as np
import pytest

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.publish.owner import owner_csv
from omsorgstall.tables import OwnerTable
from tests.released_tables import users_table


def own_table(figure: float) -> OwnerTable:
    model = users_table().model
    return OwnerTable("3907", model, {c.id: np.full(model.shape, figure) for c in model.contents if c.published})


def grant(owner: str) -> Grant:
    return Grant(owner, Scope.owner(owner, "own figures", "test"))


@pytest.mark.parametrize(
    ("figure", "written"),
    [(0.0, "0"), (4.0, "4"), (1_234_567.0, "1234567"), (1_234_567.25, "1234567.25"), (2.5, "2.50"), (float("nan"), "")],
)
def test_every_digit_of_an_own_figure_is_written(figure, written):
    rows = list(csv.reader(StringIO(owner_csv(own_table(figure), grant("3907"), "nb"))))
    assert {row[-1] for row in rows[1:]} == {written}


def test_another_municipality_gets_nothing():
    with pytest.raises(OmsorgstallError, match="does not cover"):
        owner_csv(own_table(1.0), grant("3905"), "nb")
