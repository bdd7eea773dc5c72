"""Key figures of one municipality beside published ones, as a page, a workbook and CSV, each against a grant for it."""

from omsorgstall.publish.key_figures.layout import KeyFigures, key_figures_csv
from omsorgstall.publish.key_figures.page import key_figures_html
from omsorgstall.publish.key_figures.workbook import key_figures_excel

__all__ = ["KeyFigures", "key_figures_csv", "key_figures_excel", "key_figures_html"]
