"""Methods that find suspicious values among those of many units, as pure functions over arrays.

Every method returns one row for each unit it was given, in the order given, also for units it could not test: their flag is
null, not false. It keeps the limits it used and never changes a value.
"""

from omsorgstall.editing.methods.changes import largest_changes
from omsorgstall.editing.methods.factors import thousand_error, unit_factor
from omsorgstall.editing.methods.ratio_edit import ratio_edit
from omsorgstall.editing.methods.regression import Model, outlier_regression
from omsorgstall.editing.methods.values import Tested

__all__ = ["Model", "Tested", "largest_changes", "outlier_regression", "ratio_edit", "thousand_error", "unit_factor"]

KOSTRA_NAMES = {
    "ThError": thousand_error,
    "Hb": ratio_edit,
    "Diff2NumVar": largest_changes,
    "OutlierRegression": outlier_regression,
}
"""The names that users of the R package for KOSTRA know the methods by."""
