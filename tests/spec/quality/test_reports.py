"""What the reports say of a drawn group: a municipality's own in full, the national one without counts of any of them."""

import json

import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.quality import municipality_report, national_report
from omsorgstall.quality.effects import Amounts, Effects
from omsorgstall.quality.national import told
from omsorgstall.quality.variables import variables
from tests.register_rows import YEAR
from tests.spec.quality.books import BEST, GOOD, GROUP, POOR, SMALL, book, share


def the(items, **wanted):
    (found,) = [i for i in items if all(i[k] == v for k, v in wanted.items())]
    return found


def test_a_municipality_sees_its_shares_over_the_years_and_its_rank():
    content = municipality_report(book(), POOR).content
    household = the(content["variables"], variable="household")
    assert [(y["year"], y["valid"], y["missing"], y["share_valid"]) for y in household["years"]] == [
        (YEAR - 1, 500, 500, 0.5),
        (YEAR, 400, 600, 0.4),
    ]
    assert household["change"] == -10.0
    assert household["rank"] == {"place": 3, "of": 4}
    assert content["overall"]["findings_rank"] == {"place": 3, "of": 4}
    assert content["overall"]["years"][-1]["findings_per_thousand"] == 602


def test_its_findings_tell_how_many_what_to_do_and_where():
    content = municipality_report(book(), GOOD).content
    missing = the(content["findings"], rule="C02")
    assert (missing["count"], missing["at_least"], len(missing["records"])) == (100, False, 100)
    assert missing["records"][3] == {"table": "person", "record": "b3", "line": 3, "field": "husstand"}
    assert [y["count"] for y in missing["years"]] == [0, 100]
    assert missing["effect"] is None
    after_death = the(content["findings"], rule="C24")
    assert after_death["effect"]["difference"] == {
        "users": 2,
        "users_at_year_end": 1,
        "hours": 400,
        "hours_with_overlap": 400,
        "bed_days": 0,
    }
    assert the(after_death["effect"]["services"], service=15)["figures"]["hours"] == 100_000


def test_no_report_holds_anything_of_another_municipality():
    text = json.dumps(municipality_report(book(), SMALL).content)
    assert not any(f'"{other}"' in text for other in GROUP if other != SMALL)


def test_a_municipality_without_records_has_no_report():
    with pytest.raises(OmsorgstallError) as caught:
        municipality_report(book(), "0301")
    assert caught.value.code == "nothing-delivered"


def test_the_national_report_adds_up_and_rounds():
    content = national_report(book()).content
    household = the(content["variables"], variable="household")
    assert household["years"][-1] == {
        "year": YEAR,
        "records": 3020,
        "share_valid": 0.763,
        "share_unknown": 0,
        "share_missing": 0.237,
        "share_invalid": 0,
    }
    assert household["change"] == 26.3
    assert the(content["findings"], rule="C02")["count"] == 720  # 100 + 600 + 15
    assert the(content["findings"], rule="C24")["count"] is None  # six are too few to tell


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (14, 10), (16, 20), (1234, 1230)])
def test_a_count_of_few_is_not_told_and_others_are_rounded(count, shown):
    assert told(count) == shown


@pytest.mark.parametrize(("persons", "shown"), [(15, 20), (9, None), (0, 0)])
def test_the_national_report_tells_how_many_fell_out_as_users_for_testing(persons, shown):
    content = national_report(book(testing={YEAR: persons})).content
    assert [y["users_for_testing"] for y in content["coverage"]["years"]] == [0, shown]
    assert content["limits"]["testing_municipalities"] == 5


def test_a_municipality_is_named_in_a_band_when_it_lies_far_below_and_has_enough_records():
    """The small one has the lowest share of all, of 20 records: it is not named."""
    (found,) = national_report(book()).content["standing_out"]
    assert [(m["number"], m["from"], m["to"]) for m in found["municipalities"]] == [(POOR, 0.25, 0.5)]


@pytest.mark.parametrize(("valid", "named"), [(9, False), (10, True), (11, True)])
def test_a_band_is_never_of_fewer_than_the_least_count(valid, named):
    shares = (*(share(m, 1000, 1000) for m in (BEST, GOOD, SMALL)), share(POOR, valid, 1000))
    found = national_report(book(shares=shares)).content["standing_out"]
    assert [m["number"] for v in found for m in v["municipalities"]] == [POOR] * named


def test_nothing_public_tells_a_count_of_a_municipality():
    content = national_report(book()).content
    for key in ("variables", "findings", "effects", "controls", "tables"):
        assert not any(f'"{number}"' in json.dumps(content[key]) for number in GROUP)
    assert all(set(m) == {"number", "name", "from", "to"} for v in content["standing_out"] for m in v["municipalities"])


@pytest.mark.parametrize(
    ("persons", "shown"),
    [(9, {}), (10, {"users": 0.002, "users_at_year_end": 0.002, "hours": 0.004, "hours_with_overlap": 0.004})],
)
def test_an_effect_of_few_persons_is_not_told(persons, shown):
    drawn = book().effects
    few = Effects(YEAR, drawn.figures, drawn.differences, {(GOOD, "C24"): persons})
    effect = the(national_report(book(effects=few)).content["effects"], rule="C24")
    assert {n: round(s, 3) for n, s in effect["shares"].items()} == shown


def test_a_table_tells_which_findings_it_rests_on():
    tables = national_report(book()).content["tables"]
    assert [r["rule"] for r in the(tables, table="11643")["rules"]] == ["C24"]
    assert the(tables, table="06971")["rules"] == []


def test_ranks_and_rates_count_only_faults_to_correct():
    rated = book(found=book().found)
    assert rated.findings_rate(BEST, YEAR) == 0
    assert rated.overall(GOOD, YEAR) == 0.9


def test_amounts_below_the_noise_of_floats_are_nothing():
    assert not Amounts(hours=1e-9)
    assert Amounts(hours=0.5)


def test_every_variable_has_texts_and_a_column():
    for variable in variables().values():
        assert all((variable.label.nb, variable.label.nn, variable.label.en))
    assert len({v.label.nb for v in variables().values()}) == len(variables())
