"""The recommended package of a municipality as a page, a PDF and a workbook, each against a grant for it."""

from omsorgstall.publish.package.document import package_pdf
from omsorgstall.publish.package.page import package_html
from omsorgstall.publish.package.workbook import package_excel

__all__ = ["package_excel", "package_html", "package_pdf"]
