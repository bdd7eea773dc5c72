"""What is registered of a person's circumstances: dwelling, children, coordinator, nutrition, medication, taking part in society.

Shares are ASSUMED (``services.yaml``): no source gives them. The register's tables say from which data year a field is in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from omsorgstall.register.person_tables import NUTRITION, PERSON
from omsorgstall.synthetic import columns as col
from omsorgstall.synthetic.attributes import DECLINED, NO, YES, Situation
from omsorgstall.synthetic.columns import NO_DATE
from omsorgstall.synthetic.draws import Bools, Floats, Ints, Keys, exponential, keyed, uniform
from omsorgstall.synthetic.faults import Rates

NOT_RELEVANT, UNMET = 9, 3
DOCTOR, TEAM = 1, 2
AREAS = 5
NEEDS_ARE_ASKED = (18, 67)
"""Ages at which need of help to take part is registered (ASSUMED)."""
Shape = Mapping[str, Any]


def circumstances(now: Situation, plan: Ints, offered: Bools, year: int, last_day: int, shape: Shape) -> dict[str, pa.Array]:
    """Columns of the person table by name; empty where the field was not in use in the year.

    Args:
        plan: individual plan, as it stands in the person table.
        offered: who has a round-the-clock offer.
    """
    found = {
        **_round_the_clock(now, offered, last_day, shape),
        "coordinator": _codes(_coordinator(now, plan, shape)),
        **_dwelling(now, shape),
        "care_for_children": _codes(_children(now, shape)),
        "rehabilitation": pa.array(uniform(now.key, "rehabilitation") < shape["rehabilitation"]),
        **_medication(now, year, last_day, shape),
    }
    first = {c.name: c.first_year or 0 for c in PERSON.columns}
    return {name: values if year >= first[name] else pa.nulls(len(values), values.type) for name, values in found.items()}


def _codes(values: Ints) -> pa.Array:
    return col.code_column(values, pa.int8())


def _stated(now: Situation, name: str, values: Ints, shape: Shape) -> pa.Array:
    """Some answers are missing."""
    return _codes(np.where(uniform(now.key, f"{name} unanswered") < shape["unanswered"], -1, values))


def _round_the_clock(now: Situation, offered: Bools, last_day: int, shape: Shape) -> dict[str, pa.Array]:
    """The day the offer began; one in some has ended within the year."""
    began = last_day - exponential(now.key, "offered", shape["offer_days"]).astype(np.int64) - 1
    over = offered & (uniform(now.key, "offer over") < shape["offer_over"]) & ~now.long_term
    ended = np.maximum(began, last_day - (364 * uniform(now.key, "offer end")).astype(np.int64))
    return {
        "round_the_clock_from": col.date_column(np.where(offered, began, NO_DATE)),
        "round_the_clock_to": col.date_column(np.where(over, ended, NO_DATE)),
    }


def _coordinator(now: Situation, plan: Ints, shape: Shape) -> Ints:
    """Nearly everyone with an individual plan has one."""
    share = np.where(plan == YES, shape["coordinator_with_plan"], shape["coordinator_without_plan"])
    u = uniform(now.key, "coordinator")
    return np.where(u < share, YES, np.where(plan == DECLINED, DECLINED, NO))


def _children(now: Situation, shape: Shape) -> Ints:
    parent = (now.age >= 20) & (now.age < 55) & ~now.long_term
    return np.where(parent & (uniform(now.key, "children") < shape["care_for_children"]), YES, NO)


def _dwelling(now: Situation, shape: Shape) -> dict[str, pa.Array]:
    u = uniform(now.key, "suited")
    suited = np.where(u < shape["dwelling_suited"], YES, NO)
    grant = now.housing & (uniform(now.key, "grant") < shape["husbank_grant"])
    return {
        "dwelling_suited": _stated(now, "suited", np.where(now.long_term, NOT_RELEVANT, suited), shape),
        "ordinary_dwelling": _stated(now, "ordinary", np.where(now.housing | now.long_term, NO, YES), shape),
        "husbank_grant": _stated(now, "grant", np.where(grant, YES, NO), shape),
    }


def _medication(now: Situation, year: int, last_day: int, shape: Shape) -> dict[str, pa.Array]:
    """Reviews of medication became usual over some years."""
    usual = min(1.0, (year - shape["medication_from"] + 1) / shape["medication_years"])
    share = np.where(now.long_term, shape["medication_long_term"], shape["medication_others"]) * max(usual, 0.0)
    key = keyed(now.key, year)
    reviewed = uniform(key, "medication") < share
    day = last_day - (364 * uniform(key, "medication day")).astype(np.int64)
    who = np.where(uniform(key, "reviewer") < shape["medication_team"], TEAM, DOCTOR)
    return {
        "medication_review_date": col.date_column(np.where(reviewed, day, NO_DATE)),
        "medication_reviewer": _codes(np.where(reviewed, who, -1)),
    }


@dataclass(frozen=True)
class Nutrition:
    """Rows of nutrition; ``person`` is the index of the person, answers in the order of the table's columns."""

    person: Ints
    answers: tuple[pa.Array, ...]


def nutrition(now: Situation, year: int, rates: Rates, shape: Shape) -> Nutrition:
    """Three questions, asked of some; most who are asked answer all of them. Nobody before the field was in use."""
    key = keyed(now.key, year)
    share = np.where(now.long_term, shape["nutrition_long_term"], shape["nutrition_others"])
    in_use = year >= (NUTRITION.columns[0].first_year or year)
    person = np.flatnonzero((uniform(key, "nutrition") < share) & in_use)
    key = key[person]
    blank = uniform(key, "nutrition blank") < rates["nutrition_without_answer"]
    return Nutrition(person, tuple(_answer(key, name, now, person, blank, shape) for name in NUTRITION.column_names()))


def _answer(key: Keys, name: str, now: Situation, person: Ints, blank: Bools, shape: Shape) -> pa.Array:
    answered = ~blank & (uniform(key, f"{name} answered") < shape["nutrition_answered"])
    risk = uniform(key, name) < np.array(shape["nutrition_risk"])[_level(now)[person]]
    return _codes(np.where(answered, np.where(risk, YES, NO), -1))


def _level(now: Situation) -> Ints:
    """0 to 2 by need; not stated counts as the lowest."""
    return np.where(now.level == NOT_RELEVANT, 0, now.level - 1)


@dataclass(frozen=True)
class Participation:
    """Rows of participation; ``person`` is the index of the person."""

    person: Ints
    area: pa.Array
    need: pa.Array
    help: pa.Array


def participation(now: Situation, rates: Rates, shape: Shape) -> Participation:
    """Need and help in the five areas, for some of those of working age."""
    first, after = NEEDS_ARE_ASKED
    asked = (now.age >= first) & (now.age < after) & (uniform(now.key, "participation") < shape["participation_asked"])
    person = np.repeat(np.flatnonzero(asked), AREAS)
    area = np.tile(np.arange(1, AREAS + 1), int(asked.sum()))
    key = keyed(now.key[person], 700 + area)
    need = _need(uniform(key, "need"), np.array(shape["participation_need"])[_level(now)[person]], shape)
    return Participation(person, _codes(area), _codes(need), _codes(_help(uniform(key, "help"), need, rates, shape)))


def _need(u: Floats, share: Floats, shape: Shape) -> Ints:
    return np.select([u < share, u > 1 - shape["participation_not_relevant"]], [YES, NOT_RELEVANT], NO)


def _help(u: Floats, need: Ints, rates: Rates, shape: Shape) -> Ints:
    """Help for those who need it; at the rate of a fault also for some who do not."""
    given = np.select([u < shape["participation_unmet"], u < shape["participation_helped"]], [UNMET, YES], NO)
    without = np.where(u < rates["help_without_need"], YES, NO)
    return np.where(need == YES, given, without)
