"""Protection of small made-up releases."""

import numpy as np

from omsorgstall.disclosure import preset, protect
from omsorgstall.disclosure.attack import attack
from omsorgstall.tables import CellStatus, ReleasedTable
from tests.builders.made_up_draft import small_country


def unprotected(draft):
    """What a careless office would publish: only the small counts hidden."""
    tables = []
    for t in draft.tables:
        statuses = {c: np.where(v == 0, CellStatus.TRUE_ZERO, CellStatus.VALUE).astype(np.uint8) for c, v in t.values.items()}
        for c, v in t.values.items():
            statuses[c][(v > 0) & (v < 5)] = CellStatus.SUPPRESSED
        values = {c: np.where(statuses[c] <= CellStatus.TRUE_ZERO, v, np.nan) for c, v in t.values.items()}
        tables.append(ReleasedTable(t.model, draft.edition, values, statuses, "none", {}))
    return tables


def test_a_protected_country_withstands_the_attack():
    report = attack(protect(small_country(), preset("small-count-5")).tables)
    assert report.exposures == ()
    assert report.passed
    assert report.checked > 20


def test_hiding_only_the_small_counts_fails_the_attack():
    assert not attack(unprotected(small_country())).passed


def test_zeros_are_shown_as_zeros_and_hidden_cells_have_no_figure():
    for before, after in zip(small_country().tables, protect(small_country(), preset("small-count-5")).tables, strict=True):
        for content, status in after.statuses.items():
            assert ((status == CellStatus.TRUE_ZERO) == (before.values[content] == 0)).all()
            assert (np.isnan(after.values[content]) == (status == CellStatus.SUPPRESSED)).all()


def test_no_figure_from_one_to_four_is_shown():
    for table in protect(small_country(), preset("small-count-5")).tables:
        figures = table.values.get("Brukere", np.zeros(1))
        assert not ((figures > 0) & (figures < 5)).any()
