"""Cutting cubes out of tables, against a slow twin that walks cell by cell."""

import itertools
import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.core import round_half_up
from omsorgstall.publish import Published
from omsorgstall.publish.cube import CONTENTS, Role, rounded_half_up, take, variables_of
from omsorgstall.tables import CellStatus, ReleasedTable
from tests.released_tables import users_table, year_end_table


@given(st.floats(-1e7, 1e7).map(lambda x: round(x, 6)), st.integers(0, 3))
def test_a_block_is_rounded_as_single_numbers_are(number, decimals):
    block = rounded_half_up(np.array([number]), np.array([decimals]))
    assert math.isclose(block[0], round_half_up(number, decimals), abs_tol=1e-9)


@pytest.mark.parametrize(
    ("number", "decimals", "shown"), [(2.675, 2, 2.68), (1.25, 1, 1.3), (-1.25, 1, -1.3), (0.5, 0, 1), (1.005, 2, 1.01)]
)
def test_halves_are_rounded_away_from_zero_in_spite_of_binary_noise(number, decimals, shown):
    assert rounded_half_up(np.array([number]), np.array([decimals]))[0] == shown


@st.composite
def selections(draw):
    """Some values of some variables, in any placement; variables that stand for themselves may be left out."""
    chosen = {}
    for variable in variables_of(year_end_table()):
        if variable.elimination is None or draw(st.booleans()):
            positions = st.lists(st.integers(0, len(variable.values) - 1), min_size=1, max_size=4, unique=True)
            chosen[variable.id] = sorted(draw(positions))
    order = draw(st.permutations(list(chosen)))
    cut = draw(st.integers(0, len(order)))
    return chosen, order[:cut], order[cut:]


def slow_cell(table: ReleasedTable, codes: dict[str, str]) -> tuple[float | None, int]:
    """One cell by its codes, one dimension at a time."""
    values, statuses = table.values[codes[CONTENTS]], table.statuses[codes[CONTENTS]]
    for dimension in table.model.dimensions:
        code = codes.get(dimension.id, dimension.elimination)
        n = [m.code for m in dimension.members].index(code)
        values, statuses = values[n], statuses[n]
    number = round_half_up(float(values), table.model.content(codes[CONTENTS]).decimals) if statuses <= 1 else None
    return number, int(statuses)


@given(selections())
def test_a_cube_holds_the_cells_a_slow_walk_finds(selection):
    chosen, stub, heading = selection
    cube = take(year_end_table(), chosen, stub, heading)
    assert [v.id for v in cube.variables] == [*stub, *heading]
    cells = zip(cube.numbers.ravel(), cube.statuses.ravel(), strict=True)
    for codes, (number, status) in zip(itertools.product(*(v.codes() for v in cube.variables)), cells, strict=True):
        expected = slow_cell(year_end_table(), dict(zip([v.id for v in cube.variables], codes, strict=True)))
        assert (None if np.isnan(number) else number, status) == expected


def test_no_number_is_shown_for_a_cell_without_one_even_when_the_table_carries_it():
    table = year_end_table()
    leaking = {c: np.where(table.statuses[c] == CellStatus.SUPPRESSED, 3.0, table.values[c]) for c in table.values}
    careless = ReleasedTable(table.model, table.edition, leaking, table.statuses, table.preset)
    everything = {v.id: range(len(v.values)) for v in variables_of(table)}
    cube = take(careless, everything, list(everything), [])
    assert np.isnan(cube.numbers[cube.statuses == CellStatus.SUPPRESSED]).all()


def test_classifications_stand_before_the_measures_and_the_years():
    assert [v.role for v in variables_of(year_end_table())][-2:] == [Role.CONTENTS, Role.TIME]


@pytest.mark.parametrize("module", ["omsorgstall.publish", "omsorgstall.publish.pxweb", "omsorgstall.publish.receipts"])
def test_commands_that_draw_nothing_do_not_load_the_drawing_or_the_web(module):
    code = f"import sys, {module}; sys.exit(any(m in sys.modules for m in ('altair', 'vl_convert', 'fastapi')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_process_recognises_the_same_content():
    code = "from tests.released_tables import users_table as t; from omsorgstall.publish import Published as P"
    command = [sys.executable, "-c", f"{code}; print(P(t()).content_hash)"]
    environments = ({**os.environ, "PYTHONHASHSEED": seed} for seed in "12")
    runs = [subprocess.run(command, env=e, capture_output=True, text=True, check=True).stdout.strip() for e in environments]
    assert set(runs) == {Published(users_table()).content_hash}
