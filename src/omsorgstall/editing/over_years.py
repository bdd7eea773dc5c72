"""Controls that hold a municipality's figures against its own of the year before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from omsorgstall.editing.control import Control
from omsorgstall.editing.figures import Figures, Floats, Marks, beyond_chance, strata_of
from omsorgstall.editing.finding import Outcome, Tally
from omsorgstall.editing.methods import largest_changes, ratio_edit, unit_factor

AllFigures = Mapping[str, Figures]


PERSONS = "users"
"""The figure that counts the persons behind amounts."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """One service of one kind of figure in two years, with the persons behind it in each."""

    figures: Figures
    service: int
    now: Floats
    before: Floats
    persons_now: Floats
    persons_before: Floats
    national: float

    def beyond_chance(self, limits: Mapping[str, Any]) -> Marks:
        """Whether the change is more than ``least_change`` and chance. Nothing at all counts as one person of the other year."""
        persons, others = self._least_one(0), self._least_one(1)
        now = np.where(self.now > 0, self.now, self.before / others)
        before = np.where(self.before > 0, self.before, self.now / persons)
        terms = {"least": limits["least_change"], "chance": limits["chance"][self.figures.id]}
        return beyond_chance(now, before, persons, others, terms)

    def _least_one(self, which: int) -> Floats:
        """The persons of this year (0) or the year before (1), at least one."""
        return np.fmax((self.persons_now, self.persons_before)[which], 1.0)


def _pairs(control: Control, figures: AllFigures, year: int) -> Iterator[_Pair]:
    for kind in (figures[f] for f in control.figures if f in figures):
        now, before = kind.of_year(year), kind.of_year(year - 1)
        for service in kind.service_rows(control.levels):
            code = kind.services[service].code
            persons = [figures[PERSONS].vector(code, y, kind.municipalities) for y in (year, year - 1)]
            national = kind.national_of(service, year)
            yield _Pair(kind, service, now[:, service], before[:, service], persons[0], persons[1], national)


def change_from_last_year(control: Control, figures: AllFigures, year: int) -> Outcome:
    """A change beyond chance (``least_change``, ``chance``), and outside the ratio edit of the stratum.

    Expected is last year's figure times the median change of the stratum.
    """
    tally, limits = Tally(control), control.limits
    for pair in _pairs(control, figures, year):
        testable = (pair.now > 0) & (pair.before > 0)
        strata = strata_of(pair.figures.municipalities, testable, limits["least_units"])
        tested = ratio_edit(pair.now, pair.before, strata, size=limits["size"], least=limits["least"], width=limits["width"])
        columns = {n: tested.units[n].to_numpy(zero_copy_only=False) for n in ("median", "lower", "upper")}
        for n in tally.flagged(tested, pair.beyond_chance(limits)):
            lower, upper = (float(columns[side][n] * pair.before[n]) for side in ("lower", "upper"))
            expected = float(columns["median"][n] * pair.before[n])
            place = pair.figures.place(n, pair.service, year)
            tally.add(place, float(pair.now[n]), expected, pair.national, lower=lower, upper=upper)
    return tally.outcome()


def gone_since_last_year(control: Control, figures: AllFigures, year: int) -> Outcome:
    """Nothing, where at least ``least_persons`` stood behind last year's figure. Expected is last year's figure."""
    tally = Tally(control)
    for pair in _pairs(control, figures, year):
        judged = ~np.isnan(pair.now) & ~np.isnan(pair.before)
        tally.count(int(judged.sum()), len(judged))
        enough = pair.persons_before >= control.limits["least_persons"]
        for n in np.flatnonzero(judged & enough & (pair.now == 0) & (pair.before > 0)):
            place = pair.figures.place(int(n), pair.service, year)
            tally.add(place, 0.0, float(pair.before[n]), pair.national)
    return tally.outcome()


def moved_the_country(control: Control, figures: AllFigures, year: int) -> Outcome:
    """A change that alone moves the national figure by ``least_influence``, beyond chance. Expected is last year's figure."""
    tally, limits = Tally(control), control.limits
    for pair in _pairs(control, figures, year):
        threshold = limits["least_influence"] * pair.national
        tested = largest_changes(pair.before, pair.now, threshold=threshold)
        for n in tally.flagged(tested, pair.beyond_chance(limits)):
            before = float(pair.before[n])
            place = pair.figures.place(n, pair.service, year)
            tally.add(place, float(pair.now[n]), before, pair.national, lower=before - threshold, upper=before + threshold)
    return tally.outcome()


def reported_in_another_unit(control: Control, figures: AllFigures, year: int) -> Outcome:
    """A figure per person that is a known factor between units times last year's, such as hours a month for hours a week.

    Expected, and suggested, is the figure divided by the factor.
    """
    tally, limits = Tally(control), control.limits
    for pair in _pairs(control, figures, year):
        now = _per_person(pair.now, pair.persons_now, limits["least_persons"])
        before = _per_person(pair.before, pair.persons_before, limits["least_persons"])
        tested = unit_factor(now, before, limits["factors"], tolerance=limits["tolerance"])
        for n in tally.flagged(tested):
            row = tested.units.slice(n, 1).to_pylist()[0]
            suggested = float(pair.now[n] / row["factor"])
            place = pair.figures.place(n, pair.service, year)
            tally.add(place, float(pair.now[n]), suggested, pair.national, suggested=suggested, about=row["meaning"])
    return tally.outcome()


def _per_person(values: Floats, persons: Floats, least: float) -> Floats:
    """The figure per person of the same service; missing where too few persons stand behind it."""
    found: Floats = np.divide(values, persons, out=np.full(len(values), np.nan), where=persons >= least)
    return found
