"""Dwelling files: what a bad one is told, by line and column, and what a good one becomes."""

from datetime import date

import pytest

from omsorgstall.codes.dwellings import dwelling_fields
from omsorgstall.core import OmsorgstallError
from omsorgstall.formats.dwellings import COLUMNS, KEYS, read_dwellings
from omsorgstall.intake.dwelling_list import check_dwellings, dwelling_schema
from omsorgstall.intake.row_faults import fault_texts, refused_lines
from tests.architecture.source import ROOT
from tests.builders.submissions import made_up_number
from tests.spec.intake.cases_of_units import NUMBER, OTHER

HEADING = "municipality,organisation_number,local_person_id,valid_from,valid_to,owner_type,residents_count,call_device"
PAGE = ROOT / "docs" / "reference" / "dwelling-file.md"


def checked(path, *rows, heading=HEADING):
    path.write_text("\n".join([heading, *rows]), "utf-8")
    table, faults = check_dwellings(read_dwellings(path))
    assert (table is None) == bool(faults)
    return table, [(f.line, f.column, f.id) for f in faults]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "dwellings.csv"


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        ("4204,,,,,private,1,ja", "organisation_number", "not-one-key"),
        (f"4204,{NUMBER},7,,,,,", "organisation_number", "not-one-key"),
        (f",{NUMBER[:-1]},,,,,,", "organisation_number", "number-not-valid"),
        (f"4204,,{made_up_number(0, date(1940, 5, 17))},,,,,", "local_person_id", "identity-number"),
        (f"4204,,{'x' * 65},,,,,", "local_person_id", "id-too-long"),
        (",,7,,,,,", "municipality", "municipality-not-valid"),
        ("420,,7,,,,,", "municipality", "municipality-not-valid"),
        (f"Oslo,{NUMBER},,,,,,", "municipality", "municipality-not-valid"),
        (f",{NUMBER},,2022-02-30,,,,", "valid_from", "date-not-valid"),
        (f",{NUMBER},,,1.3.2022,,,", "valid_to", "date-not-valid"),
        (f",{NUMBER},,2022-03-02,2022-03-01,,,", "valid_to", "ends-before-it-begins"),
        (f",{NUMBER},,,,kommune,,", "owner_type", "code-not-valid"),
        (f",{NUMBER},,,,,-1,", "residents_count", "count-not-valid"),
        (f",{NUMBER},,,,,10000,", "residents_count", "count-not-valid"),
        (f",{NUMBER},,,,,2.5,", "residents_count", "count-not-valid"),
        (f",{NUMBER},,,,,,1", "call_device", "flag-not-valid"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line_and_column(path, row, column, fault):
    assert checked(path, f",{OTHER},,,,,,", row)[1] == [(3, column, fault)]


def test_a_row_becomes_typed_values_and_what_is_empty_stays_unknown(path):
    table, _ = checked(path, f"0301,{NUMBER}0,,2022-03-01,2022-03-01,Foundation,9999,JA", "4204,,B-7,,,,0,nei")
    assert table.schema == dwelling_schema()
    place, person = table.to_pylist()
    assert {k: v for k, v in place.items() if v is not None} == {
        "municipality": "0301",
        "organisation_number": NUMBER,
        "valid_from": date(2022, 3, 1),
        "valid_to": date(2022, 3, 1),
        "owner_type": "foundation",
        "residents_count": 9999,
        "call_device": True,
    }
    assert {k: v for k, v in person.items() if v is not None} == {
        "municipality": "4204",
        "local_person_id": "B-7",
        "residents_count": 0,
        "call_device": False,
    }


@pytest.mark.parametrize(("until", "told"), [("2022-02-28", []), ("2022-03-01", [(3, "local_person_id", "listed-twice")])])
def test_periods_of_a_person_follow_one_another(path, until, told):
    rows = (f"4204,,7,,{until},,,", "4204,,7,2022-03-01,,,,", "4205,,7,,,,,")
    assert checked(path, *rows)[1] == told


def test_a_unit_is_the_same_whatever_municipality_stands_beside_it(path):
    assert checked(path, f"0301,{NUMBER},,,,,,", f",{NUMBER},,,,,,")[1] == [(3, "organisation_number", "listed-twice")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-dwellings"),
        ("organisation_number\n974760673\n", "not-dwellings"),
        ("call_device\nja\n", "not-dwellings"),
        ("organisation_number,call_devise\n974760673,ja\n", "not-dwellings"),
        ("organisation_number,call_device,call_device\n974760673,ja,ja\n", "not-dwellings"),
        ("organisation_number,call_device\n", "empty-file"),
        ("organisation_number,call_device\n974760673\n", "not-csv"),
    ],
)
def test_a_file_that_is_no_dwelling_file_is_refused(path, text, code):
    path.write_text(text, "utf-8")
    with pytest.raises(OmsorgstallError) as error:
        read_dwellings(path)
    assert error.value.code == code


def test_every_fault_is_told_in_three_languages_without_its_value(path):
    path.write_text(f"{HEADING}\n42,123,xyz,nei,aldri,konge,mange,kanskje\n", "utf-8")
    faults = check_dwellings(read_dwellings(path))[1]
    for language in ("nb", "nn", "en"):
        lines = refused_lines(faults, "dwelling", language)
        assert len(lines) == len(faults) == 8
        assert all(line.startswith("line 2, ") and line.endswith(".") for line in lines)
        assert not any(value in line for value in ("123", "xyz", "aldri", "konge", "mange", "kanskje") for line in lines)


def test_the_page_lists_every_column_value_and_fault():
    page = PAGE.read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [c for c in COLUMNS if not any(f"`{c}`" in row for row in rows)] == []
    assert [v for f in dwelling_fields().values() for v in f.values if f"`{v}`" not in page] == []
    assert [fault for fault in fault_texts("dwelling") if f"| `{fault}` |" not in page] == []
    assert set(COLUMNS) == {*KEYS, *dwelling_fields()}
