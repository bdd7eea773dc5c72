"""Receipts of submissions as HTML that stands alone, as text and as JSON. Shown only against a grant for the receipt's owner."""

from collections.abc import Mapping

import orjson

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.wording import words
from omsorgstall.tables import Report

KIND = "receipt"


def receipt_html(report: Report, grant: Grant | None, language: str = "nb") -> str:
    """The receipt as one HTML file that needs nothing else.

    Args:
        grant: leave to show the owner's reports; None is enough only for a file that could not be read, which has no owner.
        language: the written form the municipality has chosen: ``nb`` or ``nn``; or ``en``.

    Raises:
        OmsorgstallError: (family ACCESS) when the grant is for another owner.
    """
    content = receipt_content(report, grant)

    def say(key: str, **values: object) -> str:
        return words(key, language, **values)

    return rendered("receipt.html", report=content, language=language, say=say)


def receipt_text(report: Report, grant: Grant | None, language: str = "nb") -> str:
    """What a check before sending found, as lines of plain text: what would become of the file, rows, rules and first lines.

    Raises:
        OmsorgstallError: as ``receipt_html``.
    """
    content = receipt_content(report, grant)

    def say(key: str, **values: object) -> str:
        return words(key, language, **values)

    return rendered("receipt.txt", report=content, language=language, say=say)


def receipt_json(report: Report, grant: Grant | None) -> bytes:
    """The receipt as JSON, for programs of the municipality.

    Raises:
        OmsorgstallError: (family ACCESS) when the grant is for another owner.
    """
    return orjson.dumps(receipt_content(report, grant), option=orjson.OPT_INDENT_2)


def receipt_content(report: Report, grant: Grant | None) -> Mapping[str, object]:
    """What a receipt holds, for a page of its owner.

    Raises:
        OmsorgstallError: USAGE for a report that is no receipt; ACCESS when the grant is for another owner.
    """
    if report.kind != KIND:
        raise OmsorgstallError(ErrorFamily.USAGE, "not-a-receipt", "The report is not a receipt.")
    if report.owner and (grant is None or not grant.covers(report.owner)):
        what = "The receipt belongs to another municipality."
        raise OmsorgstallError(ErrorFamily.ACCESS, "receipt-of-another", what, todo="Open your own receipts.")
    return report.content
