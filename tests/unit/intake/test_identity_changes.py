"""A file of changed identity numbers: what is read, what is refused by its line, and that no number is shown."""

from datetime import date

import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.formats.identity_changes import read_changes
from omsorgstall.intake import PseudonymKey
from omsorgstall.intake.identity_changes import map_faults, pseudonymised
from omsorgstall.intake.row_faults import fault_texts, refused_lines
from omsorgstall.register.pseudonym_map import ChangeFault, NumberChange
from tests.builders.submissions import made_up_number

KEY = PseudonymKey(bytes(range(32)))
OLD, NEW = made_up_number(1), made_up_number(2)
TODAY = date(2024, 3, 1)
HEAD = "old_number,new_number,known_on\n"


def changes(tmp_path, text, **options):
    file = tmp_path / "changes.csv"
    file.write_text(text, "utf-8")
    return pseudonymised(read_changes(file), KEY, TODAY, **({"test_persons": True} | options))


def test_numbers_become_the_pseudonyms_intake_gives_them_and_are_not_shown(tmp_path):
    found = changes(tmp_path, f"{HEAD}{OLD}, {NEW},2024-03-01\n")
    assert found.pairs == (NumberChange(KEY.pseudonym(1, OLD), KEY.pseudonym(2, NEW), TODAY),)
    assert (found.lines, found.faults) == ((2,), ())
    assert OLD not in repr(found)
    assert OLD not in repr(read_changes(tmp_path / "changes.csv"))


def test_types_tell_a_duf_number_from_a_national_one(tmp_path):
    text = f"old_number;new_number;known_on;old_type\n201612345678;{NEW};2024-01-01;10\n"
    assert changes(tmp_path, text).pairs[0].old == KEY.pseudonym(10, "201612345678")


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (f"{OLD[:-1]}{(int(OLD[-1]) + 1) % 10},{NEW},2024-01-01", "old_number", "number-not-valid"),
        (f"{OLD},{NEW[:-1]},2024-01-01", "new_number", "number-not-valid"),
        (f",{NEW},2024-01-01", "old_number", "number-missing"),
        (f"{OLD},{NEW},", "known_on", "day-not-valid"),
        (f"{OLD},{NEW},2024-02-30", "known_on", "day-not-valid"),
        (f"{OLD},{NEW},2024-03-02", "known_on", "day-not-valid"),
    ],
)
def test_a_row_that_cannot_stand_is_told_by_line_and_column_and_the_others_are_kept(tmp_path, row, column, fault):
    found = changes(tmp_path, f"{HEAD}{row}\n{OLD},{NEW},2024-01-01\n")
    assert [(f.line, f.column, f.id) for f in found.faults] == [(2, column, fault)]
    assert found.lines == (3,)


def test_a_number_for_tests_has_no_place_beside_real_people(tmp_path):
    found = changes(tmp_path, f"{HEAD}{OLD},{NEW},2024-01-01\n", test_persons=False)
    assert [f.id for f in found.faults] == ["number-for-tests"]


def test_a_type_that_is_not_unique_is_refused(tmp_path):
    found = changes(tmp_path, f"old_number,new_number,known_on,new_type\n{OLD},ABC,2024-01-01,4\n")
    assert [(f.column, f.id) for f in found.faults] == [("new_type", "type-not-unique")]


def test_what_the_map_finds_is_told_with_the_line_of_the_file(tmp_path):
    found = changes(tmp_path, f"{HEAD}x,y,2024-01-01\n\n{OLD},{NEW},2024-01-01\n")
    assert [(f.line, f.id) for f in map_faults(found, {0: ChangeFault.CYCLE})] == [(2, "number-not-valid"), (4, "cycle")]


def test_every_fault_has_texts_in_three_languages_that_tell_no_number(tmp_path):
    assert {str(f) for f in ChangeFault} < set(fault_texts("identity"))
    found = changes(tmp_path, f"{HEAD}{OLD},{NEW[:-1]},2024-01-01\n")
    lines = [refused_lines(found.faults, "identity", language)[0] for language in ("nb", "nn", "en")]
    assert len(set(lines)) == 3
    assert not [line for line in lines if OLD in line or NEW[:-1] in line]


@pytest.mark.parametrize(
    ("text", "code"),
    [(HEAD, "empty-file"), ("old_number,new_number\na,b\n", "not-changes"), (f"{HEAD[:-1]},name\n1,2,3,4\n", "not-changes")],
)
def test_a_file_that_is_no_file_of_changes_is_refused(tmp_path, text, code):
    with pytest.raises(OmsorgstallError) as caught:
        changes(tmp_path, text)
    assert caught.value.code == code
