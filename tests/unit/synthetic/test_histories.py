"""Histories hang together: nothing before birth or after death, one place at a time, faults at their rates."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from omsorgstall.codes import service_types
from omsorgstall.synthetic.facts import facts
from omsorgstall.synthetic.parameters import default_parameters
from omsorgstall.synthetic.reporting import cut

RATES = default_parameters().faults
HOUR_SERVICES = [code for code, s in service_types().items() if s.unit == "hours_per_week"]
YEAR = 2021


def share(mask):
    return np.asarray(mask).mean()


def test_no_service_runs_before_birth_or_after_death(home):
    records, refused = home.records, home.decisions.refused
    granted = np.flatnonzero(~refused)
    person = records.person[granted]
    assert (records.start[granted] >= home.people.birth[person]).all()
    assert (records.end[granted] < home.death[person]).all()
    assert (records.end[granted] >= records.start[granted]).all()


def test_short_stays_of_a_person_never_overlap(home):
    records = home.records
    stays = np.flatnonzero(np.isin(records.code, (18, 19, 20, 25)) & ~home.decisions.refused)
    stays = stays[np.lexsort((records.start[stays], records.person[stays]))]
    same = records.person[stays][1:] == records.person[stays][:-1]
    assert (records.start[stays][1:][same] > records.end[stays][:-1][same]).all()


def test_home_services_stop_where_a_long_term_stay_begins(home):
    records = home.records
    granted = ~home.decisions.refused
    entry = {}
    for n in np.flatnonzero(granted & (records.code == 21)):
        entry[records.person[n]] = min(entry.get(records.person[n], 10**9), records.start[n])
    home_service = np.flatnonzero(granted & np.isin(records.code, (1, 2, 3, 15)))
    later = [n for n in home_service if records.start[n] >= entry.get(records.person[n], 10**9)]
    assert not later


def test_people_of_the_year_all_have_a_record_and_a_number_of_their_own(tables):
    numbers = tables["person"]["identity_number"]
    assert pc.count_distinct(numbers).as_py() == len(numbers)
    assert set(tables["service"]["identity_number"].to_pylist()) == set(numbers.to_pylist())
    for name in ("assessment", "pause", "stay", "hospital_stay", "diagnosis"):
        assert pc.all(pc.is_in(tables[name]["identity_number"], numbers.combine_chunks())).as_py()


def test_nothing_from_after_the_data_year_is_told(tables):
    last = pa.scalar(np.datetime64(f"{YEAR}-12-31").item(), pa.date32())
    for name, column in (("service", "decision_date"), ("service", "start_date"), ("person", "death_date")):
        assert pc.all(pc.less_equal(tables[name][column], last)).as_py()


def test_missing_end_dates_come_at_their_rate(home, tables):
    shown = cut(home, YEAR)
    ended = home.records.end[shown.rows] <= shown.last_day
    reported = tables["service"]["end_date"].is_null().to_numpy()
    granted = ~home.decisions.refused[shown.rows]
    assert share(reported[ended & granted]) == pytest.approx(RATES["missing_end_date"], abs=0.006)


def test_organisation_numbers_are_missing_and_forbidden_at_their_rates(tables):
    services = tables["service"].filter(pc.equal(tables["service"]["outcome"], 1))
    code = services["service_type"].to_numpy()
    missing = services["organisation_number"].is_null().to_numpy()
    rule = {c: s.organisation_number for c, s in service_types().items()}
    for name, rate in (
        ("mandatory", RATES["orgnr_missing_mandatory"]),
        ("optional", RATES["orgnr_missing_optional"]),
        ("forbidden", 1 - RATES["orgnr_present_forbidden"]),
    ):
        chosen = np.isin(code, [c for c, r in rule.items() if r == name])
        assert share(missing[chosen]) == pytest.approx(rate, abs=0.06)


def test_hours_stand_on_hour_services_only(tables):
    services = tables["service"].filter(pc.equal(tables["service"]["outcome"], 1))
    given = services["weekly_hours"].is_valid().to_numpy()
    hour_service = np.isin(services["service_type"].to_numpy(), HOUR_SERVICES)
    assert not given[~hour_service].any()
    assert share(~given[hour_service]) == pytest.approx(RATES["hours_missing"], abs=0.01)


def test_waiting_time_is_sometimes_negative(tables):
    services = tables["service"]
    days = pc.cast(services["start_date"], pa.int32()).to_numpy() - pc.cast(services["decision_date"], pa.int32()).to_numpy()
    assert 0.03 < share(days[~np.isnan(days)] < 0) < 0.15


def test_housework_is_often_not_relevant_in_institutions(tables):
    long_term = tables["service"].filter(pc.equal(tables["service"]["service_type"], 21))["identity_number"].combine_chunks()
    assessed = tables["assessment"]
    inside = assessed.filter(pc.is_in(assessed["identity_number"], long_term))
    assert 0.1 < share(inside["f01"].to_numpy() == 9) < 0.5
    assert share(assessed["f16"].is_null().to_numpy()) == pytest.approx(RATES["economy_empty"], abs=0.12)


def test_users_by_age_and_need_are_of_the_published_order(home, tables):
    shown = cut(home, YEAR)
    people = home.people.take(shown.persons)
    found, _ = facts(tables, YEAR, 45_000.0, people.onset)
    users = found.during.any(axis=1).sum()
    assert 0.05 < users / 45_000 < 0.10
    long_term = found.at_end[:, 21]
    at_home = found.at_end[:, 15]
    assert share(found.need[long_term] == 3) > 0.7 > 0.5 > share(found.need[at_home] == 3)
