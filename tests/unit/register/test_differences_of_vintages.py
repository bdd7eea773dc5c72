"""What two vintages do not have in common, with who and why, and the steps that lead from one to the other."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from omsorgstall.register import Delivery
from omsorgstall.register.comparison import DifferenceKind, comparison_steps, differences
from tests.deliveries import annual, events, rows

SAID = {"who": "kari", "why": "the system was down"}


def edits(content, municipality="4204", year=2023):
    table = rows("edit", [{"table": "service", "field": "weekly_hours"}], municipality=municipality, year=year)
    hashed = annual(content).content_hash
    return Delivery("edits", municipality, year, hashed, {}, [{"edit": table}], pa.table({}), "ola", "by the month")


def compared(store, earlier="earlier", later="later"):
    book = store.basis.book()
    first, second = store.vintage(earlier), store.vintage(later)
    found = differences(first, second, book)
    return found, comparison_steps(first, second, found, book)


def told(found):
    return [(d.kind.value, d.of and d.of.value, d.municipality, d.before, d.after) for d in found]


def frozen(store, name, kind="final", years=(2023,)):
    return store.freeze(name, kind, years)


def test_replaced_withdrawn_and_late_submissions_are_told_apart(store):
    old, gone = store.accept(annual("old")), store.accept(annual("gone", municipality="0301"))
    older = store.accept(annual("older", municipality="4215"))
    wrong = store.accept(annual("wrong", municipality="4215"))
    frozen(store, "earlier", "preliminary")
    new, late = store.accept(annual("new")), store.accept(annual("late", municipality="4201"))
    for submission in (gone, wrong):
        store.basis.withdraw(submission, **SAID)
    frozen(store, "later")
    found, _ = compared(store)
    assert told(found) == [
        ("withdrawn", "annual", "0301", gone.id, ""),
        ("late", "annual", "4201", "", late.id),
        ("replaced", "annual", "4204", old.id, new.id),
        ("withdrawn", "annual", "4215", wrong.id, older.id),
    ]
    assert [(s.what, s.who, s.why) for s in found[3].said] == [(wrong.id, "kari", "the system was down")]
    assert [(s.what, s.who, s.why, s.when) for s in found[2].said] == [
        (new.id, "intake", "a submission received", new.accepted_at)
    ]


def test_what_stands_in_begins_changes_and_ends(store):
    first = store.accept(annual("last year", year=2022))
    store.accept(annual("other", municipality="0301"))
    frozen(store, "nothing", "preliminary")
    store.basis.substitute("4204", 2023, 2022, **SAID)
    frozen(store, "instead")
    second = store.accept(annual("last year, again", year=2022))
    frozen(store, "another")
    store.basis.substitute("4204", 2023, None, who="per", why="it will come")
    frozen(store, "ended")
    store.basis.substitute("4204", 2023, 2022, **SAID)
    frozen(store, "once-more")
    delivered = store.accept(annual("this year"))
    frozen(store, "delivered")
    pairs = [("nothing", "instead"), ("instead", "another"), ("another", "ended"), ("once-more", "delivered")]
    told_of = [compared(store, *pair)[0][0] for pair in pairs]
    assert [(d.kind, d.before, d.after) for d in told_of] == [
        (DifferenceKind.SUBSTITUTED, "", first.id),
        (DifferenceKind.SUBSTITUTED, first.id, second.id),
        (DifferenceKind.NO_LONGER_SUBSTITUTED, second.id, ""),
        (DifferenceKind.LATE, second.id, delivered.id),
    ]
    assert [[(s.act.value, s.who) for s in d.said] for d in told_of] == [
        [("substitute", "kari")],
        [("substitute", "kari"), ("accept", "intake")],
        [("substitute", "per")],
        [("accept", "intake")],
    ]


def test_messages_that_came_were_taken_back_or_came_before_a_newer_extraction(store):
    store.accept(annual("batch"))
    early = store.accept(events("early", datetime(2024, 2, 1, tzinfo=UTC)))
    wrong = store.accept(events("wrong", datetime(2024, 2, 2, tzinfo=UTC)))
    frozen(store, "earlier", "preliminary")
    store.accept(annual("new batch", extracted=datetime(2024, 3, 1, tzinfo=UTC)))
    store.basis.withdraw(wrong, **SAID)
    late = store.accept(events("late", datetime(2024, 4, 1, tzinfo=UTC)))
    frozen(store, "later")
    found, steps = compared(store)
    assert [(d.kind.value, d.before or d.after) for d in found if d.of == "events"] == [
        ("lapsed", early.id),
        ("withdrawn", wrong.id),
        ("added", late.id),
    ]
    assert {d.moves for d in found} == {frozenset({("4204", 2023)})}
    assert [len(s.differences) for s in steps] == [0, 1, 3]
    assert steps[1].vintage.events == (early.id, wrong.id)


def test_edit_sets_of_a_sender_are_steps_of_their_own_and_other_senders_share_them(store):
    for place in ("4204", "0301"):
        store.accept(annual(f"batch of {place}", municipality=place))
    undone = store.accept(edits("undone"))
    frozen(store, "earlier", "preliminary")
    store.basis.withdraw(undone, **SAID)
    one, two = store.accept(edits("one")), store.accept(edits("two"))
    theirs = store.accept(edits("theirs", "0301"))
    frozen(store, "later")
    found, steps = compared(store)
    assert [[d.before or d.after for d in s.differences] for s in steps] == [[], [undone.id, theirs.id], [one.id], [two.id]]
    assert [s.vintage.edits for s in steps] == [(undone.id,), (theirs.id,), (one.id, theirs.id), (one.id, two.id, theirs.id)]
    assert [(s.who, s.why) for s in found[1].said] == [("ola", "by the month")]


def test_edits_of_a_year_that_stands_in_move_the_year_it_stands_in_for(store):
    store.accept(annual("last year", year=2022))
    store.accept(annual("other", municipality="0301"))
    store.basis.substitute("4204", 2023, 2022, **SAID)
    frozen(store, "earlier", "preliminary")
    store.accept(edits("of last year", year=2022))
    frozen(store, "later")
    found, _ = compared(store)
    assert [d.moves for d in found] == [frozenset({("4204", 2023)})]


def test_the_day_is_a_difference_but_no_step(store):
    store.accept(annual("last year", year=2022))
    for name, day in (("earlier", date(2023, 1, 31)), ("later", date(2023, 2, 28))):
        store.basis.freeze(name, "year_to_date", [2023], reference_date=day)
    found, steps = compared(store)
    assert told(found) == [("day", None, "", "2023-01-31", "2023-02-28")]
    assert len(steps) == 1


def test_who_completes_a_merged_municipality_moves_the_figures_of_those_merged_with_it(store):
    # Kristiansand, Songdalen and Søgne became one in 2020.
    for place in ("1001", "1017"):
        store.accept(annual(place, municipality=place, year=2019, tables=[{"service": merged(place)}]))
    frozen(store, "earlier", "preliminary", [2019])
    store.accept(annual("1018", municipality="1018", year=2019, tables=[{"service": merged("1018")}]))
    frozen(store, "later", "final", [2019])
    _, steps = compared(store)
    assert steps[1].differences[0].moves == frozenset({("1001", 2019), ("1017", 2019), ("1018", 2019)})


def merged(place):
    return rows("service", [{"service_id": place}], municipality="4204", reported=place, year=2019)


@pytest.mark.parametrize("name", ["earlier", "later"])
def test_a_vintage_has_everything_in_common_with_itself(store, name):
    store.accept(annual("batch"))
    frozen(store, name)
    assert compared(store, name, name)[0] == ()
