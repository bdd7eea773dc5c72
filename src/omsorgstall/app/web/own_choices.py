"""What can be chosen about a sum report by a form: its fields, and the request that a form sends.

The names in the address are those of ``omsorgstall table --query``; a form also sends ``aar``, ``dato``, ``fra`` and ``til``,
since it cannot write dates and periods itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from omsorgstall.app.pipeline.report_desk import last_time
from omsorgstall.codes import service_types
from omsorgstall.core import Text
from omsorgstall.measures.period import Period
from omsorgstall.publish.sum_reports.layout import begun
from omsorgstall.publish.sum_reports.own_pages import Choice, Option
from omsorgstall.publish.wording import text
from omsorgstall.statistics.sum_reports import Asked, Request, SumReport, Time
from omsorgstall.statistics.sum_reports.breakdown import Breakdown
from omsorgstall.statistics.sum_reports.request import NONE, fitting
from omsorgstall.statistics.sum_reports.request_text import from_query, to_query

YEAR, DAY, FIRST, LAST, LANGUAGE = "aar", "dato", "fra", "til", "sprak"
_WITH_COMMAS = ("ages", "units")
"""Fields of text that hold a list."""
_Pairs = Iterable[tuple[str, str]]


def request_from(report: SumReport, sent: _Pairs, years: Sequence[int]) -> Request:
    """The request that an address asks for; the last of the years when it says no time.

    Raises:
        OmsorgstallError: (USAGE) when the address holds what is no choice.
    """
    given = [(name, value.strip()) for name, value in sent if value.strip() and name != LANGUAGE]
    split = [(name, part) for name, value in given for part in (_parts(value) if name in _WITH_COMMAS else [value])]
    named = [(name, value) for name, value in split if name not in (YEAR, DAY, FIRST, LAST)]
    times = list(_times(report, split))
    if not times and not {"dates", "periods"}.intersection(dict(named)):
        times = [_written(report, years[-1])]
    return replace(from_query(urlencode([*named, *times])), report=report.id)


def beside_the_form(request: Request, choices: Iterable[Choice]) -> tuple[tuple[str, str], ...]:
    """What the address of a request holds that the form has no field for."""
    fields = {"report", "dates", "periods", *(c.name for c in choices)}
    return tuple(pair for pair in parse_qsl(to_query(request)) if pair[0] not in fields)


def _times(report: SumReport, given: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Dates or periods as a query has them."""
    ends = dict(given)
    for name, value in given:
        if name == YEAR:
            yield _written(report, int(value) if value.isdecimal() and 1 <= int(value) <= date.max.year else 1)
        if name == DAY:
            yield "dates", value
    if FIRST in ends or LAST in ends:
        yield "periods", f"{ends.get(FIRST, '')}/{ends.get(LAST, '')}"


def _written(report: SumReport, year: int) -> tuple[str, str]:
    time = last_time(year, on_a_date=not report.of_period)
    if isinstance(time, date):
        return "dates", time.isoformat()
    return "periods", f"{time.first.isoformat()}/{time.last.isoformat()}"


def _parts(value: str) -> list[str]:
    return value.replace(",", " ").split()


def choices_of(wanted: Asked, years: Sequence[int], language: str) -> tuple[Choice, ...]:
    """The fields of the form, as the request fills them in."""
    return (*_when(wanted, years), *_breakdowns(wanted, language), *_persons(wanted, language), *_services(wanted, language))


def _when(wanted: Asked, years: Sequence[int]) -> Iterator[Choice]:
    of = {year: last_time(year, on_a_date=not wanted.report.of_period) for year in years}
    yield Choice("years", YEAR, "many", tuple(Option(str(y), str(y), at in wanted.times) for y, at in of.items()))
    other = next((at for at in wanted.times if at not in of.values()), None)
    if not wanted.report.of_period:
        yield Choice("date", DAY, "date", value=_end(other, "first"), folded=True)
    elif not wanted.report.whole_years:
        yield Choice("from", FIRST, "date", value=_end(other, "first"), folded=True)
        yield Choice("to", LAST, "date", value=_end(other, "last"), folded=True)


def _end(time: Time | None, which: str) -> str:
    if time is None:
        return ""
    day: date = getattr(time, which) if isinstance(time, Period) else time
    return day.isoformat()


def _breakdowns(wanted: Asked, language: str) -> Iterator[Choice]:
    report, known = wanted.report, fitting(wanted.report, wanted.request)
    if report.of_scores:
        return
    ordered = [*report.rows, *(name for name in known if name not in report.rows)]
    named = {name: known[name].label for name in ordered if name in known}
    none = {"": text("own_none")}
    yield Choice("rows", "rows", "one", _options(named, (wanted.rows.id,), language))
    yield Choice("split", "rows", "one", _options(none | named, tuple(b.id for b in wanted.split[:1]) or ("",), language))
    if report.columns:
        by = wanted.columns.id if wanted.columns else NONE
        yield Choice("columns", "columns", "one", _options(named | {NONE: text("own_none")}, (by,), language))


def _persons(wanted: Asked, language: str) -> Iterator[Choice]:
    known, only = fitting(wanted.report, wanted.request), wanted.request.only
    if "Kjonn" in known:
        leaves = {"": text("own_everybody")} | _leaves(known["Kjonn"])
        yield Choice("sex", "only.Kjonn", "one", _options(leaves, only.get("Kjonn", ("",))[:1], language))
    if "Behov" in known:
        yield Choice(
            "need", "only.Behov", "many", _options(_leaves(known["Behov"]), only.get("Behov", ()), language), folded=True
        )
    if "Alder" in known:
        yield Choice("ages", "ages", "text", value=", ".join(map(str, wanted.request.age_breaks)), folded=True)


def _services(wanted: Asked, language: str) -> Iterator[Choice]:
    yield Choice("units", "units", "text", value=", ".join(wanted.request.units), folded=True)
    named = {str(s): service_types()[s].name for s in wanted.report.services}
    yield Choice("services", "services", "many", _options(named, tuple(map(str, wanted.request.services)), language), folded=True)
    shown = {f.id: f.label for f in wanted.report.figures if f.shown}
    if len(shown) > 1:
        yield Choice("figures", "figures", "many", _options(shown, wanted.request.figures, language), folded=True)


def _leaves(breakdown: Breakdown) -> dict[str, Text]:
    return {m.code: m.label for m in breakdown.members}


def _options(named: Mapping[str, Text], chosen: Sequence[str], language: str) -> tuple[Option, ...]:
    return tuple(Option(code, begun(label.in_language(language)), code in chosen) for code, label in named.items())
