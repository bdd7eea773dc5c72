"""Which figures of different tables are the same by definition: declared, true, and none left out.

Every pattern of services a person can have is tried (up to three services, and many larger ones drawn at random). A unit of a
table is a column of yes and no over the patterns. What the columns' linear dependencies say is what every reader can work out.
"""

from itertools import combinations

import numpy as np
import pytest

from omsorgstall.codes import statistical_services
from omsorgstall.codes.services import exclusive_groups, stair_rules, stair_steps
from omsorgstall.measures import REVIEWS
from omsorgstall.measures.circumstances import HIGH_EFFORT
from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.families import families

REVIEWED = tuple(f"residents_by_{name}" for name in REVIEWS)
EFFORT = f"home_users_by_{HIGH_EFFORT}"
AT_HOME = {1, 2, 3, 7, 11, 15, 16}
AT_YEAR_END = ("users_at_year_end", "users_by_exclusive_group", "stair_step", "users_of_home_services", *REVIEWED, EFFORT)
HOME = ("PRACTICAL_AND_HEALTH", "PRACTICAL_ONLY", "HEALTH_ONLY")
SERVICES = sorted(statistical_services())


def patterns():
    few = [frozenset(c) for n in (1, 2, 3) for c in combinations(SERVICES, n)]
    draw = np.random.default_rng(3)
    many = [frozenset(draw.choice(SERVICES, draw.integers(4, 12), replace=False).tolist()) for _ in range(500)]
    return [(has, old, day_and_night) for has in few + many for old in (False, True) for day_and_night in (False, True)]


def group(has):
    return next(g.code for g in exclusive_groups() if all(has & set(some) for some in g.all_of))


def step(has, old, day_and_night):
    rules = stair_rules()
    fixed = {code: s.step for s in stair_steps() for code in s.services}
    fixed[29] = rules[29]["round_the_clock_step" if day_and_night else "step"]
    fixed[4] = rules[4]["from_age_step" if old else "step"]
    return f"{max(fixed[s] for s in has):02d}"


def unit_codes(family):
    return [u.code for u in families()[family].units]


@pytest.fixture(scope="module")
def columns():
    tried = patterns()
    bits = [sum(1 << s for s in has) for has, _, _ in tried]
    found = {("users_at_year_end", u.code): [bool(u.bits & b) for b in bits] for u in families()["users_at_year_end"].units}
    groups, steps = [group(has) for has, _, _ in tried], [step(*p) for p in tried]
    found |= {("users_by_exclusive_group", c): [g == c for g in groups] for c in unit_codes("users_by_exclusive_group")}
    found |= {("stair_step", c): [s == c for s in steps] for c in unit_codes("stair_step")}
    found["users_of_home_services", ""] = [g in HOME for g in groups]
    draw = np.random.default_rng(4)
    for family in (*REVIEWED, EFFORT):
        among = AT_HOME if family == EFFORT else {21}
        answers = draw.choice(unit_codes(family), len(tried))
        asked = [bool(has & among) for has, _, _ in tried]
        found |= {(family, c): [a == c and b for a, b in zip(answers, asked, strict=True)] for c in unit_codes(family)}
    return {name: np.array(column, float) for name, column in found.items()}


def declared():
    contents = [c for d in table_definitions().values() for c in d.contents if c.family in AT_YEAR_END]
    return sorted({(c.family, i) for c in contents for i in c.identities})


def test_the_declared_identities_hold_for_every_pattern_of_services(columns):
    assert declared()
    for family, same in declared():
        mine = sum(columns[family, u] for u in same.units or unit_codes(family))
        theirs = sum(columns[same.family, u] for u in same.theirs)
        assert np.array_equal(mine, theirs), (family, same)


def test_there_is_no_other_identity_between_the_tables(columns):
    def rank(names):
        return np.linalg.matrix_rank(np.array([columns[n] for n in names]))

    alone = sum(rank([name for name in columns if name[0] == family]) for family in AT_YEAR_END)
    assert alone - rank(columns) == len(declared())


def test_nobody_has_a_service_at_the_end_of_the_year_who_had_it_not_during_the_year():
    during, at_end = families()["users_during_year"], families()["users_at_year_end"]
    assert tuple(u for u in at_end.units if u.listed) == during.units
    shown = [c for d in table_definitions().values() for c in d.contents if c.family == at_end.name]
    assert len(shown) > 1
    assert {c.among for c in shown} == {during.name}


def test_a_service_that_started_in_the_year_was_had_in_the_year():
    started, during = families()["users_started"], families()["users_during_year"]
    assert set(started.units) <= set(during.units)
    (content,) = table_definitions()["12656"].contents
    assert content.among == during.name
