"""Indicators (indikatorer): shares of persons with unmet need, a suitable dwelling, nutrition and medication followed up.

Each person has a state in each: ``yes``, ``no``, ``missing``, or null when it is not about her. Who it is about, and what a
missing answer does, stands in ``data/indicators.yaml`` with the texts of numerator and denominator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import ibis
from ibis.expr import types as ir

from omsorgstall.core import Text
from omsorgstall.measures.days import KEYS, day_number, last_day, year_before
from omsorgstall.measures.report_date import active_records, at_date
from omsorgstall.measures.settings import Settings, read_data

YES, NO, NOT_RELEVANT, STILL_UNMET = 1, 2, 9, 3
IN, OUT, MISSING = "yes", "no", "missing"
QUESTIONS = ("low_bmi", "weight_loss", "reduced_intake")
_COUNTS_AS_NO = "counts_as_no"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A share: what is counted over what.

    Attributes:
        services: who is asked about has one of these on the date; any service when empty.
        not_services: and none of these.
        missing: ``excluded``: told apart and in no share; ``counts_as_no``: in the denominator alone.
        first_year: before it the fields were not in use, and nobody has a state.
        verified: whether numerator and denominator were read in a source.
    """

    id: str
    name: Text
    numerator: Text
    denominator: Text
    services: tuple[int, ...]
    not_services: tuple[int, ...]
    missing: str
    first_year: int
    verified: bool
    source: str


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator by id, in the order of the data file."""
    return {name: _indicator(name, item) for name, item in read_data("indicators").items()}


def _indicator(name: str, item: dict[str, Any]) -> Indicator:
    texts = {key: Text.of(item[key]) for key in ("name", "numerator", "denominator")}
    lists = {key: tuple(item[key]) for key in ("services", "not_services")}
    return Indicator(**{"id": name, **item, **texts, **lists})


def indicator_states(tables: Mapping[str, ir.Table], settings: Settings, on: date | None = None) -> ir.Table:
    """One row per data year, municipality and person with a service on 31 December, or ``on`` a date.

    Columns: the keys, and of each indicator a column of its id: ``yes``, ``no``, ``missing`` or null.
    """
    tables, settings = at_date(tables, settings, on)
    rows = _asked(active_records(tables, settings))
    for found in (_participation(tables), _nutrition(tables), _of_person(tables, settings, on)):
        rows = rows.left_join(found, list(KEYS)).select(*rows.columns, *(c for c in found.columns if c not in KEYS))
    return rows.select(*KEYS, **{i.id: _state(i, rows) for i in indicators().values()})


def indicator_counts(states: ir.Table, by: Sequence[str]) -> ir.Table:
    """The shares of groups: one row per group and indicator.

    Args:
        states: from ``indicator_states``, with further columns to group by.
        by: the columns that make a group.

    Returns:
        The columns ``by``, ``indicator``, ``numerator``, ``denominator`` and ``missing`` (persons of whom it is not stated).
    """
    return ibis.union(*(_counts(states, by, name) for name in indicators()))


def _counts(states: ir.Table, by: Sequence[str], name: str) -> ir.Table:
    state = states[name]
    found = states.group_by(list(by)).aggregate(
        numerator=(state == IN).sum().coalesce(0).cast("int64"),
        denominator=state.isin([IN, OUT]).sum().coalesce(0).cast("int64"),
        missing=(state == MISSING).sum().coalesce(0).cast("int64"),
    )
    return found.select(*by, "numerator", "denominator", "missing", indicator=ibis.literal(name))


def _asked(active: ir.Table) -> ir.Table:
    """The persons with a service, and of each indicator whether she is among those it is about."""
    among = {}
    for indicator in indicators().values():
        has = active.service_type.isin(indicator.services).any() if indicator.services else ibis.literal(True)
        barred = active.service_type.isin(indicator.not_services).any() if indicator.not_services else ibis.literal(False)
        among[f"about_{indicator.id}"] = has & ~barred & (active.data_year.max() >= indicator.first_year)
    return active.group_by(list(KEYS)).aggregate(**among)


def _state(indicator: Indicator, rows: ir.Table) -> ir.StringValue:
    """The state of those the indicator is about, after its policy for what is missing."""
    state = _STATES[indicator.id](rows)
    if indicator.missing == _COUNTS_AS_NO:
        state = (state == MISSING).ifelse(OUT, state)
    return rows[f"about_{indicator.id}"].ifelse(state, ibis.null())


def _participation(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Of each person, whether an area is answered, has a need, an unmet need, or a need without answer on help."""
    rows = tables["participation"]
    needs = (rows.need == YES).fill_null(False)
    found = rows.group_by(list(KEYS)).aggregate(
        answered=rows.need.isin([YES, NO, NOT_RELEVANT]).fill_null(False).any(),
        needs=needs.any(),
        unmet=(needs & rows.help.isin([NO, STILL_UNMET]).fill_null(False)).any(),
        untold=(needs & ~rows.help.isin([YES, NO, STILL_UNMET]).fill_null(False)).any(),
    )
    return found


def _nutrition(tables: Mapping[str, ir.Table]) -> ir.Table:
    rows = tables["nutrition"]
    answered = ibis.or_(*(rows[q].isin([YES, NO]).fill_null(False) for q in QUESTIONS))
    sign = ibis.or_(*((rows[q] == YES).fill_null(False) for q in QUESTIONS))
    return rows.group_by(list(KEYS)).aggregate(nourished=answered.any(), sign=sign.any())


def _of_person(tables: Mapping[str, ir.Table], settings: Settings, on: date | None) -> ir.Table:
    """Of each person: whether the dwelling suits, and whether there is a medication review within twelve months."""
    rows = tables["person"]
    reviewed = day_number(rows.medication_review_date)
    recent = (reviewed >= year_before(rows.data_year, on or settings.until, at_least=on is None)) & (
        reviewed <= last_day(rows.data_year, settings.until)
    )
    return rows.group_by(list(KEYS)).aggregate(
        suited=(rows.dwelling_suited == YES).fill_null(False).any(),
        unsuited=(rows.dwelling_suited == NO).fill_null(False).any(),
        irrelevant=(rows.dwelling_suited == NOT_RELEVANT).fill_null(False).any(),
        reviewed=recent.fill_null(False).any(),
    )


def _has(flag: ir.BooleanValue) -> ir.BooleanValue:
    return flag.coalesce(False)


_STATES = {
    "participation_need": lambda r: ibis.cases((_has(r.needs), IN), (_has(r.answered), OUT), else_=MISSING),
    "participation_unmet": lambda r: ibis.cases((_has(r.unmet), IN), (_has(r.untold), MISSING), (_has(r.needs), OUT)),
    # Of two answers, of former municipalities that are one today, the worse holds.
    "dwelling_suited": lambda r: ibis.cases(
        (_has(r.unsuited), OUT), (_has(r.suited), IN), (_has(r.irrelevant), ibis.null("string")), else_=MISSING
    ),
    "nutrition_assessed": lambda r: _has(r.nourished).ifelse(IN, MISSING),
    "nutrition_risk": lambda r: ibis.cases((_has(r.sign), IN), (_has(r.nourished), OUT)),
    "medication_reviewed": lambda r: _has(r.reviewed).ifelse(IN, MISSING),
}
