"""The way to a service: application, decision, refusal, complaint, and the granted hours."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from omsorgstall.synthetic.columns import NO_DATE
from omsorgstall.synthetic.draws import Bools, Floats, Ints, keyed, lognormal, normal, uniform
from omsorgstall.synthetic.parameters import Parameters
from omsorgstall.synthetic.people import People
from omsorgstall.synthetic.services import Records, joined
from omsorgstall.synthetic.states import States

FITTED_HOURS = (1, 2, 3, 15)
HOURS_IN_WEEK = 168.0
_NOT_STATED_COLUMN = 3


@dataclass(frozen=True)
class Decisions:
    """What was decided of each record; same order as the records.

    Attributes:
        application: day of the application.
        decision: day of the decision.
        refused: whether it was refused; then start and end of the record mean nothing.
        complaint: whether someone complained.
        hours: granted hours a week, not-a-number where the service has none.
    """

    application: Ints
    decision: Ints
    refused: Bools
    complaint: Bools
    hours: Floats

    def take(self, chosen: Bools | Ints) -> "Decisions":
        """Some of the decisions."""
        return Decisions(*(getattr(self, f.name)[chosen] for f in fields(self)))


def decide(people: People, states: States, granted: Records, parameters: Parameters) -> tuple[Records, Decisions]:
    """Add the refused applications, and say how every record was decided."""
    records = joined([granted, _refused(granted, parameters)])
    refused = np.arange(len(records)) >= len(granted)
    decision = records.start - np.where(refused, 0, _waiting(records, parameters))
    application = decision - _handling(records, parameters)
    ratio = _fitted_share(records, "complaints", parameters, 0.01)
    complaint = refused & (uniform(records.key, "complaint") < ratio)
    hours = np.where(refused, np.nan, _hours(people, states, records, parameters))
    start = np.where(refused, NO_DATE, records.start)
    end = np.where(refused, NO_DATE, records.end)
    settled = Records(records.key, records.person, records.state, records.code, start, end, records.renewed)
    return settled, Decisions(application, decision, refused, complaint, hours)


def _by_code(codes: Ints, values: Mapping[int | str, float], default: float) -> Floats:
    table = np.full(32, default)
    for code, value in values.items():
        if code != "default":
            table[int(code)] = value
    found: Floats = table[codes]
    return found


def _fitted_share(records: Records, name: str, parameters: Parameters, default: float) -> Floats:
    """A share by service type with its fitted factor."""
    factors = _by_code(records.code, parameters.fitted[name], 1.0)
    return _by_code(records.code, parameters.services[name], default) * factors


def _refused(granted: Records, parameters: Parameters) -> Records:
    """Refused applications some time before the granted ones, at the published share of all decisions."""
    share = _fitted_share(granted, "refused", parameters, 0.0).clip(max=0.6)
    chosen = granted.take(uniform(granted.key, "refused before") < share / (1 - share))
    key = keyed(chosen.key, 77)
    day = chosen.start - 10 - (240 * uniform(key, "refused")).astype(np.int64)
    return Records(key, chosen.person, chosen.state, chosen.code, day, day, np.zeros(len(key), dtype=bool))


def _waiting(records: Records, parameters: Parameters) -> Ints:
    """Days from decision to start: negative, 0–15, 16–30, or more. A renewed decision mostly starts within days."""
    waiting = parameters.services["waiting"]
    shares = np.array([waiting.get(code, waiting["default"]) for code in range(32)])
    bounds = np.cumsum(shares, axis=1)[records.code]
    u, within = uniform(records.key, "waiting band"), uniform(records.key, "waiting days")
    band = (u[:, None] > bounds[:, :3]).sum(axis=1)
    first = np.where(within < 0.35, 0, 16 * (within - 0.35) / 0.65)
    later = 31 + (-np.log(1 - within) * 30).clip(0, 400)
    days = np.select([band == 0, band == 1, band == 2], [-1 - 20 * within**2, first, 16 + 15 * within], later)
    soon = records.renewed & (band > 1)
    return np.where(soon, np.floor(first), np.floor(days)).astype(np.int64)


def _handling(records: Records, parameters: Parameters) -> Ints:
    """Days from application to decision."""
    days = parameters.services["case_handling_days"]
    median = _by_code(records.code, days, float(days["default"]))
    return lognormal(records.key, "handling", median, 0.9).astype(np.int64).clip(0, 500)


def _hours(people: People, states: States, records: Records, parameters: Parameters) -> Floats:
    """Granted hours a week: by need and service, personal, a little new at each decision."""
    shapes = parameters.services["hours"]
    level = states.level[records.state] - 1
    median = np.full((32, 3), np.nan)
    sigma = np.zeros(32)
    for code, shape in shapes.items():
        median[code], sigma[code] = shape["median"] * np.array(shape["level"]), shape["sigma"]
    personal = normal(people.key, "hours")[records.person]
    fresh = normal(records.key, "hours")
    hours = median[records.code, level] * np.exp(sigma[records.code] * (0.85 * personal + 0.5 * fresh))
    hours = hours * _fitted_factor(states, records, parameters)
    return np.minimum(HOURS_IN_WEEK, np.maximum(0.25, np.round(hours * 4) / 4))


def _fitted_factor(states: States, records: Records, parameters: Parameters) -> Floats:
    factors = np.array(parameters.fitted["hours"], dtype=float)
    column = np.where(states.stated, states.level - 1, _NOT_STATED_COLUMN)[records.state]
    found: Floats = factors[states.band[records.state], column]
    return np.where(np.isin(records.code, FITTED_HOURS), found, 1.0)
