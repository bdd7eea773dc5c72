"""Sum reports beside other municipalities: what is shown, and that nobody in another municipality comes out."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.disclosure import preset, release
from omsorgstall.disclosure.attack import attack
from omsorgstall.disclosure.attack.report import Attack
from omsorgstall.publish.sum_reports.peers import compared, peers_csv
from omsorgstall.statistics.sum_reports import Request, asked
from omsorgstall.statistics.sum_reports.peers import beside, draft_of_views, peer_areas, views, views_of, without
from omsorgstall.tables import CellStatus
from tests.builders.views import area, counted_view

OWNER, OTHER, FAR = "4204", "4205", "1101"
COUNTY, COUNTRY = area("EKA42", OWNER, OTHER), area("EAK", OWNER, OTHER, FAR)
LOW, MEDIUM, HIGH, UNKNOWN = "1", "2", "3", "9"
NEEDS = {
    OWNER: {LOW: 2, MEDIUM: 6, HIGH: 1, UNKNOWN: 1},
    OTHER: {LOW: 3, MEDIUM: 20, HIGH: 9, UNKNOWN: 8},
    FAR: {LOW: 30, MEDIUM: 40, HIGH: 20, UNKNOWN: 10},
}


def shown(needs=NEEDS, areas=(COUNTY, COUNTRY)):
    view = counted_view("S01 Behov", persons=needs)
    draft = draft_of_views([view], without(areas, OWNER), {})
    tables = release(draft, preset("small-count-5")).protected.tables
    return beside(view, OWNER, areas, tables), draft, tables


def figure(table, content, region, code):
    at = table.model.dimensions[0].index()[region], table.model.dimensions[1].index()[code], 0
    return CellStatus(int(table.statuses[content][at])), float(table.values[content][at])


def test_own_figures_stand_whole_beside_those_of_the_areas():
    table, _, _ = shown()
    assert figure(table, "Mottakere", OWNER, HIGH) == (CellStatus.VALUE, 1)
    assert figure(table, "Andel", OWNER, HIGH) == (CellStatus.VALUE, 10)
    assert figure(table, "Mottakere", "EKA42", "00") == (CellStatus.VALUE, 50)
    assert figure(table, "Mottakere", "EAK", MEDIUM) == (CellStatus.VALUE, 66)
    assert figure(table, "Andel", "EAK", MEDIUM) == (CellStatus.VALUE, 44)


def test_what_would_leave_a_few_of_another_municipality_is_hidden_though_the_area_has_many():
    table, _, _ = shown()
    # Five in the county need little; two of them are the owner's, so she would know of the three others.
    assert figure(table, "Mottakere", "EKA42", LOW)[0] is CellStatus.SUPPRESSED
    assert np.isnan(figure(table, "Mottakere", "EKA42", LOW)[1])
    assert figure(table, "Andel", "EKA42", LOW)[0] is CellStatus.SUPPRESSED
    hidden = [code for code in (LOW, MEDIUM, HIGH, UNKNOWN) if figure(table, "Mottakere", "EKA42", code)[0] > 1]
    assert len(hidden) > 1


def test_the_attack_catches_a_county_of_two_municipalities_shown_by_its_own_small_numbers():
    """The planted leak: the county's figures pass the limit themselves, and the owner takes her own away."""
    view = counted_view("S01 Behov", persons=NEEDS)
    areas = (COUNTY, COUNTRY)
    draft = draft_of_views([view], without(areas, OWNER), {})
    (table,) = release(draft, preset("small-count-5")).protected.tables
    whole = draft.tables[0].values["persons"]
    own = np.array([NEEDS[OWNER].get(m.code, sum(NEEDS[OWNER].values())) for m in view.members])
    careless = np.where(whole + own[None, :, None] >= 5, CellStatus.VALUE, CellStatus.SUPPRESSED).astype(np.uint8)
    leaking = replace(table, values={"persons": whole}, statuses={"persons": careless})
    found = attack([leaking], inner=draft.inner, leaf_columns=draft.leaf_columns)
    assert (Attack.SMALL, "EKA42", LOW) in {(e.attack, *e.cell[:2]) for e in found.exposures}


def test_the_attack_catches_one_hidden_number_alone():
    _, draft, (released,) = shown()
    statuses = np.where(released.statuses["persons"] == CellStatus.SUPPRESSED, CellStatus.VALUE, released.statuses["persons"])
    statuses[0, released.model.dimensions[1].index()[LOW], 0] = CellStatus.SUPPRESSED
    whole = np.where(statuses == CellStatus.SUPPRESSED, np.nan, draft.tables[0].values["persons"])
    leaking = replace(released, values={"persons": whole}, statuses={"persons": statuses.astype(np.uint8)})
    found = attack([leaking], inner=draft.inner, leaf_columns=draft.leaf_columns)
    assert (Attack.DETERMINED, "EKA42", LOW) in {(e.attack, *e.cell[:2]) for e in found.exposures}


def test_a_mean_is_weighted_and_hidden_with_either_of_its_parts():
    people = {m: {"018-049": n, "067-079": 3 * n} for m, n in ((OWNER, 1), (OTHER, 6), (FAR, 10))}
    hours = {m: {"018-049": 10.0 * n, "067-079": 6.0 * n} for m, n in ((OWNER, 1), (OTHER, 6), (FAR, 20))}
    view = counted_view("S03 Alder", persons=people, seconds=hours)
    tables = release(draft_of_views([view], without((COUNTRY,), OWNER), {}), preset("small-count-5")).protected.tables
    table = beside(view, OWNER, (COUNTRY,), tables)
    assert figure(table, "TimerPerMottaker", OWNER, "00") == (CellStatus.VALUE, 4)
    assert figure(table, "TimerPerMottaker", "EAK", "018-049")[1] == pytest.approx(270 / 17)
    assert figure(table, "TimerPerMottaker", "EAK", "000-017")[0] is CellStatus.NOT_APPLICABLE


def test_a_long_term_place_is_hidden_in_no_report_while_another_shows_it():
    """Those on long-term stay count in three reports: what one hides the others may not tell."""
    groups = {
        m: {"LONG_TERM": a, "TIME_LIMITED": b, "HEALTH_ONLY": 30} for m, a, b in ((OWNER, 5, 5), (OTHER, 7, 3), (FAR, 9, 9))
    }
    places = {m: {"LONG_TERM": c["LONG_TERM"], "TIME_LIMITED": c["TIME_LIMITED"], "HOME": 30} for m, c in groups.items()}
    none = {m: {"HOME": 20} for m in groups}
    bundle = [
        counted_view("S01 Tjenestegruppe", persons=groups),
        counted_view("S08 Bosituasjon", persons=places, doctor=none, dental=none),
    ]
    draft = draft_of_views(bundle, without((COUNTY, COUNTRY), OWNER), {})
    found = release(draft, preset("small-count-5"))
    by_group, by_place = found.protected.tables
    at = [t.statuses["persons"][0, t.model.dimensions[1].index()["LONG_TERM"], 0] for t in (by_group, by_place)]
    assert at[0] == at[1]
    assert found.attack.passed


def test_an_area_without_anyone_else_is_left_out():
    codes = [a.code for a in peer_areas("0301", {"0301", OWNER, FAR}, 2022)]
    assert codes == ["EAK", "EAKUO"]
    assert [a.code for a in peer_areas(OWNER, {OWNER, OTHER}, 2022)] == ["EKA42", "EAK", "EAKUO"]


def test_an_area_says_how_many_delivered():
    county = next(a for a in peer_areas(OWNER, {OWNER, OTHER}, 2022) if a.code == "EKA42")
    assert county.name.nb == "Agder (2 av 25 kommuner)"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rows": "Kjonn", "columns": "Ingen"}, "not compared"),
        ({"only": {"Kjonn": ("2",)}}, "some persons"),
        ({"units": ("999111111",)}, "some persons"),
        ({"dates": ("2022-06-30",)}, "end of a year"),
    ],
)
def test_what_could_single_out_persons_by_many_questions_is_not_compared(wrong, says):
    days = tuple(map(date.fromisoformat, wrong.pop("dates", ("2022-12-31",))))
    with pytest.raises(OmsorgstallError, match=says):
        views_of(asked(Request("S01", days, **wrong)))


def test_every_view_is_of_a_report_and_a_breakdown_it_has_and_names_views_of_its_own_bundle():
    for view in views().values():
        known = view.asked(2022)
        assert known.rows.id == view.by
        assert {views()[s.view].bundle for s in view.same} <= {view.bundle}


def test_a_comparison_is_shown_to_its_owner_only():
    table, _, _ = shown()
    with pytest.raises(OmsorgstallError, match="grant"):
        compared(table, Grant(OTHER, Scope.owner(OTHER, "p", "w")), "nb")


def test_the_file_has_symbols_in_place_of_hidden_figures():
    table, _, _ = shown()
    text = peers_csv(table, Grant(OWNER, Scope.owner(OWNER, "p", "w"))).decode("utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()]
    (low,) = [r for r in rows if r[0] == "EKA42" and r[2] == LOW]
    assert low[-2:] == [":", ":"]
