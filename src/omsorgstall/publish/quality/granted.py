"""Who may be shown a quality report."""

from collections.abc import Mapping
from typing import Any

import orjson

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.tables import Report

QUALITY, SUBMISSION, NATIONAL = "quality", "submission_quality", "national_quality"
Content = Mapping[str, Any]


def granted(report: Report, grant: Grant) -> Content:
    """The content of a report of a municipality or of one of its submissions.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner; (USAGE) when it is another kind of report.
    """
    if report.kind not in (QUALITY, SUBMISSION):
        raise OmsorgstallError(ErrorFamily.USAGE, "not-a-quality-report", "The report is not a municipality's quality report.")
    if not grant.covers(report.owner):
        what = "The quality report belongs to another municipality."
        raise OmsorgstallError(ErrorFamily.ACCESS, "quality-of-another", what, todo="Open your own municipality's report.")
    return report.content


def public(report: Report) -> Content:
    """The content of the national report, which everybody may see.

    Raises:
        OmsorgstallError: (USAGE) when it is another kind of report, or has an owner.
    """
    if report.kind != NATIONAL or report.owner:
        raise OmsorgstallError(ErrorFamily.USAGE, "not-a-national-report", "The report is not the national quality report.")
    return report.content


def quality_json(report: Report, grant: Grant | None = None) -> bytes:
    """A quality report as JSON, as docs/reference/quality-report.md describes: a municipality's against a grant for it.

    Raises:
        OmsorgstallError: as ``granted`` and ``public``.
    """
    content = public(report) if grant is None else granted(report, grant)
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
