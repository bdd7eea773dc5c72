"""The recommended package (anbefalt pakke): the most telling figures of the sum reports, each with the sentence that reads it."""

from omsorgstall.statistics.sum_reports.package.making import PACKAGE, package, public_package
from omsorgstall.statistics.sum_reports.package.specification import KeyFigure, key_figures, public_figures, requests

__all__ = ["PACKAGE", "KeyFigure", "key_figures", "package", "public_figures", "public_package", "requests"]
