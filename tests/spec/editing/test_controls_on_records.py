"""How records are spread within a municipality: counted by the engine, judged on both sides of each limit."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omsorgstall.codes import function_variables, municipalities
from omsorgstall.editing import controls, review
from omsorgstall.editing.distributions import common_start, granted_hours, groups_table, reported_elsewhere, scores_of_one
from omsorgstall.editing.reports import municipality_reports
from omsorgstall.editing.review import RECORD_METHODS
from omsorgstall.measures import Settings
from omsorgstall.measures.people import users_for_testing
from omsorgstall.tables import DraftRelease
from tests.register_rows import register_tables
from tests.spec.editing.drawn import GROUP, YEAR
from tests.twins import spread

OWN, PEER, FAR = GROUP[0], GROUP[1], "0301"
"""Two municipalities of one KOSTRA group, and one that is alone in its own."""
GROUP_OF = {n: m.kostra_group for n, m in municipalities().items()}
FIRST_DAY = date(1970, 1, 1)
SCORES = [v.id.lower() for v in function_variables()]


def services(records):
    """Rows of services from (municipality, service type, hours a week, start)."""
    return [
        {
            "municipality": municipality,
            "data_year": YEAR,
            "pseudonym": f"P{n}",
            "service_id": f"S{n}",
            "service_type": kind,
            "outcome": 1,
            "weekly_hours": hours,
            "start_date": start,
        }
        for n, (municipality, kind, hours, start) in enumerate(records)
    ]


def assessments(drawn):
    """Rows of assessments from (municipality, scores in the order of the variables)."""
    return [
        {
            "municipality": m,
            "data_year": YEAR,
            "pseudonym": f"P{n}",
            "assessment_date": date(YEAR, 5, 1),
            **dict(zip(SCORES, s, strict=False)),
        }
        for n, (m, s) in enumerate(drawn)
    ]


def persons(drawn):
    """Rows of persons from (municipality, person)."""
    return [{"municipality": m, "reported_municipality": m, "data_year": YEAR, "pseudonym": p} for m, p in drawn]


def counted(engine, expression, **rows):
    """What the expression gives for these rows, by municipality and service."""
    tables = engine.from_arrow(register_tables(**rows))
    groups = engine.from_arrow({"groups": groups_table()})["groups"]
    made = engine.run(expression(tables, groups, YEAR), step="counted").to_pylist()
    engine.forget(*tables.values(), groups)
    keys = ("municipality", "service_type")
    found = {tuple(r[k] for k in keys if k in r): {k: v for k, v in r.items() if k not in keys} for r in made}
    return {(k[0] if len(k) == 1 else k): v for k, v in found.items()}


def test_the_most_heaped_value_is_found_beside_the_group_and_the_country(engine):
    drawn = [(OWN, 15, h, None) for h in (3.5, 3.5, 3.5, 2, 2)]
    drawn += [(PEER, 15, h, None) for h in (2, 2, 3.5, 6)] + [(FAR, 15, h, None) for h in (2, 5)]
    rows = [(m, k, h, date(YEAR, 1, 1)) for m, k, h, _ in drawn]
    found = counted(engine, granted_hours, service=services(rows))
    assert found == spread.granted_hours([(m, k, int(h * 3600)) for m, k, h, _ in drawn], GROUP_OF)
    assert (found[OWN, 15]["seconds"], found[OWN, 15]["records"], found[OWN, 15]["own"]) == (12_600, 3, 5)
    assert (found[OWN, 15]["group_records"], found[OWN, 15]["group_own"]) == (1, 4)
    assert (found[OWN, 15]["country_records"], found[OWN, 15]["country_own"]) == (1, 6)


def test_scores_of_one_are_counted_among_scores_of_one_to_five(engine):
    drawn = [(OWN, [1, 1, 9, None, 3]), (OWN, [1]), (PEER, [2, 5]), (FAR, [1, 4])]
    found = counted(engine, scores_of_one, assessment=assessments(drawn))
    assert found == spread.scores_of_one(drawn, GROUP_OF)
    assert (found[OWN]["records"], found[OWN]["own"]) == (3, 4)
    assert (found[OWN]["group_records"], found[OWN]["group_own"], found[OWN]["national_records"]) == (0, 2, 4)


def test_the_day_on_which_most_services_start_is_found(engine):
    moved, other = date(2019, 3, 1), date(YEAR, 2, 7)
    drawn = [(OWN, 1, None, d) for d in (moved, moved, other)] + [(PEER, 1, None, d) for d in (other, moved)]
    found = counted(engine, common_start, service=services(drawn))
    assert found == spread.common_start([(m, k, (d - FIRST_DAY).days) for m, k, _, d in drawn], GROUP_OF)
    assert (found[OWN, 1]["begun"], found[OWN, 1]["records"], found[OWN, 1]["own"]) == ((moved - FIRST_DAY).days, 2, 3)
    assert found[PEER, 1]["begun"] == (moved - FIRST_DAY).days  # the earlier of two as common


SIX = sorted(GROUP_OF)[:6]
IN_FOUR, IN_FIVE = ([(m, name) for m in SIX[:n]] for n, name in ((4, "Q"), (5, "T")))


def test_persons_of_several_municipalities_are_counted_and_those_for_testing_apart(engine):
    drawn = [*IN_FOUR, *IN_FIVE, (SIX[0], "A"), (SIX[5], "B"), (SIX[5], "C"), (SIX[0], "C")]
    found = counted(engine, reported_elsewhere, person=persons(drawn))
    assert found == spread.reported_elsewhere(drawn, GROUP_OF, 5)
    assert [(found[m]["records"], found[m]["testing"], found[m]["own"]) for m in SIX] == [
        (2, 1, 4),
        (1, 1, 2),
        (1, 1, 2),
        (1, 1, 2),
        (0, 1, 1),
        (1, 0, 2),
    ]


def test_a_person_told_twice_by_one_municipality_is_of_one(duckdb_engine):
    drawn = [*persons([(SIX[0], "A")] * 2), *persons([(SIX[0], "A")])]
    drawn[2]["reported_municipality"] = SIX[1]  # a part of it before a merger
    assert counted(duckdb_engine, reported_elsewhere, person=drawn)[SIX[0]]["records"] == 0


def test_how_many_fall_out_as_users_for_testing_is_told_by_year(engine):
    earlier = [row | {"data_year": YEAR - 1} for row in persons(IN_FOUR)]
    tables = engine.from_arrow(register_tables(person=[*persons([*IN_FOUR, *IN_FIVE]), *earlier]))
    assert engine.run(users_for_testing(tables, Settings()), step="testing").to_pylist() == [{"data_year": YEAR, "persons": 1}]
    engine.forget(*tables.values())


def test_refused_and_ended_services_and_those_of_other_years_are_not_counted(duckdb_engine):
    rows = services([(OWN, 15, 2, date(YEAR, 1, 1))] * 4)
    rows[1]["outcome"] = 2
    rows[2]["end_date"] = date(YEAR - 1, 6, 1)
    rows[2]["start_date"] = date(YEAR - 2, 1, 1)
    rows[3]["data_year"] = YEAR - 1
    assert counted(duckdb_engine, granted_hours, service=rows)[OWN, 15]["own"] == 1


places = st.sampled_from([OWN, PEER, FAR, GROUP[2]])
records = st.lists(
    st.tuples(places, st.sampled_from([2, 15]), st.sampled_from([1.0, 2.5, 35.5]), st.dates(date(YEAR, 1, 1), date(YEAR, 1, 3))),
    min_size=1,
    max_size=30,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=records,
    scored=st.lists(st.tuples(places, st.lists(st.sampled_from([1, 2, 5, 9, None]), max_size=18)), min_size=1, max_size=8),
)
def test_counting_by_the_engine_equals_counting_one_by_one(duckdb_engine, drawn, scored):
    rows = {"service": services(drawn), "assessment": assessments(scored)}
    hours = [(m, k, int(h * 3600)) for m, k, h, _ in drawn]
    days = [(m, k, (d - FIRST_DAY).days) for m, k, _, d in drawn]
    assert counted(duckdb_engine, granted_hours, **rows) == spread.granted_hours(hours, GROUP_OF)
    assert counted(duckdb_engine, common_start, **rows) == spread.common_start(days, GROUP_OF)
    assert counted(duckdb_engine, scores_of_one, **rows) == spread.scores_of_one(scored, GROUP_OF)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.sets(st.tuples(st.sampled_from(SIX), st.sampled_from("ABCDEF")), min_size=1))
def test_counting_persons_by_the_engine_equals_counting_one_by_one(duckdb_engine, drawn):
    found = counted(duckdb_engine, reported_elsewhere, person=persons(sorted(drawn)))
    assert found == spread.reported_elsewhere(drawn, GROUP_OF, 5)


def judge(control_id, **row):
    """The outcome of one row; the peers of the group have 1000 records, those of the country 5000."""
    control = controls()[control_id]
    peers = {"group_own": 1000, "group_records": 50, "country_own": 5000, "country_records": 1000}
    whole = {"municipality": OWN, "service_type": 15, "national_records": 2000, "national_own": 10_000, **peers, **row}
    return RECORD_METHODS[control.method][1](control, [whole], YEAR)


HEAP = {"seconds": 12_600, "own": 40, "own_seconds": 40 * 7200, "group_seconds": 1000 * 7200, "national_seconds": 10_000 * 7200}


# A share of 30 per cent, and 25 points above the 5 per cent of the group.
@pytest.mark.parametrize(("at_value", "stands_out"), [(12, True), (11, False)])
def test_e08_one_value_of_hours_in_three_of_ten_records(at_value, stands_out):
    assert bool(judge("E08", **HEAP, records=at_value).findings) is stands_out


@pytest.mark.parametrize(("at_value", "stands_out"), [(18, True), (17, False)])
def test_e08_the_share_is_held_against_the_groups(at_value, stands_out):
    assert bool(judge("E08", **HEAP, records=at_value, group_records=200).findings) is stands_out


@pytest.mark.parametrize(("own", "judged"), [(30, 1), (29, 0)])
def test_e08_few_records_are_not_judged(own, judged):
    outcome = judge("E08", **HEAP | {"own": own}, records=own)
    assert (outcome.judged, outcome.not_judged, len(outcome.findings)) == (judged, 1 - judged, judged)


def test_e08_expects_the_peers_mean_for_the_records_above_their_share():
    # 20 of 40 records have 3.5 hours, the group's share is 5 per cent: 18 are above it, at 1.5 hours more than the mean of 2.
    (finding,) = judge("E08", **HEAP, records=20).findings
    assert (finding.value, finding.expected, finding.national) == (80, pytest.approx(80 - 18 * 1.5), 20_000)
    assert finding.influence == pytest.approx(27 / 20_000)
    assert finding.about == "3.5"


def test_the_country_is_the_peer_where_the_group_is_too_small():
    # 40 per cent are above the group's 5 and the limit, but not 25 points above the country's 20.
    few = {"group_own": 29, "group_records": 1}
    assert judge("E08", **HEAP, records=16).findings
    assert not judge("E08", **HEAP, records=16, **few).findings
    assert judge("E08", **HEAP, records=16, **few, country_own=29).judged == 0


@pytest.mark.parametrize(("ones", "stands_out"), [(300, True), (299, False)])
def test_e09_scores_of_one_in_three_of_ten(ones, stands_out):
    outcome = judge("E09", own=1000, records=ones)
    assert [(f.value, f.expected) for f in outcome.findings] == ([(300, 50)] if stands_out else [])


@pytest.mark.parametrize(("ones", "stands_out"), [(350, True), (349, False)])
def test_e09_fifteen_points_above_the_peers(ones, stands_out):
    assert bool(judge("E09", own=1000, records=ones, group_records=200).findings) is stands_out


@pytest.mark.parametrize(("own", "judged"), [(500, 1), (499, 0)])
def test_e09_few_scores_are_not_judged(own, judged):
    assert judge("E09", own=own, records=own).judged == judged


@pytest.mark.parametrize(("on_one_day", "stands_out"), [(10, True), (9, False)])
def test_e10_half_of_the_services_start_on_one_day(on_one_day, stands_out):
    outcome = judge("E10", own=20, records=on_one_day, begun=(date(2019, 3, 1) - FIRST_DAY).days)
    assert [(f.about, f.expected, f.influence) for f in outcome.findings] == (
        [("2019-03-01", 1.0, pytest.approx(9 / 10_000))] if stands_out else []
    )


@pytest.mark.parametrize(("on_one_day", "stands_out"), [(12, True), (11, False)])
def test_e10_three_tenths_above_the_peers(on_one_day, stands_out):
    assert bool(judge("E10", own=20, records=on_one_day, begun=0, group_records=300).findings) is stands_out


@pytest.mark.parametrize(("own", "judged"), [(20, 1), (19, 0)])
def test_e10_few_services_are_not_judged(own, judged):
    assert judge("E10", own=own, records=own, begun=0).judged == judged


@pytest.mark.parametrize(("elsewhere", "stands_out"), [(20, True), (19, False)])
def test_e11_one_person_in_twenty_is_reported_elsewhere_too(elsewhere, stands_out):
    outcome = judge("E11", own=400, records=elsewhere, group_records=10)
    assert [(f.value, f.expected, f.national) for f in outcome.findings] == ([(20, 4, 10_000)] if stands_out else [])


@pytest.mark.parametrize(("elsewhere", "stands_out"), [(32, True), (31, False)])
def test_e11_three_points_above_the_peers(elsewhere, stands_out):
    assert bool(judge("E11", own=400, records=elsewhere, group_records=50).findings) is stands_out


@pytest.mark.parametrize(("own", "judged"), [(100, 1), (99, 0)])
def test_e11_few_persons_are_not_judged(own, judged):
    assert judge("E11", own=own, records=own).judged == judged


@pytest.mark.parametrize(("testing", "stands_out"), [(1, True), (0, False)])
def test_e12_a_single_user_for_testing(testing, stands_out):
    outcome = judge("E12", own=5, records=0, testing=testing)
    assert ([f.value for f in outcome.findings], outcome.judged) == ([1.0] * stands_out, 1)


def test_a_municipality_is_not_told_how_many_others_report_too(duckdb_engine):
    tables = duckdb_engine.from_arrow(register_tables(person=persons(IN_FIVE)))
    found = review(duckdb_engine, tables, DraftRelease("drawn", (), None, {}), YEAR)
    assert [(f.control, f.municipality, f.value) for f in found.findings] == [("E12", m, 1.0) for m in SIX[:5]]
    told = municipality_reports(replace(found, municipalities=(SIX[0],)))[0].content["findings"]
    assert [(f["control"], f["value"], f["expected"]) for f in told] == [("E12", None, None)]
    duckdb_engine.forget(*tables.values())


def test_a_review_of_records_finds_what_is_heaped_and_started_together(engine):
    spread_out = [(m, 15, 1 + n / 10, date(YEAR, 1 + n % 12, 1 + n % 28)) for m in (PEER, GROUP[2]) for n in range(40)]
    together = [(OWN, 15, 35.5, date(2019, 3, 1)) for _ in range(40)]
    tables = engine.from_arrow(register_tables(service=services([*spread_out, *together])))
    found = review(engine, tables, DraftRelease("drawn", (), None, {}), YEAR)
    assert [(f.control, f.municipality, f.service, f.about) for f in found.findings] == [
        ("E08", OWN, "15", "35.5"),
        ("E10", OWN, "15", "2019-03-01"),
    ]
