"""Fitting the parameters to the published figures: make the country, compare, scale each parameter by what it misses, repeat.

Run with ``python -m omsorgstall.synthetic``; it rewrites the section ``fitted`` of ``calibration.yaml``.
"""

import argparse
import copy
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from omsorgstall.synthetic.figures import HOME_AND_PRACTICAL, SERVICES, Year, figure
from omsorgstall.synthetic.parameters import Parameters, data_text, default_parameters
from omsorgstall.synthetic.plausibility import (
    FITTED,
    UNFITTED,
    compared,
    made_years,
    median_deviation,
    published_figures,
    render,
)

TARGET, BEFORE = 2021, 2017
BANDS = ("0-17", "18-49", "50-66", "67-79", "80-89", "90+")
NEEDS = ("noe_avgrenset", "middels_til_stort", "omfattende", "uoppgitt")
FEMALE_SHARE = (0.388, 0.5175, 0.519, 0.560, 0.644, 0.714)
"""Share of women among users by age band, from the published shares of the population of 2022."""
HOURS_UNPRINTED = {("18-49", 2): 67.9, ("50-66", 1): 7.2}
"""Mean hours of 2017 that the figures file lacks: one in sumrapporter.md section 7.1, one in the table of 2014."""
ENDING = (
    "Praktisk bistand - daglige gjøremål",
    "Praktisk bistand - opplæring - daglige gjøremål",
    "Praktisk bistand - brukerstyrt personlig assistanse",
    "Støttekontakt",
    "Helsetjenester i hjemmet",
    "Dagopphold i institusjon",
)
ALL = "Alle tjenestemottakere"
_log = logging.getLogger(__name__)
Fitted = dict[str, Any]


@dataclass(frozen=True)
class _Target:
    """Published values by measure, group, breakdown and year, and the made-up ones beside them."""

    years: dict[int, Year]
    damping: float

    def published(self, measure: str, group: str, breakdown: str, year: int) -> float | None:
        wanted = (measure, group, breakdown, year)
        return next((p.value for p in published_figures() if (p.measure, p.group, p.breakdown, p.year) == wanted), None)

    def made(self, measure: str, group: str, breakdown: str, year: int = TARGET) -> float:
        return figure(self.years[year], measure, group, breakdown) or 0.0

    def factor(self, measure: str, group: str, breakdown: str, year: int = TARGET) -> float:
        """What to scale by; 1 where nothing is published or made."""
        wanted, made = self.published(measure, group, breakdown, year), self.made(measure, group, breakdown, year)
        return self.damped(wanted / made) if wanted and made else 1.0

    def damped(self, ratio: float) -> float:
        return float(np.clip(ratio, 0.3, 3.0) ** self.damping)


def improved(parameters: Parameters, years: dict[int, Year], damping: float = 0.7) -> Parameters:
    """The parameters after one round of scaling."""
    fitted: Fitted = copy.deepcopy(dict(parameters.fitted))
    target = _Target(years, damping)
    for adjust in _ADJUSTMENTS:
        adjust(fitted, target)
    return replace(parameters, fitted=fitted)


def _entrants(fitted: Fitted, target: _Target) -> None:
    for n, age in enumerate(BANDS):
        wanted = target.published("recipients_during_year", ALL, f"age={age}", TARGET) or 0.0
        for sex, code, share in (("female", "K", FEMALE_SHARE[n]), ("male", "M", 1 - FEMALE_SHARE[n])):
            made = target.made("recipients_during_year", ALL, f"age={age};sex={code}")
            fitted["entrants"][sex][n] *= target.damped(wanted * share / made)
    grown = target.factor("recipients_during_year", ALL, "all", BEFORE) / target.factor("recipients_during_year", ALL, "all")
    fitted["trend"]["entrants"] -= 0.5 * float(np.log(grown)) / (TARGET - BEFORE)


def _turnover(fitted: Fitted, target: _Target) -> None:
    fitted["deaths"] *= target.factor("turnover_share", ALL, "left_dead")
    for n, age in enumerate(BANDS):
        wanted = _kept(target, age, made=False) or _kept(target, "18-49", made=False)
        kept = _kept(target, age, made=True)
        if wanted and kept:
            fitted["episodes"][n] = float(np.clip(fitted["episodes"][n] * target.damped((kept / wanted) ** 3), 0.1, 8))
    published_new, first = 22.9 - 19.1, target.made("turnover_share", ALL, "new_recipients_without_earlier_services")
    returned = target.made("turnover_share", ALL, "new_recipients") - first
    fitted["returns"] *= target.damped(published_new / max(returned, 0.5))
    stay = ("recipients_at_31.12_by_housing_situation", "Langtidsopphold i institusjon", "all")
    fitted["long_term_entry"] *= target.factor(*stay)


def _kept(target: _Target, age: str, *, made: bool) -> float | None:
    """Users outside institutions at the end of the year, per user during the year."""
    read = target.made if made else target.published
    at_end = read("recipients_at_31.12", "Tjenestemottakere utenfor institusjon", f"age={age}", TARGET)
    users = read("recipients_during_year", ALL, f"age={age}", TARGET)
    return at_end / users if at_end and users else None


def _needs(fitted: Fitted, target: _Target) -> None:
    cuts = fitted["level_cuts"]
    for n, age in enumerate(BANDS):
        breakdowns = [f"age={age};need={need}" for need in NEEDS]
        wanted = np.array([target.published("need_share_during_year", ALL, b, TARGET) or 0.0 for b in breakdowns])
        made = np.array([target.made("need_share_during_year", ALL, b) for b in breakdowns])
        gap = (wanted[:3] / wanted[:3].sum()).cumsum() - (made[:3] / made[:3].sum()).cumsum()
        cuts["medium"][n] = float(np.clip(cuts["medium"][n] + target.damping * gap[0], 0.005, 0.95))
        cuts["extensive"][n] = float(np.clip(cuts["extensive"][n] + target.damping * gap[1], cuts["medium"][n] + 0.01, 0.995))
        fitted["not_stated"][n] = float(np.clip(fitted["not_stated"][n] * target.damped(wanted[3] / max(made[3], 0.2)), 0, 0.7))


def _scale(values: dict[int, float], code: int, factor: float) -> None:
    values[code] = float(np.clip(values.get(code, 1.0) * factor, 0.02, 50))


def _services(fitted: Fitted, target: _Target) -> None:
    for name, code in SERVICES.items():
        year = 2022 if code in (4, 6) else TARGET
        factor = target.factor("recipients_during_year", name, "all", year)
        now, then = factor, target.factor("recipients_during_year", name, "all", BEFORE)
        if code in (18, 19):
            _scale(fitted["stays"], code, factor)
            decided = target.factor("decisions_during_year", name, "outcome=all (includes refusals)")
            fitted["stay_spread"][code] = float(
                np.clip(fitted["stay_spread"].get(code, 1.0) * (decided / factor) ** 0.7, 0.05, 3)
            )
        elif code == 20:
            _scale(fitted["stays"], code, target.factor("decisions_during_year", name, "outcome=all (includes refusals)"))
        else:
            _scale(fitted["service"], code, factor)
            _decisions(fitted, target, name, code)
        if target.published("recipients_during_year", name, "all", BEFORE):
            growth = fitted["trend"]["service"].get(code, 0.0) - 0.5 * float(np.log(then / now)) / (year - BEFORE)
            fitted["trend"]["service"][code] = float(np.clip(growth, -0.15, 0.15))


def _decisions(fitted: Fitted, target: _Target, name: str, code: int) -> None:
    decided = target.factor("decisions_during_year", name, "outcome=all (includes refusals)")
    users = target.factor("recipients_during_year", name, "all")
    _scale(fitted["reviewing"], code, decided / users)


def _refusals(fitted: Fitted, target: _Target) -> None:
    for name, code in SERVICES.items():
        if name.endswith("(sykehjem)"):
            continue
        refused = target.factor("refusal_share", name, "outcome=refused")
        _scale(fitted["refused"], code, refused)
        complaints = target.factor("complaints_received_during_year", name, "all")
        _scale(fitted["complaints"], code, complaints / refused)


def _at_year_end(fitted: Fitted, target: _Target) -> None:
    """More services end before the need does where too many are running at the end of the year."""
    for name in ENDING:
        code = SERVICES[name]
        _scale(
            fitted["ending"], code, target.factor("recipients_with_hours_at_31.12", name, "hours_per_week=over_0", 2022) ** -1.5
        )
    housing = ("recipients_at_31.12_by_housing_situation", "Bolig kommunen disponerer til helse- og omsorgsformål", "all")
    _scale(fitted["ending"], 29, target.factor(*housing) ** -1.5)
    institution = ("recipients_at_31.12_by_service_group", "Institusjonstjenester", "all")
    for code in (18, 19, 20):
        _scale(fitted["stay_days"], code, target.factor(*institution) ** 2)


def _hours(fitted: Fitted, target: _Target) -> None:
    measure = "mean_allotted_hours_per_week_at_31.12"
    for n, age in enumerate(BANDS):
        for level, need in enumerate(NEEDS):
            breakdown = f"age={age};need={need}"
            wanted = HOURS_UNPRINTED.get((age, level)) or target.published(measure, HOME_AND_PRACTICAL, breakdown, BEFORE)
            made = target.made(measure, HOME_AND_PRACTICAL, breakdown, BEFORE)
            if wanted and made:
                fitted["hours"][n][level] = float(fitted["hours"][n][level] * target.damped(wanted / made))


def _plans(fitted: Fitted, target: _Target) -> None:
    measure = "share_with_active_individual_plan_at_31.12"
    for age, text in enumerate(("under 67", "67 and over")):
        for level, need in enumerate(NEEDS[:3]):
            breakdown = f"need={need};part aged {text} (parts add up to the need total)"
            shares = fitted["individual_plan"][age]
            shares[level] = float(min(0.95, shares[level] * target.factor(measure, HOME_AND_PRACTICAL, breakdown)))


def _doctor(fitted: Fitted, target: _Target) -> None:
    shares = fitted["assessed"]["doctor"]["long_term"]
    for n, size in enumerate(("under 2000", "2000-4999", "5000-9999", "10000-49999", "50000+")):
        breakdown = f"municipality_population={size}"
        factor = target.factor("share_assessed_by_doctor_last_12_months", "Langtidsopphold i institusjon (sykehjem)", breakdown)
        shares[n] = float(min(0.99, shares[n] * factor))


_ADJUSTMENTS: Sequence[Callable[[Fitted, _Target], None]] = (
    _entrants,
    _turnover,
    _needs,
    _services,
    _refusals,
    _at_year_end,
    _hours,
    _plans,
    _doctor,
)


def calibrate(parameters: Parameters, rounds: Sequence[float], *, seed: int = 1, damping: float = 0.7) -> Parameters:
    """Fit the parameters, one round for each share of the people simulated."""
    for number, share in enumerate(rounds, start=1):
        years = made_years(seed, parameters, share)
        found = compared(years)
        _log.info(
            "round %d: fitted %.1f %%, unfitted %.1f %%",
            number,
            median_deviation(found, FITTED),
            median_deviation(found, UNFITTED),
        )
        parameters = improved(parameters, years, damping)
    return parameters


def write_fitted(parameters: Parameters, path: Path) -> None:
    """Replace the section ``fitted`` of the calibration file; what stands before it is kept as it is."""
    before, _, _ = data_text("calibration.yaml").partition("\nfitted:")
    fitted = yaml.safe_dump({"fitted": _rounded(parameters.fitted)}, default_flow_style=None, width=110, sort_keys=False)
    path.write_text(f"{before}\n{fitted}", encoding="utf-8")


def _rounded(value: Any) -> Any:  # noqa: ANN401 any tree of numbers
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return round(float(value), 5)


def main() -> None:
    """Fit, rewrite the calibration file, and write the report beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=float, nargs="+", default=[0.06] * 8 + [0.25] * 4)
    parser.add_argument("--damping", type=float, default=0.7)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    fitted = calibrate(default_parameters(), options.rounds, damping=options.damping)
    write_fitted(fitted, Path(__file__).parent / "data" / "calibration.yaml")
    if options.report:
        options.report.write_text(render(compared(made_years(1, fitted, options.rounds[-1]))), encoding="utf-8")
