"""Whatever the figures, an owner who takes her own away from what is shown learns of no small group elsewhere."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.disclosure import preset, release
from omsorgstall.disclosure.attack import attack
from omsorgstall.statistics.sum_reports.peers import beside, draft_of_views, without
from omsorgstall.tables import CellStatus
from tests.builders.views import area, counted_view

MUNICIPALITIES = ("4204", "4205", "4206", "1101", "1103")
AREAS = (area("EKG01", "4204", "4205"), area("EKA42", "4204", "4205", "4206"), area("EAK", *MUNICIPALITIES))
CODES = ("1", "2", "3", "9")
COUNTS = st.fixed_dictionaries({m: st.fixed_dictionaries(dict.fromkeys(CODES, st.integers(0, 12))) for m in MUNICIPALITIES})


@settings(max_examples=10)
@given(COUNTS)
def test_nobody_elsewhere_comes_out_when_own_figures_are_taken_away(needs):
    view = counted_view("S01 Behov", persons=needs)
    draft = draft_of_views([view], without(AREAS, "4204"), {})
    tables = release(draft, preset("small-count-5")).protected.tables
    table = beside(view, "4204", AREAS, tables)
    own = table.values["Mottakere"][0]
    others = table.values["Mottakere"][1:] - own
    seen = table.statuses["Mottakere"][1:] != CellStatus.SUPPRESSED
    assert not np.any(seen & (others > 0) & (others < 5))
    # Inner areas taken from outer ones.
    for outer, inner in ((1, 0), (2, 1), (2, 0)):
        both = seen[outer] & seen[inner]
        rest = others[outer] - others[inner]
        assert not np.any(both & (rest > 0) & (rest < 5))
    assert attack(tables, inner=draft.inner, leaf_columns=draft.leaf_columns).passed
