"""How published figures are counted: a few people drawn by hand."""

import numpy as np
import pytest
from bench.published_counts import computed
from bench.published_people import Nation

from omsorgstall.codes import population
from omsorgstall.measures.survival import Lasting

HOME, HEALTH, STAY = 1 << 1, 1 << 15, 1 << 21
AT_END = {
    # an old woman at home with both services, a young man with personal assistance, two residents
    "services": [HOME | HEALTH, 1 << 3, STAY, STAY],
    "with_hours": [HOME, 1 << 3, 0, 0],
    "hours": [4.0, 40.0, 0.0, 0.0],
    "day_hours": [0.0, 0.0, 0.0, 0.0],
    "age": [91, 30, 85, 95],
    "sex": [2, 1, 2, 2],
    "need": ["1", "3", "3", "9"],
    "help": ["H1", "INGEN", "9", "9"],
    "place": ["HOME", "HOME", "LONG_TERM", "LONG_TERM"],
    "municipality": ["4204", "0301", "0301", "4204"],
    "alone": [True, False, True, True],
    "plan": [False, True, False, False],
    "doctor": [False, False, True, False],
    "dental": [True, False, True, True],
}
DURING = {
    "services": [HOME | HEALTH, 1 << 3, STAY, STAY, HEALTH],
    "age": [91, 30, 85, 95, 92],
    "sex": [2, 1, 2, 2, 1],
    "need": ["1", "3", "3", "9", "2"],
    "municipality": ["4204", "0301", "0301", "4204", "4204"],
    "group": ["PRACTICAL_AND_HEALTH", "PRACTICAL_ONLY", "LONG_TERM", "LONG_TERM", ""],
    "medication_review": [-1, -1, 1, 9, -1],
    "undernutrition": [-1, -1, 2, 1, -1],
    "clock": [False, True, True, True, True],
    "waits": [True, False, False, False, True],
}
DECIDED = {
    "service_type": [21, 18, 21, 3, 3],
    "outcome": ["granted", "granted", "granted", "granted", "refused"],
    "complaint": [False, False, False, False, True],
    "waiting_days": [0, 20, -3, 5, -1],
}
NATION = Nation(
    2022,
    {k: np.array(v) for k, v in AT_END.items()},
    {k: np.array(v) for k, v in DURING.items()},
    {k: np.array(v) for k, v in DECIDED.items()},
    {
        "pseudonym": np.array(["a", "a", "b"]),
        "legal_basis": np.array(["health_care", "disability_planned", "health_care"]),
        "municipality": np.array(["4204", "4204", "4204"]),
    },
    (Lasting(100, 4, 1, 0.75), Lasting(731, 2, 1, 0.375)),
    {"left": np.array([30, 400]), "ended_by_death": np.array([True, True]), "municipality": np.array(["4204", "4204"])},
    {"within_year": np.array(["new", "continuing", "continuing", "continuing", "ended"]), "died": np.array([False] * 4 + [True])},
)
BOTH = "Både praktisk bistand og helsetjenester i hjemmet"
HOME_CARE = "Helsetjenester i hjemmet og/eller praktisk bistand"
EVERYBODY = "Alle tjenestemottakere"
BPA = "Praktisk bistand - brukerstyrt personlig assistanse"
EXPECTED = {
    ("recipients_at_31.12_exclusive_group", BOTH, "need=all"): 1,
    ("need_share_at_31.12_exclusive_group", EVERYBODY, "need=omfattende"): 50,
    ("mean_allotted_hours_per_week_at_31.12", HOME_CARE, "age=all;need=all"): 22,
    ("mean_allotted_hours_per_week_at_31.12", HOME_CARE, "age=90+;need=all"): 4,
    ("mean_allotted_hours_per_week_by_private_unpaid_help_at_31.12", HOME_CARE, "private_help=receives_none"): 40,
    ("recipients_with_hours_at_31.12", "Helsetjenester i hjemmet", "hours_per_week=over_0"): 0,
    ("recipients_at_31.12", HOME_CARE, "any hours"): 2,
    ("recipients_at_31.12", "Tjenestemottakere utenfor institusjon", "age=90+"): 1,
    ("recipients_during_year", EVERYBODY, "age=90+;sex=all"): 3,
    ("services_used_during_year", "Alle tjenester", "all"): 6,
    ("share_men_during_year", EVERYBODY, "sex=M"): 40,
    ("need_share_during_year", EVERYBODY, "age=90+;need=noe_avgrenset"): 100 / 3,
    ("turnover_share", EVERYBODY, "left_dead"): 20,
    ("decisions_during_year", BPA, "outcome=refused"): 1,
    ("refusal_share", BPA, "outcome=refused"): 50,
    ("complaints_received_during_year", BPA, "all"): 1,
    ("share_by_days_from_decision_to_start", "Sykehjemsplass", "16-30 days"): 50,
    ("share_with_active_individual_plan_at_31.12", HOME_CARE, "need=omfattende"): 100,
    ("persons_subject_to_coercion_during_year", "Helsehjelp med tvang - kap. 4 A", "all"): 2,
    ("share_assessed_by_doctor_last_12_months", "Langtidsopphold", "all"): 50,
    ("share_assessed_by_doctor_last_12_months", "Langtidsopphold", "municipality_population=50000+"): 50,
    ("share_assessed_by_dental_personnel", "Sykehjemsbeboere", "Oslo"): 100,
    ("share_assessed_by_dental_personnel", EVERYBODY, "stated as one in ten"): 75,
    ("share_with_medication_review_last_12_months", "Langtidsopphold", "all"): 50,
    ("share_with_nutrition_followup", "Sykehjemsbeboere", "all"): 100,
    ("housing_share", EVERYBODY, "ordinary_private_residence; stated as seven in ten"): 50,
    ("persons_with_24h_service_offer", "Heldøgnstjenestetilbud", "about"): 3,
    ("persons_on_waiting_list_reported_to_register", "Langtidsplass", "date in year"): 2,
    ("share_completed_stays_6_months_or_less", "Sykehjem", "ended by death"): 50,
    ("median_survival_from_admission", "Sykehjem", "all"): 731 / 365.25,
    ("mean_completed_stay", "Sykehjem", "municipality=Kristiansand; 1 year"): 215 * 12 / 365.25,
    ("yearly_mortality", "Sykehjem", "all"): 100,
}


@pytest.mark.parametrize(("figure", "expected"), EXPECTED.items(), ids=lambda v: " ".join(v) if isinstance(v, tuple) else None)
def test_a_published_figure_is_counted_as_it_says(figure, expected):
    assert computed(NATION, *figure) == pytest.approx(expected)


def test_what_is_not_defined_is_not_counted():
    assert computed(NATION, "beds_at_31.12", "Sykehjem", "all") is None
    assert (
        computed(NATION, "share_by_days_from_decision_to_start", "Sykehjemsplass", "0-15 days;county=Telemark (lowest)") is None
    )
    assert computed(NATION, "turnover_share", EVERYBODY, "new_recipients_without_earlier_services") is None


def test_shares_of_inhabitants_during_the_year_are_of_those_who_lived_when_it_began_by_the_age_they_reach():
    people = population(2022)
    reached = sum(n for age, n in zip(people["age"].to_pylist(), people["persons"].to_pylist(), strict=True) if age >= 89)
    assert computed(NATION, "share_of_population_during_year", EVERYBODY, "age=90+;sex=all") == pytest.approx(300 / reached)
