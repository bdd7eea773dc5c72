"""Quality reports as pages, workbooks, files and PDF: a municipality's against a grant for it, the national one for everybody."""

from omsorgstall.publish.quality.granted import quality_json
from omsorgstall.publish.quality.municipality import quality_html
from omsorgstall.publish.quality.national import national_html
from omsorgstall.publish.quality.pdf import national_pdf
from omsorgstall.publish.quality.submission import differences_csv, submission_excel, submission_html
from omsorgstall.publish.quality.workbook import mend_csv, quality_excel

__all__ = [
    "differences_csv",
    "mend_csv",
    "national_html",
    "national_pdf",
    "quality_excel",
    "quality_html",
    "quality_json",
    "submission_excel",
    "submission_html",
]
