"""Drawn by hand: what moved between two vintages, by how much, and which submission or edit set did it."""

from datetime import date

import pytest

from omsorgstall.access import AuditAction, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.comparing import compare_vintages
from omsorgstall.app.pipeline.taking_edits import take_edits
from omsorgstall.app.settings import Places
from omsorgstall.core import OmsorgstallError
from omsorgstall.register.pseudonym_map import NumberChange
from tests.deliveries import annual, rows

KRISTIANSAND, LILLESAND, RISOR, GJERSTAD = "4204", "4215", "4201", "4211"
NATIONAL = Scope.national("test", "the statistician")
SAID = {"who": "kari", "why": "sent by mistake"}
YEAR = 2023
ONE, GROUP = "999", ("00", "HOME")


def sent(content, municipality, year=YEAR, start=date(2020, 1, 1), **people):
    """A batch of persons with one home service (15) each, at so many hours a week."""
    named = [{"pseudonym": p, "local_person_id": p, "birth_year": 1940} for p in people]
    running = {"service_type": 15, "outcome": 1, "start_date": start}
    services = [{"pseudonym": p, "service_id": p, "weekly_hours": h, **running} for p, h in people.items()]
    place = {"municipality": municipality, "year": year}
    tables = [{"person": rows("person", named, **place), "service": rows("service", services, **place)}]
    return annual(content, tables=tables, **place)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """The register before and after: what happened in between is one thing for each municipality."""
    made = Places(tmp_path_factory.mktemp("compared") / "store", catalogue=None)
    with open_register(made, create=True) as store:
        store.accept(sent("first", KRISTIANSAND, a=7.0, b=7.0))
        store.accept(sent("edited", LILLESAND, d=7.0, e=7.0))
        gone = store.accept(sent("withdrawn", RISOR, f=3.5))
        store.accept(sent("unchanged", GJERSTAD, a=2.0, g=2.0))
        store.accept(sent("the year before", KRISTIANSAND, 2022, a=7.0))
        store.freeze("before", "preliminary", [2022, YEAR])
        store.accept(sent("again", KRISTIANSAND, b=14.0, c=7.0, d=1.0))
        store.basis.withdraw(gone, **SAID)
    edits = made.store / "edits.csv"
    head = "municipality,data_year,local_person_id,table,service_id,field,old,new"
    edits.write_text(f"{head}\n{LILLESAND},{YEAR},e,service,e,end_date,,2022-12-31\n", "utf-8")
    take_edits(made, edits, who="ola", why="moved away")
    with open_register(made) as store:
        store.freeze("after", "final", [YEAR])
    return made


@pytest.fixture(scope="module")
def compared(places):
    return compare_vintages(places, "before", "after", NATIONAL, tables=["11642"]).content


def by_municipality(content, move):
    """What each cause did, by the senders behind it, with what happened."""
    told = {}
    for part in move["parts"]:
        behind = [content["differences"][n] for n in content["causes"][part["cause"]]["differences"]]
        told["+".join(d["municipality"]["number"] for d in behind), "+".join(d["kind"] for d in behind)] = part["change"]
    return told


def moved(content, *codes, table="11642", name="Brukere"):
    """The move of a cell as (before, after) and what each cause did; nothing when it did not move."""
    for move in content["moves"]:
        if (move["table"], move["content"], tuple(move["codes"])) == (table, name, codes):
            assert not move["remainder"]
            return (move["before"], move["after"]), by_municipality(content, move)
    return None


@pytest.mark.parametrize(
    ("region", "ends", "causes"),
    [
        #                          a and b before; b, c and d after
        (KRISTIANSAND, (2, 3), {(KRISTIANSAND, "replaced"): 1}),
        (LILLESAND, (2, 1), {(LILLESAND, "added"): -1}),
        (RISOR, (1, None), {(RISOR, "withdrawn"): -1}),
        # a is still in Gjerstad, and d was in Lillesand before: in the county only c is new
        ("EKA42", (6, 5), {(KRISTIANSAND, "replaced"): 1, (LILLESAND, "added"): -1, (RISOR, "withdrawn"): -1}),
        ("EAK", (6, 5), {(KRISTIANSAND, "replaced"): 1, (LILLESAND, "added"): -1, (RISOR, "withdrawn"): -1}),
    ],
)
def test_each_move_is_told_with_the_submission_or_edit_set_behind_it(compared, region, ends, causes):
    for service in ("15", *GROUP):
        assert moved(compared, region, ONE, service, str(YEAR)) == (ends, causes)


def test_a_municipality_that_sent_nothing_new_does_not_move(compared):
    assert [m for m in compared["moves"] if m["codes"][0] == GJERSTAD] == []
    assert {m["codes"][-1] for m in compared["moves"]} == {str(YEAR)}


def test_every_difference_tells_its_id_who_when_and_why(places, compared):
    said = {d["municipality"]["number"]: d for d in compared["differences"]}
    with open_register(places) as store:
        (edit_set,) = store.submissions(kind="edits")
        newest = store.submissions(municipality=KRISTIANSAND, data_year=YEAR)[-1]
        (gone,) = store.basis.withdrawals()
    assert (said[LILLESAND]["after"], said[LILLESAND]["said"][0]["who"]) == (edit_set.id, "ola")
    assert said[LILLESAND]["said"][0]["why"] == "moved away"
    assert said[KRISTIANSAND]["after"] == newest.id
    assert said[KRISTIANSAND]["said"][0]["when"] == newest.accepted_at.isoformat()
    assert said[RISOR]["before"] == gone.submission
    assert [(s["who"], s["why"]) for s in said[RISOR]["said"]] == [("kari", "sent by mistake")]
    assert said[RISOR]["municipality"]["name"] == "Risør"


def test_who_has_figures_in_one_vintage_alone_and_years_of_one_alone_are_told(compared):
    assert [(c["municipality"]["number"], c["year"], c["in"]) for c in compared["coverage"]] == [(RISOR, YEAR, "from")]
    assert (compared["years"], compared["from"]["years"]) == ([YEAR], [2022, YEAR])


def turned(move):
    """The changes of a move and of its parts, by cause."""
    return [("", move["change"]), *((p["cause"], p["change"]) for p in move["parts"])]


def test_the_way_back_is_the_same_moves_with_other_signs_and_a_region_can_be_asked_for_alone(places, compared):
    back = compare_vintages(places, "after", "before", NATIONAL, tables=["11642"], region="EKA42").content
    there = [m for m in compared["moves"] if m["codes"][0] == "EKA42"]
    assert [m["codes"] for m in back["moves"]] == [m["codes"] for m in there] != []
    for first, second in zip(there, back["moves"], strict=True):
        assert (second["before"], second["after"]) == (first["after"], first["before"])
        assert turned(second) == [(cause, -value) for cause, value in turned(first)]
    assert back["differences"] == compared["differences"]


def test_a_vintage_beside_itself_has_nothing_to_tell(places):
    same = compare_vintages(places, "after", "after", NATIONAL).content
    assert (same["moves"], same["differences"], same["causes"], same["versions"]) == ([], [], [], [])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tables": ["99999"]}, "no-such-table"),
        ({"region": "9999"}, "no-such-region"),
        ({"scope": Scope.owner(RISOR, "test", "test")}, "scope-too-narrow"),
        ({"before": "nowhere"}, "no-vintage"),
    ],
)
def test_what_cannot_be_compared_is_refused(places, changed, code):
    asked = {"before": "before", "after": "after", "scope": NATIONAL} | changed
    with pytest.raises(OmsorgstallError) as caught:
        compare_vintages(places, **asked)
    assert caught.value.code == code


def test_the_reading_is_logged(places, compared):
    with open_register(places) as store:
        events_seen = [e for e in store.audit() if e.action is AuditAction.SHOW_COMPARISON]
    assert ("before and after", "the statistician") in {(e.what, e.who) for e in events_seen}


def test_persons_that_two_changed_municipalities_share_are_told_of_together(tmp_path):
    made = Places(tmp_path / "store", catalogue=None)
    with open_register(made, create=True) as store:
        for place, people in ((RISOR, {"a": 1.0, "b": 1.0}), (GJERSTAD, {"a": 1.0})):
            store.accept(sent(f"first of {place}", place, **people))
        store.freeze("first", "preliminary", [YEAR])
        for place in (RISOR, GJERSTAD):
            store.accept(sent(f"second of {place}", place, c=1.0))
        store.freeze("second", "final", [YEAR])
    content = compare_vintages(made, "first", "second", NATIONAL, tables=["11642"]).content
    both = (f"{RISOR}+{GJERSTAD}", "replaced+replaced")
    # a left both, c came to both; b left Risør
    assert moved(content, "EAK", ONE, "15", str(YEAR)) == ((2, 1), {(RISOR, "replaced"): -1})
    assert moved(content, RISOR, ONE, "15", str(YEAR)) == ((2, 1), {(RISOR, "replaced"): -1})
    joint = next(c for c in content["causes"] if c["joint"])
    assert [content["differences"][n]["municipality"]["number"] for n in joint["differences"]] == [RISOR, GJERSTAD]
    assert both not in moved(content, "EAK", ONE, "15", str(YEAR))[1]


def test_another_day_is_a_cause_of_its_own(tmp_path):
    made = Places(tmp_path / "store", catalogue=None)
    with open_register(made, create=True) as store:
        store.accept(sent("last year", RISOR, 2022, start=date(YEAR, 2, 10), a=7.0))
        for name, day in (("january", date(YEAR, 1, 31)), ("february", date(YEAR, 2, 28))):
            store.basis.freeze(name, "year_to_date", [YEAR], reference_date=day)
    content = compare_vintages(made, "january", "february", NATIONAL, tables=["11642"]).content
    assert [(d["of"], d["before"], d["after"]) for d in content["differences"]] == [("day", "2023-01-31", "2023-02-28")]
    (move,) = (m for m in content["moves"] if m["codes"] == [RISOR, ONE, "15", str(YEAR)])
    assert (move["before"], move["after"], move["remainder"]) == (0, 1, 0)
    assert move["parts"] == [{"cause": 0, "change": 1}]


def test_changed_numbers_are_a_cause_of_their_own_with_their_source(tmp_path):
    made = Places(tmp_path / "store", catalogue=None)
    with open_register(made, create=True) as store:
        store.accept(sent("both numbers", RISOR, a=1.0, b=1.0))
        store.freeze("apart", "preliminary", [YEAR])
        store.identities.add([NumberChange("a", "b", date(YEAR, 3, 1))], "registry", who="kari", pseudonym_key="")
        store.accept(sent("another", GJERSTAD, c=1.0))
        store.freeze("together", "final", [YEAR])
    content = compare_vintages(made, "apart", "together", NATIONAL, tables=["11642"]).content
    numbers = content["differences"][-1]
    assert (numbers["of"], numbers["before"], numbers["after"], numbers["said"][0]["why"]) == ("numbers", "0", "1", "registry")
    (move,) = (m for m in content["moves"] if m["codes"] == [RISOR, ONE, "15", str(YEAR)])
    assert (move["before"], move["after"], move["remainder"]) == (2, 1, 0)
    assert [content["causes"][p["cause"]]["differences"] for p in move["parts"]] == [[len(content["differences"]) - 1]]
