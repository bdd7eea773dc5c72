"""The map of changed numbers against walking from number to number: who is one person, who represents her, what is refused."""

from collections import deque
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.register.pseudonym_map import ChangeFault, NumberChange, PseudonymMap, judge, judge_withdrawal

NUMBERS = st.sampled_from("abcdefgh")
DAYS = st.integers(0, 5).map(lambda n: date(2020, 1, 1) + timedelta(days=n))
CHANGES = st.lists(st.builds(NumberChange, NUMBERS, NUMBERS, DAYS), max_size=12)


def one_person(pairs, start):
    """Everyone reached from a number, whichever way the changes go."""
    found, waiting = {start}, deque([start])
    while waiting:
        at = waiting.popleft()
        near = {b for a, b in pairs if a == at} | {a for a, b in pairs if b == at}
        waiting.extend(near - found)
        found |= near
    return found


def newest(pairs, start):
    while following := [b for a, b in pairs if a == start]:
        (start,) = following
    return start


@given(CHANGES)
def test_all_numbers_of_a_person_have_her_newest_as_representative(changes):
    kept = judge([], changes).kept
    pairs, numbers = [(c.old, c.new) for c in kept], PseudonymMap(kept)
    for start in "abcdefgh":
        assert numbers.all_of([start]) == one_person(pairs, start)
        assert numbers.representative(start) == newest(pairs, start)
    rows = numbers.table().to_pylist()
    assert {r["pseudonym"] for r in rows} == {n for pair in pairs for n in pair}
    for row in rows:
        hers = sorted((r["place"], r["pseudonym"]) for r in rows if r["representative"] == row["representative"])
        assert [place for place, _ in hers] == list(range(len(hers)))
        assert hers[-1][1] == row["representative"]
        order = [pseudonym for _, pseudonym in hers]
        assert all(order.index(a) < order.index(b) for a, b in pairs if a in order)


@given(CHANGES, CHANGES)
def test_every_change_is_kept_known_or_refused_and_the_order_of_rows_is_nothing(before, changes):
    held = judge([], before).kept
    found = judge(held, changes)
    assert len(found.kept) + found.known + len(found.faults) == len(changes)
    assert set(judge(held, changes[::-1]).kept) == set(found.kept)
    pairs = [(c.old, c.new) for c in (*held, *found.kept)]
    assert len({old for old, _ in pairs}) == len(pairs)
    for n, change in enumerate(changes):
        together = change.new in one_person(pairs, change.old)
        fault = found.faults.get(n)
        assert (fault is ChangeFault.SAME_NUMBER) == (change.old == change.new)
        assert together == (fault is not ChangeFault.TWO_NUMBERS)
        if fault is ChangeFault.TWO_NUMBERS:
            others = {b for a, b in pairs if a == change.old} | {c.new for c in changes if c.old == change.old}
            assert len({newest(pairs, other) for other in others - {change.old}}) > 1


@given(CHANGES)
def test_what_is_kept_can_all_be_withdrawn_and_nothing_else(changes):
    kept = judge([], changes).kept
    found = judge_withdrawal(kept, [*kept, *kept, NumberChange("x", "y", date(2020, 1, 1))])
    assert set(found.kept) == set(kept)
    assert (found.known, found.faults) == (len(kept), {2 * len(kept): ChangeFault.NO_SUCH_CHANGE})
