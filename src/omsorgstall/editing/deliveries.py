"""The board of deliveries (leveringstavle): who has sent what, who is late, and how response has grown day by day.

A batch counts on a day when it was accepted by the end of it, Norwegian time, and had not been withdrawn by then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from omsorgstall.codes import municipalities
from omsorgstall.codes.deadlines import Deadline, deadlines, opens
from omsorgstall.core import Text
from omsorgstall.editing.figures import COUNTRY
from omsorgstall.editing.senders import Sender, Weights, weights
from omsorgstall.intake import rules
from omsorgstall.register.attempts import Arrival, Attempt
from omsorgstall.tables import Report

DELIVERY_BOARD = "delivery_board"
NORWAY = ZoneInfo("Europe/Oslo")
_ANNUAL, _EVENTS = "annual", "events"
Key = tuple[int, str]
"""Year and number of a sender."""


class Standing(StrEnum):
    """Where a sender stands with a year's batch, against one deadline."""

    ON_TIME = "on_time"
    LATE = "late"
    WAITING = "waiting"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known at a moment.

    Attributes:
        at: the moment; what came later is not known.
        deadline: id of the deadline that standings are held against.
    """

    arrivals: Sequence[Arrival]
    attempts: Sequence[Attempt]
    at: datetime
    deadline: str

    @property
    def today(self) -> date:
        """The day in Norway."""
        return norwegian_day(self.at)


def norwegian_day(at: datetime) -> date:
    """The day of a moment in Norway."""
    return at.astimezone(NORWAY).date()


def delivery_board(seen: Seen, years: Iterable[int]) -> Report:
    """The board, a report of kind ``delivery_board`` owned by the country. It holds nothing about a person.

    Args:
        years: data years that are shown.

    Returns:
        Its content holds ``at``, ``deadline``, ``years`` (deadlines with response at each, by region), ``senders`` (one entry for
        each sender and year), ``unknown_senders`` (rejected attempts whose sender could not be read) and ``response`` (the newest
        year day by day). Texts are mappings with ``nb``, ``nn`` and ``en``; dates are in ISO form.
    """
    chosen = sorted(set(years))
    known = _known(seen)
    newest = chosen[-1]
    content = {
        "at": seen.at.isoformat(timespec="seconds"),
        "deadline": seen.deadline,
        "years": [_year(year, known, seen) for year in chosen],
        "senders": [_sender(year, s, known, seen) for year in chosen for s in weights(year).senders],
        "unknown_senders": sum(not a.municipality for a in known.attempts),
        "response": {"year": newest, **_by_day(newest, known, seen)},
    }
    return Report(COUNTRY, DELIVERY_BOARD, content)


@dataclass(frozen=True, slots=True)
class _Known:
    """What had come by the moment, by sender and year."""

    annual: Mapping[Key, Sequence[Arrival]]
    events: Mapping[Key, Sequence[Arrival]]
    rejected: Mapping[Key, Sequence[Attempt]]
    attempts: Sequence[Attempt]


def _known(seen: Seen) -> _Known:
    annual: dict[Key, list[Arrival]] = defaultdict(list)
    events: dict[Key, list[Arrival]] = defaultdict(list)
    rejected: dict[Key, list[Attempt]] = defaultdict(list)
    kinds = {_ANNUAL: annual, _EVENTS: events}  # edits are made here, not delivered
    for arrival in seen.arrivals:
        if arrival.kind in kinds and arrival.accepted_at <= seen.at:
            kinds[arrival.kind][(arrival.data_year, arrival.municipality)].append(arrival)
    attempts = [a for a in seen.attempts if a.attempted_at <= seen.at]
    for attempt in attempts:
        if attempt.data_year is not None:
            rejected[(attempt.data_year, attempt.municipality)].append(attempt)
    return _Known(annual, events, rejected, attempts)


def stands(arrival: Arrival, at: datetime) -> bool:
    """Whether a submission is accepted and not withdrawn at a moment."""
    return arrival.accepted_at <= at and (arrival.withdrawn_at is None or arrival.withdrawn_at > at)


def standing(arrivals: Sequence[Arrival], deadline: date, at: datetime) -> Standing:
    """Where a sender stands whose batches for a year these are.

    On time is who had a batch that stood when the deadline ended, or has one now before it ends.
    """
    end = min(at, end_of(deadline))
    if any(stands(a, at) for a in arrivals):
        return Standing.ON_TIME if any(stands(a, end) for a in arrivals) else Standing.LATE
    return Standing.WAITING if at <= end_of(deadline) else Standing.OVERDUE


@cache
def end_of(day: date) -> datetime:
    """The last moment of a day in Norway."""
    after = datetime.combine(day + timedelta(days=1), datetime.min.time(), NORWAY)
    return after - timedelta(microseconds=1)


def _sender(year: int, sender: Sender, known: _Known, seen: Seen) -> dict[str, Any]:
    key = (year, sender.number)
    arrivals, events, rejected = known.annual.get(key, ()), known.events.get(key, ()), known.rejected.get(key, ())
    standing_ones = [a for a in arrivals if stands(a, seen.at)]
    messages = [a for a in events if stands(a, seen.at)]
    home = municipalities()[sender.today]
    since = max((a.accepted_at for a in standing_ones), default=None)
    return {
        "year": year,
        "number": sender.number,
        "name": sender.name,
        "today": sender.today,
        "county": {"number": home.county, "name": home.county_name},
        "kostra_group": home.kostra_group,
        "standing": str(standing(arrivals, deadlines(year)[seen.deadline].day, seen.at)),
        "annual": {"count": len(standing_ones), "first": _day(standing_ones, min), "newest": _day(standing_ones, max)},
        "withdrawn": sum(a.withdrawn_at is not None and a.withdrawn_at <= seen.at for a in arrivals),
        "events": {"count": len(messages), "newest": _day(messages, max)},
        "rejected": _rejected(rejected, since),
    }


def _day(arrivals: Sequence[Arrival], which: Callable[[Iterable[datetime]], datetime]) -> str | None:
    return norwegian_day(which(a.accepted_at for a in arrivals)).isoformat() if arrivals else None


def _rejected(attempts: Sequence[Attempt], since: datetime | None) -> dict[str, Any]:
    """Rejected attempts, and the last one when nothing was accepted after it."""
    last = max(attempts, key=lambda a: a.attempted_at, default=None)
    open_one = last if last and (since is None or last.attempted_at > since) else None
    return {
        "count": len(attempts),
        "open": None
        if open_one is None
        else {"day": norwegian_day(open_one.attempted_at).isoformat(), "reasons": [_reason(r) for r in open_one.reasons]},
    }


def _reason(reason: str) -> dict[str, Any]:
    """A rule with its title; the code of a fault at the gate says what it is itself."""
    rule = rules().get(reason)
    return {"id": reason, "title": _texts(rule.title if rule else Text.same(reason))}


def _year(year: int, known: _Known, seen: Seen) -> dict[str, Any]:
    of_year = weights(year)
    dates = deadlines(year)
    days = [min(d.day, seen.today) for d in dates.values()]
    shares = _shares(of_year, _stood(of_year, year, known, days, seen.at))
    return {
        "year": year,
        "expected": len(of_year.senders),
        "population_assumed": of_year.assumed,
        "deadlines": [_deadline(d, seen.today) for d in dates.values()],
        "regions": [
            {**_region(of_year, place), "deadlines": {d: _pair(shares, place, n) for n, d in enumerate(dates)}}
            for place in range(len(of_year.regions))
        ],
    }


def _deadline(deadline: Deadline, today: date) -> dict[str, Any]:
    return {
        "id": deadline.id,
        "name": _texts(deadline.name),
        "day": deadline.day.isoformat(),
        "passed": deadline.day < today,
        "assumed": deadline.assumed,
    }


def _by_day(year: int, known: _Known, seen: Seen) -> dict[str, Any]:
    """Response by day, from when batches are taken in until the last deadline or today."""
    of_year = weights(year)
    first, last = opens(year), min(seen.today, max(d.day for d in deadlines(year).values()))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    shares = _shares(of_year, _stood(of_year, year, known, days, seen.at))
    series = [
        {**_region(of_year, place), "municipalities": _rounded(shares[0][place]), "population": _rounded(shares[1][place])}
        for place in range(len(of_year.regions))
    ]
    return {"days": [day.isoformat() for day in days], "regions": series}


def _stood(of_year: Weights, year: int, known: _Known, days: Sequence[date], at: datetime) -> NDArray[np.bool_]:
    """Which sender had a batch that stood at the end of which day, senders by days; today counts until the moment."""
    ends = [min(end_of(day), at) for day in days]
    stood = np.zeros((len(of_year.senders), len(days)), bool)
    for row, sender in enumerate(of_year.senders):
        for arrival in known.annual.get((year, sender.number), ()):
            stood[row] |= np.array([stands(arrival, end) for end in ends], bool)
    return stood


Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def _shares(of_year: Weights, stood: NDArray[np.bool_]) -> Pair:
    """Shares of municipalities and of inhabitants, regions by days."""
    return _share(of_year.municipalities, stood), _share(of_year.inhabitants, stood)


def _share(weight: NDArray[np.float64], stood: NDArray[np.bool_]) -> NDArray[np.float64]:
    total = weight.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(weight @ stood, total, out=np.zeros((len(weight), stood.shape[1])), where=total > 0)
    return shares


def _region(of_year: Weights, place: int) -> dict[str, Any]:
    region = of_year.regions[place]
    return {"code": region.code, "level": str(region.level), "name": _texts(region.name)}


def _pair(shares: Pair, region: int, day: int) -> dict[str, float]:
    return {"municipalities": round(float(shares[0][region, day]), 4), "population": round(float(shares[1][region, day]), 4)}


def _rounded(shares: NDArray[np.float64]) -> list[float]:
    return [round(float(share), 4) for share in shares]


def _texts(text: Text) -> Mapping[str, str]:
    return {"nb": text.nb, "nn": text.nn, "en": text.en}
