"""What someone asks of a sum report: whose, when, by what; checked against what the report and the catalogue have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from omsorgstall.codes import service_types
from omsorgstall.core import ErrorFamily, OmsorgstallError, Text
from omsorgstall.measures.period import Period
from omsorgstall.measures.settings import DiagnosisGroup, Settings, category_range, varied
from omsorgstall.statistics.sum_reports.ad_hoc import (
    AD_HOC,
    MOST_BREAKDOWNS,
    SERVED_BY_NAME,
    SHARES,
    ad_hoc_report,
    counted_by_name,
)
from omsorgstall.statistics.sum_reports.breakdown import Breakdown
from omsorgstall.statistics.sum_reports.breakdowns import age_bands_from, ages, breakdowns, every_variable
from omsorgstall.statistics.sum_reports.population import Time, is_whole_year, known_populations
from omsorgstall.statistics.sum_reports.specification import SumReport, figures_of, sum_reports
from omsorgstall.statistics.sum_reports.texts import said

_Known = TypeVar("_Known")
NONE = "Ingen"
"""Stands for no columns."""
OWN_DIAGNOSES, OTHER_DIAGNOSES = "EGNE", "OTHER"
_SYSTEMS = ("ICPC-2", "ICD-10")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; what is left out takes the report's defaults.

    Attributes:
        report: such as ``S01``, or ``TABELL`` for an ad hoc table.
        dates: of reports on a date, one or more, shown side by side; ``periods`` likewise of reports in a period.
        rows: a breakdown; ``columns`` likewise, ``Ingen`` for none.
        only: codes that are kept, by id of a breakdown.
        services: service types in place of the report's; ``without`` leaves some of them out.
        units: organisation numbers of places of service.
        age_breaks: ages at which bands begin, in place of the national bands.
        most_rows: how many combinations are shown one by one.
        split: further breakdowns that each row is split by.
        figures: ids of the figures shown, in place of those shown by default.
        diagnoses: categories such as ``P70`` or ``F00-F03``, told apart from others in place of the groups of diagnoses.
        assume: decisions that are changed, by id, with the value as text (``measures.settings.varied``).
        counts: of an ad hoc table, what is counted (``ad_hoc.counted_by_name``).
        shares: of an ad hoc table, the shares of its first figure that are shown (``row``, ``column``, ``total``).
        hours_only: of an ad hoc table, whether only services with granted hours count; ``title`` its title.
    """

    report: str
    dates: tuple[date, ...] = ()
    periods: tuple[Period, ...] = ()
    rows: str = ""
    columns: str = ""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: tuple[int, ...] = ()
    units: tuple[str, ...] = ()
    age_breaks: tuple[int, ...] = ()
    most_rows: int = 20
    split: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    without: tuple[int, ...] = ()
    diagnoses: tuple[str, ...] = ()
    assume: Mapping[str, str] = field(default_factory=dict)
    counts: str = ""
    shares: tuple[str, ...] = ()
    hours_only: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be met; ``times`` are its dates or periods, in order."""

    request: Request
    report: SumReport
    rows: Breakdown
    split: tuple[Breakdown, ...]
    columns: Breakdown | None
    services: tuple[int, ...]
    kept: tuple[tuple[Breakdown, tuple[str, ...]], ...]
    times: tuple[Time, ...]

    @property
    def last_year(self) -> int:
        """The calendar year that its last date or period ends in."""
        last = self.times[-1]
        return last.year if isinstance(last, date) else last.last.year

    @property
    def by(self) -> tuple[Breakdown, ...]:
        """The breakdowns of the table in order: rows, what splits them, columns."""
        return (self.rows, *self.split, *([self.columns] if self.columns else []))

    @property
    def reads(self) -> frozenset[str]:
        """The columns of persons and events that it looks at."""
        told = {"assessed"} if "assessment_age" in self.report.tells else set()
        scores = {v.lower() for v in _variables()} if self.report.of_scores else set()
        return frozenset(told | scores | {c for b in (*self.by, *(b for b, _ in self.kept)) for c in b.reads})


def _variables() -> tuple[str, ...]:
    return tuple(m.code for m in every_variable().members)


def settings_of(request: Request, settings: Settings) -> Settings:
    """The settings with what the request assumes instead."""
    changed = varied(settings, request.assume) if request.assume else settings
    return replace(changed, diagnosis_groups=_own_diagnoses(request.diagnoses)) if request.diagnoses else changed


def _own_diagnoses(categories: tuple[str, ...]) -> tuple[DiagnosisGroup, ...]:
    ranges = tuple((system, *category_range(text.upper())) for system in _SYSTEMS for text in categories)
    name = Text.same(", ".join(c.upper() for c in categories))
    return DiagnosisGroup(OWN_DIAGNOSES, name, ranges), DiagnosisGroup(OTHER_DIAGNOSES, said("other_diagnoses"), ())


def asked(request: Request) -> Asked:
    """The request with its defaults, checked.

    Raises:
        OmsorgstallError: (USAGE) when it names what there is not.
    """
    if request.report == AD_HOC:
        return _asked_of(_ad_hoc(request), request)
    return _asked_of(one_of("sum report", request.report, sum_reports()), request)


def _ad_hoc(request: Request) -> SumReport:
    """The report that an ad hoc table is."""
    population = known_populations()[one_of("population", request.counts or SERVED_BY_NAME, counted_by_name())]
    known = figures_of(population.id)
    if not request.rows:
        raise _refused("An ad hoc table has no rows.", "Say what the rows are, such as Alder.")
    if len(request.split) + 1 + bool(request.columns) > MOST_BREAKDOWNS:
        raise _refused(f"An ad hoc table has at most {MOST_BREAKDOWNS} breakdowns.", "Leave some out, or keep one of them only.")
    chosen = [one_of("figure", name, known) for name in request.figures] or [next(iter(known.values()))]
    for share in request.shares:
        one_of("share", share, dict.fromkeys(SHARES))
    return ad_hoc_report(population, chosen, request.shares, title=request.title, hours_only=request.hours_only)


def _asked_of(report: SumReport, request: Request) -> Asked:
    """The request to a report, with its defaults, checked.

    Raises:
        OmsorgstallError: (USAGE) when it names what there is not.
    """
    known = fitting(report, request)
    columns = request.columns or next(iter(report.columns), NONE)
    by_row = _rows(report, request.rows or report.rows[0], known)
    split = () if report.of_scores else tuple(one_of("breakdown", s, known) for s in request.split)
    _one_score([by_row.id, *request.split, columns], request)
    by_column = None if columns == NONE or not report.columns else one_of("breakdown", columns, known)
    kept = tuple((one_of("breakdown", b, known), codes) for b, codes in request.only.items())
    for breakdown, codes in kept:
        _known_codes(breakdown, codes)
    for service in (*request.services, *request.without):
        one_of("service type", str(service), {str(c): s for c, s in service_types().items()})
    for figure in request.figures if report.id != AD_HOC else ():
        one_of("figure of this report", figure, {f.id: f for f in report.figures if f.shown})
    services = tuple(s for s in request.services or report.services if s not in request.without)
    return Asked(request, report, by_row, split, by_column, services, kept, _times(request, report))


def _rows(report: SumReport, wanted: str, known: Mapping[str, Breakdown]) -> Breakdown:
    if report.of_scores:
        _only_choice("rows", wanted, report.rows)
        return every_variable()
    return one_of("breakdown", wanted, known)


def _one_score(by: Iterable[str], request: Request) -> None:
    """Scores at start and end are those of one variable: of several together they mean nothing."""
    if {"SkaarStart", "SkaarSlutt"}.intersection(by) and len(request.only.get("Mal", ())) != 1:
        what = "Scores at the start and end are told of one variable at a time."
        raise _refused(what, "Choose one, such as --only Mal=F05.")


def fitting(report: SumReport, request: Request) -> dict[str, Breakdown]:
    """The breakdowns that the population of the report can be told apart by, by id."""
    columns = known_populations()[report.population].columns
    found = dict(breakdowns(settings_of(request, Settings())))
    if request.age_breaks:
        found["Alder"] = ages(age_bands_from(request.age_breaks))
    return {name: b for name, b in found.items() if columns.issuperset(b.reads)}


def _times(request: Request, report: SumReport) -> tuple[Time, ...]:
    if report.of_period:
        if not request.periods:
            raise _refused(f"{report.id} is counted in a period, and none is given.", "Give the first and the last day.")
        if report.whole_years and not all(map(is_whole_year, request.periods)):
            raise _refused(f"{report.id} is counted between the ends of two years.", "Say --year, or periods of whole years.")
        return tuple(sorted(set(request.periods), key=lambda p: (p.first, p.last)))
    if not request.dates:
        raise _refused(f"{report.id} is counted on a date, and none is given.", "Give one or more dates.")
    return tuple(sorted(set(request.dates)))


def one_of(what: str, wanted: str, known: Mapping[str, _Known]) -> _Known:
    """What is known by the name that is wanted.

    Raises:
        OmsorgstallError: (USAGE) with the nearest name and all that are known.
    """
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise _refused(f"There is no {what} {wanted}.", f"{hint}Known are {', '.join(known)}.")


def _only_choice(what: str, wanted: str, choices: Iterable[str]) -> None:
    if wanted not in choices:
        raise _refused(f"The {what} of this report cannot be {wanted}.", f"Leave it out, or say {', '.join(choices)}.")


def _known_codes(breakdown: Breakdown, codes: tuple[str, ...]) -> None:
    known = {m.code: m for m in breakdown.members}
    for code in codes if known else ():
        one_of(f"code of {breakdown.id}", code, known)


def _refused(what: str, todo: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.USAGE, "report-not-possible", what, todo=todo)
