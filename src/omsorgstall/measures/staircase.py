"""The care staircase (omsorgstrapp): the step each service stands on, and with it the person."""

import ibis
from ibis.expr import types as ir

from omsorgstall.codes.services import stair_rules, stair_steps

DWELLING, DAY_ACTIVITY = 29, 4


def step_of(service_type: ir.IntegerValue, age: ir.IntegerValue, round_the_clock: ir.BooleanValue) -> ir.IntegerValue:
    """The step (1–16) of a recoded service; null when it stands on none.

    A dwelling (29) stands higher with a round-the-clock offer; day activity (4) stands lower from 67 years.
    """
    dwelling, day = stair_rules()[DWELLING], stair_rules()[DAY_ACTIVITY]
    old = (age >= day["from_age"]).fill_null(False)
    fixed = [(service_type == code, step.step) for step in stair_steps() for code in step.services]
    step = ibis.cases(
        (service_type == DWELLING, round_the_clock.ifelse(dwelling["round_the_clock_step"], dwelling["step"])),
        (service_type == DAY_ACTIVITY, old.ifelse(day["from_age_step"], day["step"])),
        *fixed,
    )
    return step.cast("int16")


def short_step(step: ir.IntegerValue) -> ir.IntegerValue:
    """The step (1–8) of the view for small municipalities."""
    return step.cases(*[(s.step, s.short) for s in stair_steps()]).cast("int16")
