"""Large programs are searched with interior points, small ones with corners: on programs of any size the two must agree."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np
from hypothesis import given, settings
from hypothesis.strategies import integers
from scipy import sparse

from omsorgstall.disclosure import preset, protect
from omsorgstall.disclosure.attack import Verdicts
from omsorgstall.disclosure.attack import intervals as searching
from omsorgstall.disclosure.attack.insider import counts_of
from omsorgstall.disclosure.attack.interior import Piece, pieces, settled, worth_cutting
from omsorgstall.disclosure.attack.intervals import Bounds, Search, intervals
from omsorgstall.disclosure.attack.programs import Program, program
from omsorgstall.disclosure.attack.published import read
from omsorgstall.disclosure.attack.reduce import reduce_system
from omsorgstall.disclosure.attack.solver import holds
from tests.builders.made_up_draft import (
    LEAF_COLUMNS,
    People,
    dimension,
    draft_of,
    member,
    model,
    persons_content,
    region_dimension,
    years,
)
from tests.builders.random_drafts import drafts

SMALL_COUNT = preset("small-count-5")
NO_HURRY = inf


def judged(draft):
    """Every system of persons, before any repair, with its reduced form and the auditor's counts."""
    for system in read(protect(draft, SMALL_COUNT).tables):
        if not system.amounts:
            yield system, reduce_system(system), counts_of(system, draft.inner, LEAF_COLUMNS)


def verdicts(system, reduced, counts, sizes: tuple[int, int]):
    """Columns that are wide enough, and those that are narrow, when programs above these sizes count as large and huge."""
    before = searching.LARGE, searching.HUGE
    searching.LARGE, searching.HUGE = sizes
    try:
        found = intervals(system, reduced, 2, NO_HURRY, Verdicts(), counts)
    finally:
        searching.LARGE, searching.HUGE = before
    hidden = {int(c) for c in program(system, reduced, counts).columns}
    narrow = {column for column, _, _ in found.narrow}
    return hidden - narrow - set(found.undecided), narrow, set(found.undecided)


@settings(max_examples=60)
@given(draft=drafts(overlaps=False, hours=False, last_day=True))
def test_what_interior_points_call_wide_corners_call_wide(draft):
    for system, reduced, counts in judged(draft):
        wide, narrow, undecided = verdicts(system, reduced, counts, (10**9, 10**9))
        assert not undecided
        by_points, none_narrow, _ = verdicts(system, reduced, counts, (0, 0))
        assert by_points <= wide, "a point proves that there are two figures; it cannot prove a narrow one wide"
        assert not none_narrow, "points alone cannot prove that an interval is narrow"
        assert narrow.isdisjoint(by_points)


@dataclass(frozen=True)
class Witness:
    """Checks that every point of a piece is one of the whole, with no hidden cell at zero for the attacker who rules that out."""

    whole: Program
    piece: Piece

    def see(self, point, *, weak: bool) -> None:
        full = np.asarray(self.whole.start).copy()
        full[self.piece.unknowns] = point
        assert holds(self.whole.matrix, self.whole.low, self.whole.high, full)
        if not weak:
            assert (self.whole.sums.T @ full + self.whole.sure >= 1 - 1e-6).all()


@settings(max_examples=60)
@given(draft=drafts(overlaps=False, hours=False, last_day=True))
def test_a_point_of_a_piece_is_a_point_of_the_whole(draft):
    for system, reduced, counts in judged(draft):
        whole = program(system, reduced, counts)
        fixed = settled(whole, 10.0) if len(whole.columns) else None
        if fixed:
            start, everywhere = np.asarray(fixed.start), np.ones(len(fixed.columns), bool)
            halves = [replace(fixed, region=by) for by in (np.zeros(len(start), int), np.arange(len(start)) % 3)]
            for piece in [p for cut in halves for p in pieces(cut, everywhere)]:
                inside = Search(Bounds(piece.program, 1), Bounds(piece.program, 2), NO_HURRY)
                inside.beyond = Witness(fixed, piece)
                inside.corners()
                assert holds(piece.program.matrix, piece.program.low, piece.program.high, start[piece.unknowns])


@settings(max_examples=60)
@given(draft=drafts(overlaps=False, hours=False, last_day=True), regions=integers(1, 3))
def test_every_point_that_a_huge_program_is_searched_with_satisfies_it(draft, regions):
    for system, reduced, counts in judged(draft):
        whole = program(system, reduced, counts)
        fixed = settled(whole, 10.0) if len(whole.columns) else None
        if fixed:
            size = len(np.asarray(fixed.start))
            cut = replace(fixed, region=np.arange(size) % regions)
            search = Search(Bounds(cut, 1), Bounds(cut, 2), NO_HURRY)
            search.beyond = Witness(cut, Piece(cut, np.arange(size)))
            before = searching.HUGE
            searching.HUGE = 0
            try:
                search.piecewise()
            finally:
                searching.HUGE = before


def test_a_program_is_cut_only_where_no_region_is_most_of_it():
    def regions(*of_unknown: int) -> Program:
        size = len(of_unknown)
        return Program(
            sparse.csr_array(np.ones((1, size))),
            np.array([9.0]),
            np.array([9.0]),
            np.array([False]),
            sparse.csc_array(np.eye(size)),
            np.arange(size),
            np.zeros(size),
            region=np.array(of_unknown),
        )

    assert worth_cutting(regions(1, 1, 2, 2, 3))
    assert not worth_cutting(regions(0, 1, 1, 1)), "a county, and what is in none"
    assert not worth_cutting(regions(0, 0, 0)), "no large region at all"


def test_a_hidden_cell_that_reaches_beyond_a_piece_must_not_become_zero_in_it():
    # Known is a + c = 2. Hidden are a + b, of which b is in another region and nobody, and c.
    whole = Program(
        sparse.csr_array(np.array([[1.0, 0.0, 1.0]])),
        np.array([2.0]),
        np.array([2.0]),
        np.array([False]),
        sparse.csc_array(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])),
        np.array([0, 1]),
        np.zeros(2),
        np.array([1.0, 0.0, 1.0]),
        np.array([1, 2, 1]),
    )
    (piece,) = pieces(whole, np.array([True, True]))
    assert piece.unknowns.tolist() == [0, 2]
    inside = piece.program
    assert holds(inside.matrix, inside.low, inside.high, np.array([1.0, 1.0]))
    assert not holds(inside.matrix, inside.low, inside.high, np.array([0.0, 2.0]))


def test_interior_points_prove_nearly_every_interval_of_a_county_that_corners_prove():
    leaves, ages = [f"42{n:02d}" for n in range(1, 13)], ["000-017", "018-066", "067-079", "080+"]
    people = People()
    chance = np.random.default_rng(4)
    for leaf in leaves:
        for age in ages:
            people.add("users", "", [leaf], age, int(chance.geometric(0.12)))
    region = region_dimension([member("42", leaves), *map(member, leaves)])
    age = dimension("Alder", [member("999", ages), *map(member, ages)])
    draft = draft_of([model("11642", [region, age, years(2022)], [persons_content("users")])], people)
    ((system, reduced, counts),) = judged(draft)
    wide, _, _ = verdicts(system, reduced, counts, (10**9, 10**9))
    by_points, _, _ = verdicts(system, reduced, counts, (0, 0))
    assert len(wide) > 20
    assert len(by_points) >= 0.95 * len(wide)


def test_overlaps_are_settled_as_the_auditor_counts_them_and_else_as_few_as_fit():
    # Two municipalities of a published total of 9; a person of both counts twice below and once above.
    three = Program(
        sparse.csr_array(np.array([[1.0, 1.0]])),
        np.array([9.0]),
        np.array([9.0]),
        np.array([True]),
        sparse.csc_array(np.eye(2)),
        np.array([0, 1]),
        np.zeros(2),
        np.array([6.0, 4.0]),
    )
    assert settled(three, 10.0).low.tolist() == [10.0]
    unknown = settled(Program(*(getattr(three, f) for f in three.__dataclass_fields__ if f != "start")), 10.0)
    assert unknown.low.round(6).tolist() == [9.0]
