"""Outliers by regression within strata, such as users by population within a KOSTRA group.

Units far off are left out and the model is fitted again, so that one wild value cannot hide another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from omsorgstall.editing.methods.values import (
    Floats,
    Marks,
    Tested,
    by_stratum,
    column,
    flags,
    floats,
    names_of,
    same_length,
)

MOST_ROUNDS = 10
_EXACT = 1e-10
"""A residual smaller than this share of the largest value is rounding, not a deviation."""
UNIT_COLUMNS = ("fitted", "t", "dffits", "leverage", "left_out", "limit", "in_model")


class Model(StrEnum):
    """What is fitted: ``y = a + b·x`` or a part of it, with weight 1 or ``1/x``."""

    ORDINARY = "ordinary"
    RATIO = "ratio"
    NO_CONSTANT = "noconstant"
    MEAN = "mean"
    RATIO_CONSTANT = "ratioconstant"

    def design(self, x: Floats) -> Floats:
        """One column for each coefficient."""
        one = np.ones(len(x))
        columns = {Model.RATIO: [x], Model.NO_CONSTANT: [x], Model.MEAN: [one]}.get(self, [one, x])
        return np.stack(columns, axis=1)

    def weights(self, x: Floats) -> Floats:
        """The weight of each unit."""
        return 1 / x if self in (Model.RATIO, Model.RATIO_CONSTANT) else np.ones(len(x))


@dataclass(frozen=True, slots=True)
class _Units:
    """The units of a stratum that have what the model needs."""

    y: Floats
    design: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class _Fit:
    """A fitted model: ``inside`` says which units it rests on, ``s`` is the residual standard error."""

    inside: Marks
    coefficients: Floats
    inverse: Floats
    s: float

    @property
    def spare(self) -> int:
        """Units more than coefficients."""
        return int(self.inside.sum()) - len(self.coefficients)


def outlier_regression(
    y: ArrayLike,
    x: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    model: Model = Model.RATIO,
    limit: float = 2.5,
    limit_iterate: float = 4.5,
) -> Tested:
    """Outliers by regression (``OutlierRegression``) in each stratum.

    Fit, leave out every unit with a studentised residual of ``limit_iterate`` or more, and fit again until none is left.

    Args:
        y: the response; ``x``: what explains it. Units without either, or with x not above zero where the weight is ``1/x``,
            are not tested.
        strata: the stratum of each unit; all in one when None.
        limit: |t| from which a unit is flagged.

    Returns:
        Per unit ``fitted``, ``t`` (externally studentised inside the model, of prediction outside), ``dffits``, ``leverage``,
        ``left_out`` (the distance from the model without the unit), ``limit`` (the largest such distance that passes),
        ``in_model`` (1 or 0) and ``flag``. Per stratum ``stratum``, ``tested``, ``in_model``, ``coefficients`` and ``s``.

    Raises:
        ValueError: when ``limit`` is above ``limit_iterate``, or the columns differ in length.
    """
    if limit > limit_iterate:
        raise ValueError("The limit of flagging lies above the limit of leaving out.")
    ys, xs = floats(y), floats(x)
    same_length(ys, xs)
    tested = ~np.isnan(ys) & ~np.isnan(xs) & ((xs > 0) | (model.weights(np.array([2.0]))[0] == 1))
    columns = {name: np.full(len(ys), np.nan) for name in UNIT_COLUMNS}
    rows: list[dict[str, object]] = []
    warnings: list[str] = []
    for name, units in by_stratum(names_of(strata, len(ys))):
        chosen = units[tested[units]]
        found = _Units(ys[chosen], model.design(xs[chosen]), model.weights(xs[chosen]))
        fit = _iterated(found, limit_iterate, f"stratum {name}" if name else "the units", warnings)
        if fit is not None:
            rows.append({"stratum": name, "tested": len(chosen), "in_model": int(fit.inside.sum()), **_estimates(fit)})
            _write(found, fit, limit, chosen, columns)
    tested = ~np.isnan(columns["t"])
    units_table = pa.table({**{n: column(v) for n, v in columns.items()}, "flag": flags(np.abs(columns["t"]) >= limit, tested)})
    return Tested(units_table, pa.Table.from_pylist(rows), tuple(warnings))


def _estimates(fit: _Fit) -> dict[str, object]:
    return {"coefficients": [float(c) for c in fit.coefficients], "s": fit.s}


def _iterated(units: _Units, limit: float, where: str, warnings: list[str]) -> _Fit | None:
    """The last model, after leaving out what lies far off; None when there are too few units for any."""
    fit = _fitted(units, np.ones(len(units.y), dtype=bool))
    if fit is None:
        warnings.append(f"There are too few of {where} for the model; nothing is tested there.")
        return None
    for _ in range(MOST_ROUNDS):
        stay = fit.inside & (np.abs(_inner_t(units, fit)) < limit)
        if (stay == fit.inside).all():
            return fit
        narrower = _fitted(units, stay)
        if narrower is None:
            warnings.append(f"Too few of {where} would be left in the model; the round before holds.")
            return fit
        fit = narrower
    warnings.append(f"After {MOST_ROUNDS} rounds some of {where} in the model still lie far off.")
    return fit


def _fitted(units: _Units, inside: Marks) -> _Fit | None:
    design, weights = units.design[inside], units.weights[inside]
    spare = len(design) - design.shape[1]
    crossed = design.T @ (design * weights[:, None])
    if spare < 2 or np.linalg.matrix_rank(crossed) < len(crossed):
        return None
    inverse: Floats = np.asarray(np.linalg.inv(crossed), dtype=np.float64)
    coefficients = inverse @ (design.T @ (weights * units.y[inside]))
    residuals = units.y[inside] - design @ coefficients
    return _Fit(inside, coefficients, inverse, float(np.sqrt(np.sum(weights * residuals**2) / spare)))


def _leverage(units: _Units, fit: _Fit) -> Floats:
    found: NDArray[np.float64] = units.weights * np.sum((units.design @ fit.inverse) * units.design, axis=1)
    return found


def _residuals(units: _Units, fit: _Fit) -> Floats:
    """Residuals; what is only rounding is zero."""
    residuals = units.y - units.design @ fit.coefficients
    found: Floats = np.where(np.abs(residuals) <= _EXACT * np.max(np.abs(units.y), initial=0.0), 0.0, residuals)
    return found


def _left_out_s(units: _Units, fit: _Fit) -> Floats:
    """Residual standard error of the model without the unit."""
    spread = units.weights * _residuals(units, fit) ** 2 / (1 - np.minimum(_leverage(units, fit), 1 - _EXACT))
    found: Floats = np.sqrt(np.maximum(fit.s**2 * fit.spare - spread, 0) / (fit.spare - 1))
    return found


def _divided(above: Floats, below: Floats) -> Floats:
    """A quotient in which nothing out of nothing is zero, and something out of nothing infinite."""
    endless = np.where(above == 0, 0.0, np.copysign(np.inf, above))
    found: Floats = np.divide(above, below, out=endless, where=below > 0)
    return found


def _inner_t(units: _Units, fit: _Fit) -> Floats:
    spread = _left_out_s(units, fit) * np.sqrt(np.maximum(1 - _leverage(units, fit), 0))
    return _divided(_residuals(units, fit) * np.sqrt(units.weights), spread)


def _write(units: _Units, fit: _Fit, limit: float, chosen: NDArray[np.intp], columns: dict[str, Floats]) -> None:
    leverage, residuals, root = _leverage(units, fit), _residuals(units, fit), np.sqrt(units.weights)
    inner = np.maximum(1 - leverage, _EXACT)
    spread = np.where(fit.inside, _left_out_s(units, fit) / (root * np.sqrt(inner)), fit.s * np.sqrt(leverage + 1) / root)
    left_out = np.where(fit.inside, residuals / inner, residuals)
    t = np.where(fit.inside, _inner_t(units, fit), _divided(residuals, spread))
    found = {
        "fitted": units.design @ fit.coefficients,
        "t": t,
        "dffits": np.where(fit.inside, t * np.sqrt(leverage / inner), np.nan),
        "leverage": leverage,
        "left_out": left_out,
        "limit": limit * spread,
        "in_model": fit.inside.astype(np.float64),
    }
    for name, values in found.items():
        columns[name][chosen] = values
