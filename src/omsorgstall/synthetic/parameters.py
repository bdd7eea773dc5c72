"""The parameters of the made-up country: shapes we chose, factors fitted to published figures, rates of faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from omsorgstall.codes import age_bands
from omsorgstall.core import parse_yaml
from omsorgstall.synthetic.draws import Floats, Ints

BAND_STARTS = np.array([band.start for band in age_bands()])
PATHWAYS = ("E", "O", "D", "M")
NO_FAULTS = ("diagnosis_present", "d_number", "orgnr_missing_optional")
"""Shares among those of faults that are ways of recording, and right."""


def data_text(name: str) -> str:
    """The text of a data file of this room."""
    return (files("omsorgstall.synthetic") / "data" / name).read_text(encoding="utf-8")


def age_band(age: Ints) -> Ints:
    """Index of the age band of completed years."""
    return (np.searchsorted(BAND_STARTS, age, side="right") - 1).clip(0, len(BAND_STARTS) - 1)


@dataclass(frozen=True)
class Parameters:
    """Everything that shapes the country.

    Attributes:
        target_year: the year the fitted factors belong to.
        assumed: ``calibration.yaml``, section assumed.
        fitted: ``calibration.yaml``, section fitted.
        services: ``services.yaml``.
        faults: ``faults.yaml``: share of records with each registration fault.
    """

    target_year: int
    assumed: Mapping[str, Any]
    fitted: Mapping[str, Any]
    services: Mapping[str, Any]
    faults: Mapping[str, float]

    def by_pathway(self, name: str) -> Floats:
        """A parameter given by pathway, as an array in the order of ``PATHWAYS``."""
        return np.array([self.assumed["pathways"][name][p] for p in PATHWAYS], dtype=float)

    def factor(self, name: str, code: int) -> float:
        """A fitted factor of a service; 1 when none is fitted."""
        return float(self.fitted[name].get(code, 1.0))

    def without_faults(self) -> "Parameters":
        """The same country recorded without a fault that the rates here bring about."""
        return replace(self, faults={name: rate if name in NO_FAULTS else 0.0 for name, rate in self.faults.items()})

    def growth(self, name: str, code: int, years: Ints) -> Floats:
        """The fitted yearly growth of a service, as factors for years counted from the target year."""
        rate = float(self.fitted["trend"][name].get(code, 0.0))
        found: Floats = np.exp(rate * (years - self.target_year).clip(-10, 6))
        return found


@cache
def default_parameters() -> Parameters:
    """The parameters in the package's data files."""
    calibration = parse_yaml(data_text("calibration.yaml"))
    services = parse_yaml(data_text("services.yaml"))
    faults = parse_yaml(data_text("faults.yaml"))
    return Parameters(calibration["target_year"], calibration["assumed"], calibration["fitted"], services, faults["shares"])


def interpolated(ages: Sequence[float], values: Sequence[float], at: Ints) -> Floats:
    """Values at single years of age between the given knots."""
    return np.interp(at, ages, values)
