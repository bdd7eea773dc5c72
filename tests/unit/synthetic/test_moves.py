"""People who move are reported by both municipalities, and test users by many."""

import numpy as np

from omsorgstall.codes import municipalities
from omsorgstall.synthetic.histories import histories_of
from omsorgstall.synthetic.identity import identity_digits
from omsorgstall.synthetic.moves import TEST_USERS, destination, origin, users_for_testing
from omsorgstall.synthetic.parameters import default_parameters
from omsorgstall.synthetic.reporting import Reporter, cut


def identity(people):
    born = people.birth.astype("datetime64[D]")
    digits = identity_digits(born, people.sex, people.ordinal // 365, np.zeros(len(people), dtype=bool))
    return {"".join(map(str, row)) for row in digits}


def reported(histories, year):
    shown = [cut(h, year) for h in histories]
    tables = [Reporter(c, default_parameters()).tables()["person"] for c in shown if len(c.persons)]
    return {n for t in tables for n in t["identity_number"].to_pylist()}


def test_whoever_leaves_one_municipality_arrives_in_the_next(population):
    assert all(destination(origin(m)) == m for m in municipalities())
    here, there = "4203", destination("4203")
    left = reported(histories_of(population, here, 2021, 2021), 2021)
    came = reported(histories_of(population, there, 2021, 2021), 2021)
    both = left & came
    assert 0 < len(both) < 0.03 * len(left)


def test_every_test_user_is_sent_by_at_least_five_municipalities():
    senders = {}
    for municipality in municipalities():
        for number in identity(users_for_testing(3, municipality)):
            senders.setdefault(number, set()).add(municipality)
    assert len(senders) == TEST_USERS
    assert min(map(len, senders.values())) >= 5
