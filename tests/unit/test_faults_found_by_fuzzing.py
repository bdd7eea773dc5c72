"""What fuzzing found, as sentences: each of these once crashed, lost a row, kept a number, or said the wrong thing."""

import json

import pyarrow as pa
import pytest

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.formats.batch import open_batch
from omsorgstall.formats.batch.header import parse_header
from omsorgstall.intake import PseudonymKey, check_batch
from omsorgstall.intake.masking import masked
from omsorgstall.intake.parsing import parse
from omsorgstall.publish.pxweb import ProblemError
from omsorgstall.publish.pxweb.query import query_from_body
from omsorgstall.register.keys import MasterKey
from omsorgstall.register.mark import mark_of
from omsorgstall.releases import ReleaseStore
from tests.builders.submissions import HEADER, PERSON, made_up_number, submission
from tests.fuzz.batch_csv import as_folder, files_of, seeds
from tests.fuzz.reader import CORPUS
from tests.fuzz.statbank import NOW, bank

KEY = PseudonymKey(bytes(32))


def code_of(read) -> tuple[ErrorFamily, str]:
    with pytest.raises(OmsorgstallError) as caught:
        read()
    return caught.value.family, caught.value.code


def csv_set(persons: str):
    return as_folder(files_of(seeds()["short"]) | {"person.csv": persons.encode()})


@pytest.mark.parametrize(
    "persons",
    [
        'fid,typeID,brukerNr\n1,1,"b1\n2,1,b2\n',
        'fid,typeID,brukerNr\n1,1,"b1\n2,1,"b2\n',
        'fid,typeID,"bruker\nNr"\n1,1,b1\n',
    ],
)
def test_a_quotation_mark_left_open_does_not_swallow_the_rows_after_it(persons):
    read = lambda: list(open_batch(csv_set(persons)).chunks())  # noqa: E731
    assert code_of(read) == (ErrorFamily.INPUT_REJECTED, "not-csv")


def test_numbers_keep_their_first_zeros_however_lines_end():
    (tables,) = open_batch(csv_set("fid,typeID,brukerNr\r01020312345,1,007\r")).chunks()
    assert tables["person"]["local_person_id"].to_pylist() == ["007"]
    assert tables["person"]["identity_number"].to_pylist() == ["01020312345"]


def test_a_count_of_thousands_of_digits_is_none():
    head = files_of(seeds()["short"])["innsending.csv"].split(b"\n")
    counted = b"\n".join([head[0] + b",antall_person", head[1] + b"," + b"9" * 5000])
    folder = csv_set("fid,typeID,brukerNr\n1,1,b1\n")
    (folder / "innsending.csv").write_bytes(counted)
    (tables,) = open_batch(folder).chunks()
    assert tables["person"].num_rows == 1


def test_a_column_without_a_name_is_told_of_by_its_number():
    batch = open_batch(csv_set("fid,typeID,brukerNr,\n1,1,b1,\n"))
    list(batch.chunks())
    assert [(u.name, u.count) for u in batch.unknown] == [("column 4", 1)]


def test_blank_lines_before_the_first_tag_do_not_make_a_file_empty(tmp_path):
    path = submission(tmp_path / "batch.xml")
    plain = path.read_bytes()
    path.write_bytes(b"\n" * 600_000 + plain[plain.index(b"<innsending") :])
    (tables,) = open_batch(path).chunks()
    assert tables["person"].num_rows == 1


@pytest.mark.parametrize("year", ["0000", "0001", "1899", "3000", "٢٠٢٢"])
def test_a_data_year_is_one_that_dates_can_have_in_plain_digits(year):
    given = HEADER.attributes() | {"argang": year}
    assert code_of(lambda: parse_header(given, "")) == (ErrorFamily.INPUT_REJECTED, "bad-header")


def test_a_persons_number_is_taken_out_of_longer_runs_of_digits_too():
    own = made_up_number(0)
    ids = [f"{own}001", f"1{own}", f"sak{own}{own}", "12345678901234", "t1"]
    result, rewritten = masked(pa.array(ids), pa.array([own] * len(ids)), KEY)
    assert rewritten.to_pylist() == [True, True, True, False, False]
    assert not any(own in text for text in result.to_pylist())
    assert len(set(result.to_pylist())) == len(ids)


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (pa.int16(), "0x10", None),
        (pa.int16(), "0007", 7),
        (pa.int64(), "123456789012", 123456789012),
        (pa.bool_(), "TRUE", None),
        (pa.float64(), "1e3", None),
    ],
)
def test_what_a_value_becomes_does_not_depend_on_the_values_beside_it(type_, text, value):
    alone, beside = (parse("any", type_, pa.array(texts, pa.string())).values.to_pylist() for texts in ([text], [text, "-"]))
    assert (alone, beside) == ([value], [value, None])


def test_the_number_of_a_person_without_one_in_its_field_does_not_reach_findings_as_her_local_id(tmp_path, duckdb_engine):
    number = made_up_number(0)
    without = {"identity_number": None, "identity_type": 1, "local_person_id": number}
    path = submission(tmp_path / "batch.xml", person=[PERSON | {"identity_number": made_up_number(1)}, without])
    checked = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True)
    assert "N09" in checked.findings["rule_id"].to_pylist()
    assert not any(number in (record or "") for record in checked.findings["record"].to_pylist())


@pytest.mark.parametrize("kind", [PseudonymKey, MasterKey])
@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + b"00" * 32, "é".encode() * 32, b"\xff\xfe"])
def test_a_key_file_that_another_program_has_rewritten_says_that_it_holds_no_key(tmp_path, kind, content):
    (tmp_path / "key").write_bytes(content)
    family, code = code_of(lambda: kind.of_file(tmp_path / "key"))
    assert family is ErrorFamily.ENVIRONMENT
    assert code in ("bad-pseudonym-key", "bad-encryption-key")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1}', '{"format": "1", "identity": "a"}', "[" * 5000, "å"])
def test_a_damaged_mark_of_a_register_is_told_of(tmp_path, content):
    (tmp_path / "store.json").write_text(content, "latin-1")
    assert code_of(lambda: mark_of(tmp_path / "store.json")) == (ErrorFamily.STORE, "damaged-mark")


@pytest.mark.parametrize(
    "content", ["", "[]", '{"tables": {}}', '{"tables": 1, "editions": {}}', '{"tables": {"..": "e"}, "editions": {}}']
)
def test_a_damaged_list_of_what_is_released_is_told_of(tmp_path, content):
    (tmp_path / "current.json").write_text(content, "utf-8")
    assert code_of(ReleaseStore(tmp_path).table_ids) == (ErrorFamily.STORE, "damaged-pointer")


@pytest.mark.parametrize("item", [json.loads("[" * 900 + "]" * 900), {}, None])
def test_a_code_of_a_query_is_a_text(item):
    with pytest.raises(ProblemError, match="must hold texts"):
        query_from_body({"selection": [{"variableCode": "Region", "valueCodes": [item]}]})


def test_a_very_large_page_is_answered_like_any_page_beyond_the_last():
    given = {"pagesize": "9" * 30, "pagenumber": "1"}
    assert json.loads(bank().tables(given, "x", NOW).body)["page"]["totalPages"] == 1


@pytest.mark.parametrize("name", ["zip-file-in-several-parts", "zip-file-that-begins-before-it-begins"])
def test_a_zip_file_whose_directory_is_damaged_is_refused(tmp_path, name):
    (tmp_path / "a.zip").write_bytes((CORPUS / "opening" / name).read_bytes())
    read = lambda: list(open_batch(tmp_path / "a.zip").chunks())  # noqa: E731
    assert code_of(read) == (ErrorFamily.INPUT_REJECTED, "truncated")
