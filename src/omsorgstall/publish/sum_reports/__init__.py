"""Sum reports of one municipality as a page, a workbook and CSV, each against a grant for it."""

from omsorgstall.publish.sum_reports.document import sum_report_pdf
from omsorgstall.publish.sum_reports.page import sum_report_html
from omsorgstall.publish.sum_reports.peers import peers_csv
from omsorgstall.publish.sum_reports.public import public_report_html, public_report_pdf
from omsorgstall.publish.sum_reports.tidy import sum_report_csv
from omsorgstall.publish.sum_reports.workbook import sum_reports_excel

__all__ = [
    "peers_csv",
    "public_report_html",
    "public_report_pdf",
    "sum_report_csv",
    "sum_report_html",
    "sum_report_pdf",
    "sum_reports_excel",
]
