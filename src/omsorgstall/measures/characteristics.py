"""What a person is on a day: age, sex, household and need, and the other things a report is broken down by.

Everything is that of the snapshot of the day's own year, which is the ``data_year`` of the rows that are described.
"""

from collections.abc import Collection, Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import function_variables
from omsorgstall.measures.cleared import cleared
from omsorgstall.measures.days import KEYS, day_number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.need import EXTENSIVE, LOW, MEDIUM, NOT_STATED, with_subscales
from omsorgstall.measures.people import people
from omsorgstall.measures.period import of_years
from omsorgstall.measures.settings import Settings

CODES = ("household", "individual_plan", "coordinator", "private_help", "care_for_children")
DATES = ("doctor_assessed", "dental_assessed")
OF_PERSONS = ("leaf_region", "age", "sex", *CODES, "private_help_hours", *DATES)
SCORES = tuple(v.id.lower() for v in function_variables())
PARTS = tuple(dict.fromkeys(v.subscale for v in function_variables() if v.subscale))
ASSESSED = ("assessed", "need", *(f"{part}_{what}" for part in PARTS for what in ("level", "mean")), *SCORES)
"""What an assessment tells: its day (day number), ``need`` and ``<subscale>_level`` (``1``–``3``, ``9`` not stated), the mean of
each subscale, and the scores by variable (``f01`` …; null when not given)."""
_DAY = (*KEYS, "day")


def described(
    tables: Mapping[str, ir.Table],
    settings: Settings,
    rows: ir.Table,
    *,
    event: bool = False,
    keep: Keep = not_kept,
    columns: Collection[str] | None = None,
    years: range | None = None,
) -> ir.Table:
    """The rows with what their persons are on ``day``; rows of persons that are not there fall out.

    Age is completed years on the day; where only the birth year is known, those completed by the end of the year. Of a person
    who stands twice (in two former municipalities that are one today) the highest codes and the latest dates hold. The assessment
    is the latest on or before the day, however old; of an event, when there is none, the first one shortly after.

    Columns beside those of the rows: ``leaf_region``, ``age`` (null when unknown), ``sex`` (1 male, 2 female, 9 not stated), the
    codes of ``CODES`` (null when not stated), ``private_help_hours``, ``doctor_assessed`` and ``dental_assessed`` (day numbers),
    and those of ``ASSESSED``.

    Args:
        keep: runs steps that several populations share.
        columns: those wanted; all when None. Without any of ``ASSESSED`` no assessment is looked at.
        years: the data years of the rows, so that those of others are not described in vain.
    """
    tables = cleared(tables)
    cut = tables if years is None else of_years(tables, years[0], years[-1])
    known = keep(_persons(cut, keep(people(tables, settings), "people")), "characteristics")
    both = rows.join(known, list(KEYS))
    both = both.mutate(age=_age(both))
    wanted = [c for c in (*OF_PERSONS, *ASSESSED) if columns is None or c in columns]
    if set(wanted) & set(ASSESSED):
        scored = keep(_scored(cut["assessment"], settings), "assessments")
        found = _which(scored, rows.select(*_DAY).distinct(), settings.assessed_after_event if event else 0)
        both = both.left_join(found, list(_DAY)).drop(*(f"{c}_right" for c in _DAY))
        both = both.left_join(scored, [*KEYS, "assessed"])
    return both.select(*rows.columns, *wanted)


def with_persons(tables: Mapping[str, ir.Table], settings: Settings, rows: ir.Table) -> ir.Table:
    """The rows with what ``described`` adds of the persons themselves, without assessments; ``tables`` are cleared.

    The rows are of persons who count: users for testing are not told from others here.
    """
    theirs = {**tables, "person": tables["person"].semi_join(rows, list(KEYS))}
    both = rows.join(_persons(theirs, people(theirs, settings)), list(KEYS))
    return both.mutate(age=_age(both)).drop("birth_date", "year_age")


def _persons(tables: Mapping[str, ir.Table], persons: ir.Table) -> ir.Table:
    known = persons.select(*KEYS, "leaf_region", "sex", year_age="age")
    person = tables["person"]
    own = person.group_by(list(KEYS)).aggregate(
        birth_date=person.birth_date.min(),
        private_help_hours=person.private_help_hours.max(),
        **{c: person[c].max() for c in CODES},
        **{c: day_number(person[c]).max() for c in DATES},
    )
    return known.join(own, list(KEYS))


def _age(rows: ir.Table) -> ir.IntegerValue:
    """Completed years; a birthday on 29 February is 1 March in other years."""
    birth, year = rows.birth_date, rows.data_year.cast("int32")
    birthday = day_number(ibis.date(year, birth.month(), 1)) + birth.day() - 1
    completed = year - birth.year() - (birthday > rows.day).cast("int32")
    exact = (completed >= 0).ifelse(completed, ibis.null())
    return birth.notnull().ifelse(exact, rows.year_age).cast("int16")


def _scored(assessment: ir.Table, settings: Settings) -> ir.Table:
    """One row per person and day of assessment: of several that with the highest need, then the highest scores."""
    rows = assessment.mutate(assessed=day_number(assessment.assessment_date)).filter(assessment.assessment_date.notnull())
    rows = with_subscales(rows.select(*KEYS, "assessed", *SCORES), settings.need_profile)
    rank = rows.need.cases((NOT_STATED, 0), (LOW, 1), (MEDIUM, 2), (EXTENSIVE, 3))
    order = [rank.desc(), *(rows[s].coalesce(-1).desc() for s in SCORES)]
    rows = rows.mutate(place=ibis.row_number().over(ibis.window(group_by=[*KEYS, "assessed"], order_by=order)))
    return rows.filter(rows.place == 0).select(*KEYS, *ASSESSED)


def _which(scored: ir.Table, days: ir.Table, after: int) -> ir.Table:
    """The date of the assessment that counts on each day, where there is one."""
    both = days.join(scored.select(*KEYS, "assessed"), list(KEYS))
    both = both.filter(both.assessed <= both.day + after)
    found = both.group_by(list(_DAY)).aggregate(
        before=both.assessed.max(where=both.assessed <= both.day), later=both.assessed.min(where=both.assessed > both.day)
    )
    return found.select(*_DAY, assessed=found.before.coalesce(found.later))
