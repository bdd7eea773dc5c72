"""Diagnoses that explain the need: few are registered, which the reference names as usual."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from omsorgstall.synthetic.draws import Ints, keyed, uniform, whole
from omsorgstall.synthetic.faults import Rates
from omsorgstall.synthetic.people import People

ICPC, ICD = "ICPC-2", "ICD-10"
_OLD = ("P70", "K77", "K90", "R95", "L90", "T90", "K78", "L75", "N87", "A04", "F00", "I50", "I63", "J44", "S72", "G30")
_ADULT = ("P76", "P72", "N86", "P19", "P15", "L18", "T90", "N88", "P85", "F20", "F33", "G35", "F10", "G40", "G80", "F71")
_CHILD = ("P85", "N99", "A90", "P81", "N88", "P22", "F84", "Q90", "G80", "F71", "G40", "F90")
_LISTS = (_CHILD, _ADULT, _OLD)
_ICD_PREFIXES = frozenset(
    {"F00", "I50", "I63", "J44", "S72", "G30", "F20", "F33", "G35", "F10", "G40", "G80", "F71", "F84", "Q90", "F90"}
)
YES, NO = 1, 2


@dataclass(frozen=True)
class Diagnoses:
    """Rows of diagnoses; ``person`` is the index of the person."""

    person: Ints
    system: pa.Array
    code: pa.Array
    reservation: pa.Array


def diagnoses(people: People, age: Ints, rates: Rates) -> Diagnoses:
    """The registered diagnoses of people: one or two for some, none for most."""
    first = np.flatnonzero(uniform(people.key, "diagnosis") < rates["diagnosis_present"])
    second = first[uniform(people.key[first], "two diagnoses") < 0.3]
    person = np.sort(np.concatenate([first, second]))
    turn = np.zeros(len(person), dtype=np.int64)
    turn[1:] = person[1:] == person[:-1]
    key = keyed(people.key[person], 300 + turn)
    group = np.searchsorted([18, 67], age[person], side="right")
    codes = np.array([c for codes in _LISTS for c in codes])
    starts = np.cumsum([0, *(len(x) for x in _LISTS)])
    chosen = starts[group] + whole(key, "diagnosis", np.array([len(x) for x in _LISTS])[group])
    systems = np.array([ICD if c in _ICD_PREFIXES else ICPC for c in codes])
    answered = uniform(key, "answered") >= rates["reservation_unanswered"]
    reservation = np.where(uniform(key, "reserved") < 0.005, YES, NO).astype(np.int8)
    return Diagnoses(
        person,
        pa.array(systems).take(pa.array(chosen)),
        pa.array(codes).take(pa.array(chosen)),
        pa.array(reservation, mask=~answered),
    )
