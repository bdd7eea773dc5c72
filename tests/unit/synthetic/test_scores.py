"""Scores are made so that they give the need level they were made for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.codes import function_variables
from omsorgstall.synthetic.draws import keyed, root_key
from omsorgstall.synthetic.needs import drawn_scores, need_level, score_bank

BY_SUBSCALE = [(n, v.subscale) for n, v in enumerate(function_variables())]
CORE = ("egenomsorg", "sosial_fungering", "kognitiv_svikt")


def slow_level(row):
    """Profile sm2010-approx-rule read aloud, for one person."""
    means = {}
    for subscale in {s for _, s in BY_SUBSCALE if s}:
        values = [row[n] for n, s in BY_SUBSCALE if s == subscale]
        answered = [v for v in values if v != -1]
        if len(answered) / len(values) < 0.5:
            return 9
        scored = [v for v in answered if v != 9]
        means[subscale] = sum(scored) / len(scored) if scored else 1.0
    core = [means[s] for s in CORE]
    if means["egenomsorg"] > 3 or (sum(m > 2 for m in core) >= 2 and any(m > 3 for m in core)):
        return 3
    return 1 if all(m <= 2 for m in core) else 2


@given(st.lists(st.lists(st.sampled_from([-1, 1, 2, 3, 4, 5, 9]), min_size=18, max_size=18), min_size=1, max_size=20))
def test_levels_agree_with_the_rule_read_aloud(rows):
    assert need_level(np.array(rows, dtype=np.int8)).tolist() == [slow_level(r) for r in rows]


def test_every_set_of_the_bank_gives_its_level():
    bank = score_bank()
    for level in range(3):
        assert (need_level(bank[:, level].reshape(-1, bank.shape[-1])) == level + 1).all()


def test_scores_worsen_with_severity_within_a_level():
    key = keyed(np.broadcast_to(root_key(3), 2000), np.arange(2000))
    same = np.ones(2000, dtype=np.int64)
    mild = drawn_scores(key, same * 0, same * 2, same * 0.1)
    severe = drawn_scores(key, same * 0, same * 2, same * 0.9)
    assert severe[:, :15].clip(max=5).mean() > mild[:, :15].clip(max=5).mean() + 0.3
