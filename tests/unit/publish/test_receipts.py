"""Receipts are shown to their owner, in the owner's written form."""

import json

import pytest

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.publish.receipts import receipt_html, receipt_json
from omsorgstall.tables import Report

TEXT = {"nb": "Slutt før start", "nn": "Slutt før start (nn)", "en": "End before start"}
CONTENT = {
    "submission": "s-1",
    "municipality": {"number": "3907", "name": "Sandefjord"},
    "data_year": 2025,
    "verdict": "accepted",
    "rows": [{"table": "service", "read": 12345, "accepted": 12340, "left_out": 5}],
    "findings": [
        {
            "rule": "C11",
            "severity": "warn",
            "count": 5,
            "not_judged": 2,
            "title": TEXT,
            "wrong": TEXT,
            "todo": TEXT,
            "assumed": True,
            "sample": [
                {"table": "service", "record": "<b>1</b>", "line": 7, "field": "end"},
                {"table": "", "record": None, "line": 0, "field": ""},
            ],
        }
    ],
    "together": [{"rules": ["C11", "C12"], "count": 3}],
    "next_steps": [TEXT],
    "detail_limit": 20,
}
REJECTED = {
    "submission": "",
    "verdict": "rejected",
    "file": "a.xml",
    "fault": {"code": "not-xml", "what": "The file is no XML.", "where": "line 1", "todo": "Send again."},
    "next_steps": [TEXT],
}


def grant(owner: str) -> Grant:
    return Grant(owner, Scope.owner(owner, "receipts", "test"))


def test_a_receipt_is_written_in_the_written_form_of_the_municipality():
    page = receipt_html(Report("3907", "receipt", CONTENT), grant("3907"), "nn")
    assert "Slutt før start (nn)" in page
    assert "12\u00a0345" in page
    assert 'lang="nn"' in page


def test_a_receipt_names_records_and_the_sender_in_its_language():
    page = receipt_html(Report("3907", "receipt", CONTENT), grant("3907"), "nn")
    assert '<th scope="row">Teneste</th>' in page
    assert '<td>Heile innsendinga</td><td></td><td class="n"></td>' in page
    former = CONTENT | {"municipality": {"number": "0704", "name": ""}, "data_year": 2018}
    assert "Kommune 0704, dataår 2018" in receipt_html(Report("0704", "receipt", former), grant("0704"))


def test_what_the_sender_wrote_cannot_become_markup():
    page = receipt_html(Report("3907", "receipt", CONTENT), grant("3907"))
    assert "<b>1</b>" not in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page


def test_a_receipt_is_not_shown_to_another_municipality():
    report = Report("3907", "receipt", CONTENT)
    for other in (grant("3909"), None):
        with pytest.raises(OmsorgstallError, match="another municipality"):
            receipt_html(report, other)
        with pytest.raises(OmsorgstallError, match="another municipality"):
            receipt_json(report, other)


def test_a_file_that_could_not_be_read_has_a_receipt_without_an_owner():
    assert "Avvist" in receipt_html(Report("", "receipt", REJECTED), None)


def test_the_receipt_for_programs_is_the_plain_data():
    assert json.loads(receipt_json(Report("3907", "receipt", CONTENT), grant("3907"))) == CONTENT


def test_only_receipts_are_rendered():
    with pytest.raises(OmsorgstallError, match="not a receipt"):
        receipt_html(Report("3907", "quality", CONTENT), grant("3907"))
