"""Identity numbers, pseudonyms and the key: what they tell, and what never leaves."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.codes import municipalities_in
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.formats.batch import open_batch
from omsorgstall.intake import MOST_DETAIL, PseudonymKey, check_batch, receipt
from omsorgstall.intake.borders import todays_municipality
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.identity import identity_facts
from omsorgstall.intake.masking import masked, masked_anew
from omsorgstall.intake.persons import Sender, identify
from omsorgstall.intake.pseudonyms import KEY_VARIABLE
from tests.builders.submissions import PERSON, SERVICE, check_digits, made_up_number, submission

KEY = PseudonymKey(bytes(range(32)))
NUMBER = PERSON["identity_number"]


@given(st.dates(date(1940, 1, 1), date(1999, 12, 31)), st.integers(0, 499), st.sampled_from([0, 40, 80]), st.booleans())
def test_a_number_tells_birth_date_sex_and_whether_it_was_made_for_tests(born, individual, month, d_number):
    day = born.day + (40 if d_number else 0)
    number = check_digits(f"{day:02d}{born.month + month:02d}{born.year % 100:02d}{individual:03d}")
    if number is None:
        return
    facts = identity_facts(pa.array([number]))
    assert facts.valid.all()
    assert facts.birth_date[0] == np.datetime64(born)
    assert facts.sex[0] == (1 if individual % 2 else 2)
    assert facts.for_tests[0] == (month > 0)


@given(st.integers(0, 60), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_makes_a_number_invalid(n, place, change):
    number = made_up_number(n)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not identity_facts(pa.array([wrong])).valid.any()


@pytest.mark.parametrize(("nine", "year"), [("170540001", 1940), ("170540900", 1940), ("170520500", 2020), ("170560501", 1860)])
def test_the_century_follows_from_the_individual_number(nine, year):
    numbers = [check_digits(nine[:6] + f"{int(nine[6:]) + k:03d}") for k in range(8)]
    facts = identity_facts(pa.array([n for n in numbers if n]))
    assert set(facts.birth_date) == {np.datetime64(date(year, 5, 17))}


def test_a_pseudonym_is_the_same_for_a_number_whatever_type_it_was_given():
    assert KEY.pseudonym(1, NUMBER) == KEY.pseudonym(2, NUMBER)
    assert KEY.pseudonym(1, NUMBER) != KEY.pseudonym(10, NUMBER)
    assert len(KEY.pseudonym(1, NUMBER)) == 22
    assert KEY.pseudonym(1, NUMBER) != PseudonymKey(bytes(32)).pseudonym(1, NUMBER)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 65])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(OmsorgstallError) as caught:
        PseudonymKey(bytes(length))
    assert caught.value.family is ErrorFamily.ENVIRONMENT


def test_the_key_comes_from_the_environment_or_a_file_beside_the_store(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    store = tmp_path / "store"
    with pytest.raises(OmsorgstallError, match="no pseudonym key"):
        PseudonymKey.from_environment_or_file(store)
    made = PseudonymKey.create(store)
    file = PseudonymKey.file_of(store)
    assert store not in file.parents
    assert file.stat().st_mode & 0o077 == 0
    assert PseudonymKey.from_environment_or_file(store).pseudonym(1, NUMBER) == made.pseudonym(1, NUMBER)
    with pytest.raises(OmsorgstallError, match="already"):
        PseudonymKey.create(store)
    monkeypatch.setenv(KEY_VARIABLE, bytes(range(32)).hex())
    assert PseudonymKey.from_environment_or_file(store).pseudonym(1, NUMBER) == KEY.pseudonym(1, NUMBER)
    monkeypatch.setenv(KEY_VARIABLE, "not hexadecimal")
    with pytest.raises(OmsorgstallError):
        PseudonymKey.from_environment_or_file(store)


def test_the_key_does_not_show_itself():
    assert bytes(range(32)).hex() not in f"{KEY!r} {KEY}"


@pytest.mark.parametrize("text", [NUMBER, f"t-{NUMBER}", f"{NUMBER[:6]} {NUMBER[6:]}", f"{NUMBER[:6]}-{NUMBER[6:]}"])
def test_an_identity_number_in_a_local_id_becomes_a_code(text):
    ids, rewritten = masked(pa.array([text, "t2", None]), pa.array([NUMBER, NUMBER, None]), KEY)
    assert rewritten.to_pylist() == [True, False, False]
    assert NUMBER[6:] not in ids[0].as_py()
    assert ids.to_pylist()[1:] == ["t2", None]


def test_a_mask_that_gets_a_layer_is_what_the_layered_key_makes_of_the_number():
    sent = pa.array([NUMBER, f"a {NUMBER} b {NUMBER}", "t2", None])
    own = pa.array([NUMBER] * 4)
    layers = [bytes([n]) * 32 for n in (7, 8)]
    key, ids = KEY, masked(sent, own, KEY)[0]
    for layer in layers:
        key = key.layered(layer)
        ids = masked_anew(ids, key)
        assert ids == masked(sent, own, key)[0]


def test_a_senders_id_that_looks_like_a_mask_is_masked_too():
    looks = masked(pa.array([NUMBER]), pa.array([NUMBER]), KEY)[0]
    ids, rewritten = masked(looks, pa.array(["other"]), KEY)
    assert ids != looks
    assert rewritten.to_pylist() == [True]
    layered = KEY.layered(bytes(32))
    assert masked_anew(ids, layered) == masked(looks, pa.array(["other"]), layered)[0]


def test_no_identity_number_leaves_intake(tmp_path, duckdb_engine):
    hidden = {"service_id": f"t/{NUMBER}", "organisation_number": NUMBER}
    path = submission(
        tmp_path / "b.xml", person=[PERSON | {"local_person_id": NUMBER, "district": NUMBER[:6]}], service=[SERVICE | hidden]
    )
    checked = check_batch(open_batch(path), KEY, duckdb_engine, test_persons=True)
    everything = f"{[c[t].to_pylist() for c in checked.chunks for t in c]} {checked.findings.to_pylist()} {receipt(checked, 'x')}"
    assert checked.counts.accepted["service"] == 1
    assert NUMBER not in everything


def test_a_person_of_a_split_municipality_is_always_on_the_same_side_by_the_weights():
    former, parts = next((f, p) for f, p in municipalities_in(2019).items() if len(p) > 1)
    pseudonyms = [KEY.pseudonym(1, str(n)) for n in range(4_000)]
    sides = todays_municipality(former, 2019, pseudonyms).to_pylist()
    assert sides == todays_municipality(former, 2019, pseudonyms).to_pylist()
    for number, weight in parts:
        assert abs(sides.count(number) / len(sides) - weight) < 0.03


def test_two_million_findings_are_counted_exactly_and_kept_in_bounded_number():
    log = FindingLog()
    for start in range(0, 2_000_000, 100_000):
        lines = pa.array(np.arange(start, start + 100_000, dtype=np.int32))
        log.add("C10", "service", lines.cast(pa.string()), lines, "start_date")
    assert log.failed["C10"] == 2_000_000
    assert log.table().num_rows == MOST_DETAIL
    assert log.table()["line"].to_pylist() == list(range(MOST_DETAIL))


def test_birth_date_year_and_sex_are_read_from_the_number_when_the_sender_gives_none(tmp_path, duckdb_engine):
    checked = check_batch(open_batch(submission(tmp_path / "b.xml")), KEY, duckdb_engine, test_persons=True)
    (row,) = checked.chunks[0]["person"].to_pylist()
    assert (row["birth_date"], row["birth_year"]) == (date(1940, 5, 17), 1940)
    assert row["sex"] == (1 if int(NUMBER[8]) % 2 else 2)


@pytest.mark.parametrize("text", ["", "00" * 64, "00" * 32 + " 00", "no key"])
def test_each_layer_of_a_written_key_has_32_bytes(text):
    with pytest.raises(OmsorgstallError, match="pseudonym key"):
        PseudonymKey.of_text(text)


def test_a_layer_changes_every_pseudonym_and_no_side_of_a_split_border():
    layered = KEY.layered(bytes(range(32)))
    assert layered.pseudonym(1, NUMBER) == layered.raised([KEY.pseudonym(1, NUMBER)])[0] != KEY.pseudonym(1, NUMBER)
    assert layered.first().pseudonym(1, NUMBER) == KEY.pseudonym(1, NUMBER)
    assert (layered.extends(KEY), KEY.extends(layered), KEY.extends(KEY)) == (True, False, False)
    split = next(number for number, parts in municipalities_in(2019).items() if len(parts) > 1)
    people = {"identity_number": [made_up_number(n) for n in range(40)], "local_person_id": [f"b{n}" for n in range(40)]}
    raw = pa.table(people | {"identity_type": pa.array([1] * 40, pa.int8())})
    before, after = (identify(raw, Sender(split, 2019, key, test_persons=True)) for key in (KEY, layered))
    assert after.municipality.equals(before.municipality)
    assert len(set(before.municipality.to_pylist())) > 1
    assert not set(after.pseudonym.to_pylist()) & set(before.pseudonym.to_pylist())
