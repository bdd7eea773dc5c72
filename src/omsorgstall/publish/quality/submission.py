"""The quality of one submission as a page, and what intake changed as a workbook and CSV, for who has the file."""

from collections.abc import Iterator
from typing import Any

from omsorgstall.access import Grant
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.quality.figures import PARTS, Data, Writing
from omsorgstall.publish.quality.granted import granted
from omsorgstall.publish.quality.workbook import COUNT, SHARE, TEXT, YEAR, Sheet, csv_text, workbook
from omsorgstall.tables import Report

MOST = 50
"""Differences shown on the page."""
_COLUMNS = (
    ("quality_table", TEXT, 20),
    ("quality_record", TEXT, 24),
    ("quality_line", YEAR, 9),
    ("quality_field", TEXT, 22),
    ("difference_sent", TEXT, 22),
    ("difference_accepted", TEXT, 22),
    ("difference_suggested_value", TEXT, 14),
    ("difference_change", TEXT, 24),
    ("quality_effect_rule", TEXT, 8),
)


def submission_html(report: Report, grant: Grant, language: str = "nb") -> str:
    """The report as one HTML file that needs nothing else.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content, write = granted(report, grant), Writing(language)
    return rendered(
        "quality_submission.html",
        report=content,
        language=language,
        title=_title(content, write),
        say=write.say,
        percent=write.percent,
        parts_of=PARTS,
        headings=[write.say(key) for key, _, _ in _COLUMNS],
        rows=list(_rows({**content, "differences": content["differences"][:MOST]}, write)),
        most=MOST,
    )


def _title(content: Data, write: Writing) -> str:
    return write.say("difference_title", year=content["data_year"], number=content["municipality"])


def _rows(content: Data, write: Writing) -> Iterator[list[Any]]:
    """One row per difference, as written."""
    for d in content["differences"]:
        where = [write.say(f"record_{d['table']}"), d["record"] or "", d["line"], d["field"]]
        yield [*where, d["sent"], d["accepted"], d["suggested"], write.say(f"difference_{d['change']}"), d["rule_id"]]


def submission_excel(report: Report, grant: Grant, language: str = "nb") -> bytes:
    """Shares of values and the list of differences as a workbook.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content, write = granted(report, grant), Writing(language)
    differences = Sheet(
        write.say("quality_sheet_differences"),
        [(write.say(key), kind, width) for key, kind, width in _COLUMNS],
        list(_rows(content, write)),
    )
    columns = [(write.say("quality_variable"), TEXT, 42), (write.say("quality_records"), COUNT, 14)]
    columns += [(write.say(f"quality_{p}"), SHARE, 11) for p in PARTS]
    shares = [[v["label"][language], v["records"], *(v[f"share_{p}"] for p in PARTS)] for v in content["variables"]]
    title = _title(content, write)
    limit = write.say("difference_limit", count=write.number(content["detail_limit"]))
    lines = [title, write.say("difference_what"), limit, write.say("quality_values_what"), write.say("quality_private")]
    return workbook(title, lines, [differences, Sheet(write.say("quality_sheet_values"), columns, shares)], write)


def differences_csv(report: Report, grant: Grant, language: str = "nb") -> str:
    """The differences as CSV with semicolons: each value or row that intake changed, as sent and as accepted.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content, write = granted(report, grant), Writing(language)
    return csv_text([write.say(key) for key, _, _ in _COLUMNS], _rows(content, write))
