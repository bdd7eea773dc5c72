"""Every rule of intake on the cases drawn for it."""

import pytest

from omsorgstall.formats.batch import open_batch
from omsorgstall.intake import PseudonymKey, Stage, check_batch, rules
from omsorgstall.intake.expressions import EXPRESSIONS
from tests.builders.submissions import YEAR
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
