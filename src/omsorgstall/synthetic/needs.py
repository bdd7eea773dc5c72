"""Need: from latent severity to function scores, and from scores to the need level (profile ``sm2010-approx-rule``).

Scores come from a bank of score sets, sorted by level and severity. So a person's scores always give her level, and worsen
with her severity.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from omsorgstall.codes import function_variables
from omsorgstall.synthetic.draws import Floats, Ints, Keys, keyed, normal, root_key, uniform

Scores = NDArray[np.int8]
NOT_ASSESSED, NOT_RELEVANT = -1, 9
LOW, MEDIUM, EXTENSIVE, NOT_STATED = 1, 2, 3, 9
LOW_MEAN, HIGH_MEAN, LEAST_ANSWERED = 2.0, 3.0, 0.5
PROFILES = ("body", "mind", "social", "all")
_SUBSCALES = ("husholdsfunksjoner", "ivareta_egen_helse", "egenomsorg", "sosial_fungering", "kognitiv_svikt")
_CORE = slice(2, 5)
_BANK_DRAWS, _BANK_SIZE = 60_000, 1024
_LIFT = {  # how much each subscale lies above (below) the person's severity; shapes ASSUMED
    "body": (0.9, 0.9, 0.3, -0.6, -0.9),
    "mind": (0.9, 1.1, -0.1, 0.4, 0.8),
    "social": (0.4, 0.9, -0.9, 0.9, -0.1),
    "all": (0.4, 0.6, 0.1, 0.1, 0.0),
}


@cache
def _members() -> tuple[NDArray[np.int64], ...]:
    """Columns of the score matrix in each subscale (delmål)."""
    variables = function_variables()
    return tuple(np.array([n for n, v in enumerate(variables) if v.subscale == s]) for s in _SUBSCALES)


def need_level(scores: Scores) -> Ints:
    """The need level of each row of scores: 1 low, 2 medium, 3 extensive, 9 not stated."""
    means = np.stack([_subscale_mean(scores[:, members]) for members in _members()], axis=1)
    core = means[:, _CORE]
    high, raised = core > HIGH_MEAN, core > LOW_MEAN
    extensive = high[:, 0] | ((raised.sum(axis=1) >= 2) & high.any(axis=1))
    level = np.select([extensive, ~raised.any(axis=1)], [EXTENSIVE, LOW], MEDIUM)
    return np.where(np.isnan(means).any(axis=1), NOT_STATED, level)


def _subscale_mean(scores: Scores) -> Floats:
    """Mean of scores 1–5; 1 when all answers are 9; not-a-number when too few are answered."""
    scored = (scores >= 1) & (scores <= 5)
    answered = scored | (scores == NOT_RELEVANT)
    count = scored.sum(axis=1)
    mean = np.where(count > 0, (scores * scored).sum(axis=1) / np.maximum(count, 1), 1.0)
    enough = answered.mean(axis=1) >= LEAST_ANSWERED
    return np.where(enough & answered.any(axis=1), mean, np.nan)


@cache
def score_bank() -> Scores:
    """Score sets by profile, level − 1 and rank of severity: shape (4, 3, 1024, 18)."""
    bank = np.zeros((len(PROFILES), 3, _BANK_SIZE, len(function_variables())), dtype=np.int8)
    for n, profile in enumerate(PROFILES):
        key = keyed(np.broadcast_to(root_key(0, n), _BANK_DRAWS), np.arange(_BANK_DRAWS))
        severity = uniform(key, "severity")
        scores = _drawn_scores(key, 0.6 + 4.6 * severity, _LIFT[profile])
        level = need_level(scores)
        for index in range(3):
            ranked = np.flatnonzero(level == index + 1)
            ranked = ranked[np.argsort(severity[ranked])]
            bank[n, index] = scores[ranked[np.linspace(0, len(ranked) - 1, _BANK_SIZE).astype(int)]]
    return bank


def _drawn_scores(key: Keys, severity: Floats, lift: tuple[float, ...]) -> Scores:
    scores = np.ones((len(key), len(function_variables())), dtype=np.int8)
    for subscale, members in enumerate(_members()):
        common = severity + lift[subscale] + 0.35 * normal(key, f"subscale {subscale}")
        for member in members:
            scores[:, member] = _rounded(common + 0.55 * normal(key, f"score {member}"))
            nine = (scores[:, member] == 1) & (uniform(key, f"nine {member}") < 0.06)
            scores[nine, member] = NOT_RELEVANT
    for member in sorted(set(range(scores.shape[1])) - set(np.concatenate(_members()).tolist())):
        scores[:, member] = _rounded(0.6 * severity + 0.7 + 0.8 * normal(key, f"score {member}"))
    return scores


def _rounded(values: Floats) -> Scores:
    return np.floor(values + 0.5).clip(1, 5).astype(np.int8)


def drawn_scores(key: Keys, profile: Ints, level: Ints, share: Floats) -> Scores:
    """Scores from the bank.

    Args:
        profile: index into ``PROFILES``.
        level: 1–3.
        share: how far up within the level the severity stands, 0–1.
    """
    rank = (share + 0.04 * normal(key, "assessment")).clip(0, 0.9999) * _BANK_SIZE
    return score_bank()[profile, level - 1, rank.astype(np.int64)]
