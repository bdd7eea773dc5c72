"""Organisation lists: what a bad one is told, and what is said and kept of the one that findings rest on."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.access import Grant, Scope
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.pipeline.unit_lists import unit_list
from omsorgstall.app.settings import Places
from omsorgstall.core import OmsorgstallError
from omsorgstall.formats.batch import open_batch
from omsorgstall.formats.spreadsheet import SheetRow
from omsorgstall.formats.units import COLUMNS, UnitFile
from omsorgstall.intake import PseudonymKey, check_batch, receipt
from omsorgstall.intake.row_faults import fault_texts, refused_lines
from omsorgstall.intake.unit_list import check_units
from omsorgstall.publish.receipts import receipt_html, receipt_text
from omsorgstall.register import Store
from tests.builders.submissions import PERSON, SENDER, SERVICE, made_up_number, submission
from tests.spec.intake.case import listed
from tests.spec.intake.cases_of_units import NUMBER, NURSING, OTHER

KEY = PseudonymKey(bytes(range(32)))
HEADING = ",".join(COLUMNS)
GRANT = Grant(SENDER, Scope.owner(SENDER, "test", "tester"))


def faults_of(path, *rows, heading=HEADING):
    path.write_text("\n".join([heading, *rows]), "utf-8")
    found, faults = unit_list(path, None)
    assert (found is None) == bool(faults)
    return [(f.line, f.column, f.id) for f in faults]


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        ("974760674,86.901,,,", "organisation_number", "number-not-valid"),
        ("97476067,86.901,,,", "organisation_number", "number-not-valid"),
        (",86.901,,,", "organisation_number", "number-not-valid"),
        (f"{NUMBER},Q,,,", "industry_code", "industry-not-valid"),
        (f"{NUMBER},8,,,", "industry_code", "industry-not-valid"),
        (f"{NUMBER},86.901,01.02.2022,,", "active_from", "date-not-valid"),
        (f"{NUMBER},86.901,,2022-02-30,", "active_to", "date-not-valid"),
        (f"{NUMBER},86.901,2022-03-01,2022-02-28,", "active_to", "ends-before-it-begins"),
        (f"{NUMBER},86.901,,,-1", "weekly_staff_hours", "hours-not-valid"),
        (f"{NUMBER},86.901,,,mange", "weekly_staff_hours", "hours-not-valid"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line_and_column(tmp_path, row, column, fault):
    assert faults_of(tmp_path / "units.csv", f"{OTHER},86.901,,,", row) == [(3, column, fault)]


@pytest.mark.parametrize("row", [f"{NUMBER},86,2022-03-01,2022-03-01,0", f"{NUMBER},86.9,,,37.5", f"{NUMBER}0,87102,,,"])
def test_a_row_on_the_right_side_of_each_limit_is_taken(tmp_path, row):
    assert faults_of(tmp_path / "units.csv", row) == []


@pytest.mark.parametrize(("until", "told"), [("2022-02-28", []), ("2022-03-01", [(3, "organisation_number", "listed-twice")])])
def test_periods_of_a_unit_follow_one_another(tmp_path, until, told):
    rows = (f"{NUMBER},84.110,,{until},", f"{NUMBER},86.901,2022-03-01,,")
    assert faults_of(tmp_path / "units.csv", *rows) == told


def test_every_fault_is_told_in_three_languages_without_its_value(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text(f"{HEADING}\n123,xyz,nei,aldri,mange\n", "utf-8")
    faults = unit_list(path, None)[1]
    assert len(faults) == 5
    for language in ("nb", "nn", "en"):
        lines = refused_lines(faults, "unit", language)
        assert all(line.startswith("line 2, ") and line.endswith(".") for line in lines)
        assert not any(value in line for value in ("123", "xyz", "aldri", "mange") for line in lines)
    assert len(fault_texts("unit")) == 6


def test_a_list_by_semicolon_with_other_columns_is_read(tmp_path):
    assert faults_of(tmp_path / "units.csv", f"Heimen;{NUMBER};87.102", heading="name;organisation_number;industry_code") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-units"),
        ("organisation_number\n974760673", "not-units"),
        ("organisation_number,industry_code,industry_code\n974760673,86,86", "not-units"),
        (HEADING, "empty-file"),
        (f"{HEADING}\n{NUMBER},86", "not-csv"),
    ],
)
def test_a_file_that_is_no_list_says_why(tmp_path, text, code):
    (tmp_path / "units.csv").write_text(text, "utf-8")
    with pytest.raises(OmsorgstallError) as caught:
        unit_list(tmp_path / "units.csv", None)
    assert caught.value.code == code
    assert caught.value.todo


numbers = st.sampled_from([NUMBER, OTHER, "974589095"])
days = st.dates(date(2022, 1, 1), date(2022, 1, 12))


@settings(max_examples=60)
@given(
    drawn=st.lists(st.tuples(numbers, days, st.integers(0, 4)), max_size=8), asked=st.lists(st.tuples(numbers, days), min_size=1)
)
def test_the_unit_of_a_day_is_the_one_found_by_looking_at_every_row(drawn, asked):
    rows, taken = [], set()
    for number, first, more in drawn:
        period = {(number, first.toordinal() + n) for n in range(more + 1)}
        if not period & taken:
            taken |= period
            rows.append((number, first, date.fromordinal(first.toordinal() + more)))
    if not rows:
        return
    texts = [dict(zip(COLUMNS, (n, str(86 + i % 3), f, t, None), strict=True)) for i, (n, f, t) in enumerate(rows)]
    sheet = [SheetRow(i, {k: str(v) if v else None for k, v in row.items()}) for i, row in enumerate(texts, start=2)]
    units, _ = check_units(UnitFile("units.csv", "0", tuple(sheet)), date(2022, 1, 1))
    wanted, when = [n for n, _ in asked], [d.toordinal() for _, d in asked]
    found = units.places(pa.array(wanted), np.array(when))
    kept = units.rows.select(list(COLUMNS[:4])).to_pylist()
    for number, day, place in zip(wanted, [d for _, d in asked], found, strict=True):
        fits = [i for i, r in enumerate(kept) if r["organisation_number"] == number and r["active_from"] <= day <= r["active_to"]]
        assert fits == ([place] if place >= 0 else [])


def test_hours_of_a_place_are_added_over_chunks_and_told_by_its_number(tmp_path, duckdb_engine):
    who = [{"identity_number": made_up_number(n), "identity_type": 1} for n in range(3)]
    people = [PERSON | w | {"local_person_id": f"b{n}"} for n, w in enumerate(who)]
    services = [SERVICE | w | {"service_id": f"t{n}", "weekly_hours": 1.0} for n, w in enumerate(who)]
    path = submission(tmp_path / "batch.xml", person=people, service=services)
    units = listed(tmp_path / "units.csv", f"{NUMBER},88.101,,,2.5")
    checked = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True, persons_a_chunk=1, units=units)
    told = [r for r in checked.findings.to_pylist() if r["rule_id"] == "C52"]
    assert [(r["record"], r["table"], r["field"]) for r in told] == [(NUMBER, "service", "organisation_number")]
    assert told[0]["line"] == min(checked.chunks[0]["service"]["line"].to_pylist())


def test_the_receipt_says_which_list_was_used_or_that_there_was_none(tmp_path, duckdb_engine):
    path = submission(tmp_path / "batch.xml", service=[SERVICE])
    for rows, wanted in (((NURSING,), "organisasjonsliste av 2023-01-05 med 1 rader"), (None, "reglene C21, C52 ikke vurderes")):
        units = None if rows is None else listed(tmp_path / "units.csv", *rows)
        report = receipt(check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True, units=units), "")
        assert (report.content["organisation_list"]["list"] is None) == (rows is None)
        for shown in (receipt_html(report, GRANT), receipt_text(report, GRANT)):
            assert wanted in shown


def test_what_findings_rest_on_is_kept_with_the_submission(tmp_path):
    places = Places(tmp_path / "store", None)
    PseudonymKey.create(places.store)
    path = submission(tmp_path / "batch.xml", service=[SERVICE])
    units = listed(tmp_path / "units.csv", f"{OTHER},86.901,,,")
    (taken,) = take_in(places, [path], Terms(test_persons=True, units=units), processes=1)
    with Store.open(places.register) as store:
        kept = store.header(taken.submission)["organisation_list"]
    assert kept == {"sha256": units.used.sha256, "dated": "2023-01-05", "units": 1}
    told = json.loads(taken.receipt.with_suffix(".json").read_text("utf-8"))
    assert told["organisation_list"]["list"] == kept
    assert [f["count"] for f in told["findings"] if f["rule"] == "C21"] == [1]
