"""Every rule of intake on the cases drawn for it."""

import pytest

from omsorgstall.formats.batch import open_batch
from omsorgstall.intake import PseudonymKey, Stage, check_batch, rules
from omsorgstall.intake.expressions import EXPRESSIONS
from tests.builders.submissions import ASSESSMENT, PERSON, SERVICE, YEAR, edited, submission
from tests.spec.intake.case import FAILS, PASSES, UNKNOWN, Case
from tests.spec.intake.cases_of_events import EVENT_CASES
from tests.spec.intake.cases_of_rules import CASES

KEY = PseudonymKey(bytes(range(32)))


def outcome(case: Case, path, engine) -> str:
    raw = open_batch(case.write(path))
    units = case.unit_list(path.parent)
    checked = check_batch(raw, KEY, engine, expected_year=case_year(case), test_persons=case.rule != "N15", units=units)
    if checked.counts.failed.get(case.rule):
        return FAILS
    return UNKNOWN if checked.counts.unknown.get(case.rule) else PASSES


def case_year(case: Case) -> int | None:
    return YEAR if case.rule == "A11" else None


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_rule_says_what_its_case_says(case, tmp_path, duckdb_engine):
    assert outcome(case, tmp_path / "batch.xml", duckdb_engine) == case.outcome


def test_a_case_is_about_its_rule_only():
    names = [c.name for c in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", rules().values(), ids=lambda r: r.id)
def test_every_rule_has_cases_on_which_it_fails_and_passes(rule):
    assert {FAILS, PASSES} <= {c.outcome for c in (*EVENT_CASES, *CASES) if c.rule == rule.id}


@pytest.mark.parametrize("rule", rules().values(), ids=lambda r: r.id)
def test_every_rule_has_texts_in_three_languages_and_a_source(rule):
    for text in (rule.title, rule.wrong, rule.todo):
        assert all(text.in_language(language).strip() for language in ("nb", "nn", "en"))
    assert rule.source
    assert not rule.assumed or "ASSUMED" in rule.assumed or "Nationally" in rule.assumed or "unknown" in rule.assumed


def test_every_content_rule_has_an_expression_and_no_expression_is_without_a_rule():
    assert set(EXPRESSIONS) == {r.id for r in rules().values() if r.stage is Stage.CONTENT}


def test_rules_on_institution_stays_mean_the_same_stays():
    assert rules()["C22"].limits["stays"] == rules()["C23"].limits["stays"]  # one pass over a person's services serves both


def test_a_value_that_a_rule_leaves_out_is_empty_in_the_accepted_row(tmp_path, duckdb_engine):
    case = next(c for c in CASES if c.rule == "C16" and c.outcome == FAILS)
    raw = open_batch(case.write(tmp_path / "batch.xml"))
    checked = check_batch(raw, KEY, duckdb_engine, test_persons=True)
    assert checked.chunks[0]["service"]["weekly_hours"].to_pylist() == [None]


def test_a_rule_that_holds_from_a_year_is_silent_before_it(tmp_path, duckdb_engine):
    case = next(c for c in CASES if c.name == "C20 fails: mandatory and missing")
    path = case.write(tmp_path / "batch.xml")
    text = path.read_text("utf-8").replace('kommuneNr="4204" argang="2022"', 'kommuneNr="1001" argang="2014"')
    path.write_text(text, "utf-8")
    checked = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True)
    assert "C20" not in checked.counts.failed


@pytest.mark.parametrize(
    ("written", "kept"), [("08.01", (8, 1)), ("8.01", (8, 1)), ("08.02", (8, 2)), ("8", (8, None)), ("08", (8, None))]
)
def test_respite_of_two_parts_becomes_the_type_and_its_kind(tmp_path, duckdb_engine, written, kept):
    path = submission(tmp_path / "batch.xml", service=[SERVICE | {"service_type": 8}, SERVICE | {"service_id": "t2"}])
    path = edited(path, 'tjenesteType="8"', f'tjenesteType="{written}"')
    (chunk,) = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True).chunks
    found = chunk["service"].select(["service_type", "respite_kind"]).to_pylist()
    assert [tuple(row.values()) for row in found] == [kept, (15, None)]


def test_the_type_of_the_identity_number_is_kept_and_the_number_is_not(tmp_path, duckdb_engine):
    foreign = {"identity_number": "AB123", "identity_type": 4, "local_person_id": "b2", "household": 2}
    path = submission(tmp_path / "batch.xml", person=[PERSON, foreign])
    (chunk,) = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True).chunks
    assert chunk["person"]["identity_type"].to_pylist() == [1, 4]
    assert "identity_number" not in chunk["person"].column_names


def test_level_and_type_of_stay_are_kept_as_sent(tmp_path, duckdb_engine):
    path = submission(tmp_path / "batch.xml", service=[SERVICE | {"service_level": "N2", "stay_type": "korttid"}])
    (chunk,) = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True).chunks
    assert chunk["service"].select(["service_level", "stay_type"]).to_pylist() == [
        {"service_level": "N2", "stay_type": "korttid"}
    ]


@pytest.mark.parametrize(("year", "found"), [("2014", 1), ("2015", 0)])
def test_own_economy_is_scored_from_2015(tmp_path, duckdb_engine, year, found):
    path = submission(tmp_path / "batch.xml", assessment=[ASSESSMENT | {"f16": 2}])
    path = edited(path, 'kommuneNr="4204" argang="2022"', f'kommuneNr="1001" argang="{year}"')
    checked = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True)
    assert checked.counts.failed.get("A31", 0) == found
