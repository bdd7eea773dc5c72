"""What is recorded of a person beside her services: her household, answers of the reviews of residents, high effort at home."""

from collections.abc import Collection, Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import code_list
from omsorgstall.measures.days import KEYS, day_number, last_day, year_before
from omsorgstall.measures.hours import SECONDS_PER_HOUR
from omsorgstall.measures.settings import Settings

YES, NO, ANSWER_NOT_STATED = 1, 2, 9
NUTRITION = ("low_bmi", "weight_loss", "reduced_intake")
HOUSEHOLD_NOT_STATED = 9
ASSESSED = ("doctor_assessed", "dental_assessed")
UNDERNUTRITION = "undernutrition"
REVIEWS = ("medication_review", *NUTRITION, *ASSESSED, UNDERNUTRITION)
"""What is asked of residents."""
HIGH_EFFORT = "high_effort"
ANSWERED = (*REVIEWS, HIGH_EFFORT)
"""Every column of person facts whose values are yes, no and not stated."""
LONG_TERM_STAY = 21


def with_circumstances(facts: ir.Table, tables: Mapping[str, ir.Table], settings: Settings, columns: Collection[str]) -> ir.Table:
    """Person facts with the columns asked for.

    ``household`` is the code of the list, ``9`` not stated; of a person reported twice the lowest. The reviews are null but for
    those with an active long-term stay on 31 December (``resident``, which is taken away): ``medication_review``,
    ``doctor_assessed`` and ``dental_assessed`` are ``1`` when the last is of the twelve months before, ``2`` when it is older,
    ``9`` when none is stated; the three questions on nutrition are ``1`` yes, ``2`` no, ``9`` not answered, one yes is enough;
    ``undernutrition`` is ``1`` when any of the three is yes, ``2`` when one is answered, else ``9``. ``high_effort`` is null but
    for users of home services (``home_user``, which is taken away): ``1`` when more than the limit of hours of them is granted a
    week (``home_seconds``, taken away), ``2`` when not, ``9`` when no hours are stated.
    """
    found = facts
    if {"household", "medication_review", *ASSESSED} & set(columns):
        found = _joined(found, _of_person(tables["person"], settings))
    if not {*NUTRITION, UNDERNUTRITION}.isdisjoint(columns):
        found = _joined(found, _of_nutrition(tables["nutrition"]))
    answers = {name: found[name].coalesce(ANSWER_NOT_STATED) for name in REVIEWS if name in columns}
    answers = {name: found.resident.ifelse(column, None).cast("int8") for name, column in answers.items()}
    if HIGH_EFFORT in columns:
        limit = round(settings.high_effort_hours * SECONDS_PER_HOUR)
        high = ibis.cases((found.home_seconds.isnull(), ANSWER_NOT_STATED), (found.home_seconds > limit, YES), else_=NO)
        answers[HIGH_EFFORT] = found.home_user.ifelse(high, None).cast("int8")
    household = {"household": found.household.coalesce(HOUSEHOLD_NOT_STATED).cast("int8")} if "household" in columns else {}
    kept = [c for c in facts.columns if c not in ("resident", "home_user", "home_seconds")]
    return found.select(*kept, **household, **answers)


def _joined(facts: ir.Table, known: ir.Table) -> ir.Table:
    return facts.left_join(known, list(KEYS)).select(*facts.columns, *(c for c in known.columns if c not in KEYS))


def _of_person(person: ir.Table, settings: Settings) -> ir.Table:
    end = last_day(person.data_year, settings.until)
    since = year_before(person.data_year, settings.until)
    dates = {"medication_review": person.medication_review_date, **{name: person[name] for name in ASSESSED}}
    days = {name: day_number(date) for name, date in dates.items()}
    done = {name: (day <= end).ifelse((day >= since).ifelse(YES, NO), None).min().cast("int8") for name, day in days.items()}
    household = person.household.isin([c.value for c in code_list("household").codes]).ifelse(person.household, None)
    return person.group_by(list(KEYS)).aggregate(household=household.min(), **done)


def _of_nutrition(nutrition: ir.Table) -> ir.Table:
    given = {name: nutrition[name].isin([YES, NO]).ifelse(nutrition[name], None) for name in NUTRITION}
    found = nutrition.group_by(list(KEYS)).aggregate(**{name: column.min() for name, column in given.items()})
    # A yes to any of the three, else a no: the least code that is given.
    worst = [found[name].coalesce(ANSWER_NOT_STATED) for name in NUTRITION]
    return found.mutate(**{UNDERNUTRITION: ibis.least(*worst)})
