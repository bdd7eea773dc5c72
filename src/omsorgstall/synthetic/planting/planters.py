"""Who plants which fault: a function changes one person so that one rule must find it, and names the record it is at."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from omsorgstall.synthetic.planting.records import Person, Record

Plant = Callable[[Person, random.Random], Record | None]


@dataclass(frozen=True, slots=True)
class Planter:
    """How a fault is planted.

    Attributes:
        rule: the rule that must find it.
        plant: changes the person and returns the record at fault; None, with nothing changed, when the person does not lend
            herself to it.
        follows: rules that may rightly find something more at this person because of it.
    """

    rule: str
    plant: Plant
    follows: frozenset[str]


PLANTERS: list[Planter] = []
"""All of them, in the order they are declared."""


def plants(rule: str, *follows: str) -> Callable[[Plant], Plant]:
    """Declare a function as the one that plants what a rule must find."""

    def declare(plant: Plant) -> Plant:
        PLANTERS.append(Planter(rule, plant, frozenset(follows)))
        return plant

    return declare
