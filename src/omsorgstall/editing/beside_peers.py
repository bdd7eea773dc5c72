"""Controls that hold a municipality's figures against those of its KOSTRA group in the same year."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from omsorgstall.editing.control import Control
from omsorgstall.editing.figures import Figures, Floats, Marks, beyond_chance, inhabitants, strata_of
from omsorgstall.editing.finding import Outcome, Tally
from omsorgstall.editing.methods import Model, outlier_regression

POPULATION = "population"


def ratio_to_group(control: Control, figures: Mapping[str, Figures], year: int) -> Outcome:
    """Far from the group's ratio to what explains the figure: population, or the users of the same service.

    Flagged when |t| of the ratio model reaches ``t``, and the distance is at least ``least_deviation`` of what was expected and
    beyond chance.
    """
    tally, limits = Tally(control), control.limits
    for kind in (figures[f] for f in control.figures if f in figures):
        now = kind.of_year(year)
        for service in kind.service_rows(control.levels):
            base = _base(kind, service, year, figures, limits)
            values = np.where(base >= limits["least_base"], now[:, service], np.nan)
            values = np.where(values > 0, values, np.nan)
            strata = strata_of(kind.municipalities, ~np.isnan(values), limits["least_units"])
            tested = outlier_regression(values, base, strata, model=Model.RATIO, limit=limits["t"], limit_iterate=limits["t"])
            columns = {n: tested.units[n].to_numpy(zero_copy_only=False) for n in ("fitted", "left_out", "limit")}
            expected = values - columns["left_out"]
            far = np.abs(columns["left_out"]) >= limits["least_deviation"] * np.abs(expected)
            for n in tally.flagged(tested, far & _beyond_chance(control, kind, values, expected, base)):
                middle, reach = float(expected[n]), float(columns["limit"][n])
                place = kind.place(n, service, year)
                national = kind.national_of(service, year)
                tally.add(place, float(values[n]), middle, national, lower=max(0.0, middle - reach), upper=middle + reach)
    return tally.outcome()


def _beyond_chance(control: Control, kind: Figures, values: Floats, expected: Floats, base: Floats) -> Marks:
    """Whether the distance is more than chance: that of the users themselves, or of the users behind an amount."""
    limits = control.limits
    terms = {"least": 0.0, "chance": limits["chance"][kind.id]}
    counted = limits["explained_by"] == POPULATION
    persons = np.fmax(np.nan_to_num(values if counted else base), 1.0)
    others = np.fmax(np.nan_to_num(expected), 1.0) if counted else np.full(len(values), np.inf)
    return beyond_chance(values, expected, persons, others, terms)


def _base(kind: Figures, service: int, year: int, figures: Mapping[str, Figures], limits: Mapping[str, Any]) -> Floats:
    """What explains the figure."""
    if limits["explained_by"] == POPULATION:
        return inhabitants(kind.municipalities, year)
    return figures[limits["explained_by"]].vector(kind.services[service].code, year, kind.municipalities)
