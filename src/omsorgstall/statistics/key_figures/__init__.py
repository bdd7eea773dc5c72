"""Key figures (nøkkeltall) that rest on the register and the population: definitions as data, and the table of them."""

from omsorgstall.statistics.key_figures.definition import KEY_FIGURES, KeyFigure, NotMade, key_figures, not_made, said
from omsorgstall.statistics.key_figures.table import key_figure_table

__all__ = ["KEY_FIGURES", "KeyFigure", "NotMade", "key_figure_table", "key_figures", "not_made", "said"]
