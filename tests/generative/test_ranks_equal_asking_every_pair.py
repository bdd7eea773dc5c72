"""Ranks within KOSTRA groups and shares of values against slow twins, on random municipalities."""

from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.codes import municipalities
from omsorgstall.quality.ranks import ranks
from omsorgstall.quality.shares import shares
from tests.register_rows import YEAR, register_tables
from tests.spec.quality.drawn import findings, found_in_many
from tests.twins.ranks import slow_ranks

GROUPS = {m.number: m.kostra_group for m in municipalities().values()}
VALUES = st.none() | st.integers(0, 6).map(lambda n: n / 6)
SCORE = st.sampled_from([None, 1, 2, 5, 9])
"""Few values, so that ties are common."""


@given(st.dictionaries(st.sampled_from(sorted(GROUPS)), VALUES, max_size=60), st.booleans())
def test_ranks_equal_asking_every_pair(values, highest_first):
    made = ranks(values, highest_first=highest_first)
    assert {m: (r.place, r.of) for m, r in made.items()} == slow_ranks(values, GROUPS, highest_first=highest_first)


def test_shares_equal_counting_record_by_record(duckdb_engine):
    """One run over random scores of every municipality of a group; each is counted by hand."""
    drawn = st.lists(st.tuples(st.sampled_from(["4204", "4203", "0301"]), SCORE, SCORE, st.booleans()), min_size=1, max_size=200)

    @settings(max_examples=5)
    @given(drawn)
    def check(records):
        rows, marks = [], {}
        for line, (place, first, second, left_out) in enumerate(records, start=1):
            own = {"municipality": place, "reported_municipality": place, "pseudonym": f"P{line}", "line": line}
            rows.append(own | {"f01": first, "f02": second})
            if left_out and first is None:
                marks.setdefault(place, []).append({"rule_id": "C05", "table": "assessment", "field": "f01", "line": line})
        tables = duckdb_engine.from_arrow(register_tables(assessment=rows))
        found = found_in_many({place: findings(*given_) for place, given_ in marks.items()})
        made = {(s.municipality, s.variable): s for s in shares(duckdb_engine, tables, found, [YEAR])}
        duckdb_engine.forget(*tables.values())
        for place in {r[0] for r in records}:
            mine = [r for r in records if r[0] == place]
            told = made[place, "f01"]
            assert told.records == len(mine)
            assert told.valid == sum(r[1] in (1, 2, 5) for r in mine)
            assert told.unknown == sum(r[1] == 9 for r in mine)
            assert told.invalid == sum(r[1] is None and r[3] for r in mine)
            assert told.missing == sum(r[1] is None and not r[3] for r in mine)
            assert made[place, "f02"].missing == sum(r[2] is None for r in mine)

    check()
