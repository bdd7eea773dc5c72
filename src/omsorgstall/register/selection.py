"""Which submissions a vintage rests on, and which municipalities they deliver. Pure functions on the catalogue's lists."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from omsorgstall.codes import municipalities_in
from omsorgstall.register.delivery import Submission, SubmissionKind
from omsorgstall.register.vintage import StandIn, Substitution, Vintage, Withdrawal

Sender = tuple[str, int]
"""Municipality as reported and data year."""


class State(StrEnum):
    """What has become of an accepted submission: taken back, followed by a newer one, or too late for the newest vintage."""

    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    LATE = "late"


def states(
    submissions: Iterable[Submission], withdrawals: Iterable[Withdrawal], vintages: Iterable[Vintage]
) -> dict[str, frozenset[State]]:
    """The states of every submission.

    Late is what was accepted after the newest frozen vintage of its year had closed; for events and edits likewise.
    """
    all_of_them, gone = list(submissions), {w.submission for w in withdrawals}
    newest = {s.id for s in _newest(s for s in all_of_them if s.id not in gone).values()}
    closed: dict[int, datetime] = {}
    for vintage in vintages:
        closed.update({year: max(vintage.until, closed.get(year, vintage.until)) for year in vintage.years})

    def of(s: Submission) -> Iterable[State]:
        if s.id in gone:
            yield State.WITHDRAWN
        elif s.kind == SubmissionKind.ANNUAL and s.id not in newest:
            yield State.REPLACED
        # Events of a year move the snapshots of the year before as well.
        years = (s.data_year, s.data_year - 1) if s.kind == SubmissionKind.EVENTS else (s.data_year,)
        if any(year in closed and s.accepted_at > closed[year] for year in years):
            yield State.LATE

    return {s.id: frozenset(of(s)) for s in all_of_them}


def known_at(submissions: Iterable[Submission], withdrawals: Iterable[Withdrawal], until: datetime) -> list[Submission]:
    """What was accepted by a time and not withdrawn by then."""
    gone = {w.submission for w in withdrawals if w.withdrawn_at <= until}
    return [s for s in submissions if s.accepted_at <= until and s.id not in gone]


def newest_annual(submissions: Iterable[Submission], years: Iterable[int]) -> tuple[Submission, ...]:
    """The last accepted annual submission of each sender and year."""
    wanted, newest = set(years), _newest(submissions)
    return tuple(newest[key] for key in sorted(newest) if key[1] in wanted)


def moving_events(submissions: Iterable[Submission], annual: Iterable[Submission]) -> tuple[Submission, ...]:
    """Event submissions with something registered after a snapshot of the same sender was taken out."""
    extracted: dict[str, list[Submission]] = {}
    for s in annual:
        extracted.setdefault(s.municipality, []).append(s)
    return tuple(s for s in submissions if s.kind == SubmissionKind.EVENTS and _moves_one(s, extracted.get(s.municipality, ())))


def _moves_one(events: Submission, snapshots: Iterable[Submission]) -> bool:
    until = events.registered_until
    return until is not None and any(s.extracted_at is not None and until > s.extracted_at for s in snapshots)


def standing_in(
    declared: Iterable[Substitution], submissions: Iterable[Submission], years: Iterable[int], until: datetime
) -> tuple[Substitution, ...]:
    """The declared substitutions that are needed: of the years, for senders without a submission, with one to stand in."""
    newest = _newest(submissions)
    last = {(d.municipality, d.data_year): d for d in declared if d.declared_at <= until}
    wanted = set(years)
    needed = [d for sender, d in sorted(last.items()) if d.by_year and d.data_year in wanted and sender not in newest]
    found = [(d, newest.get((d.municipality, d.by_year or 0))) for d in needed]
    return tuple(replace(d, submission=s.id) for d, s in found if s is not None)


def carried_forward(
    submissions: Iterable[Submission], year: int, who: str, now: datetime, why: str = "the year still runs"
) -> tuple[Substitution, ...]:
    """Every sender's newest batch before the year, going on in it, unless the year's own is there."""
    newest = _newest(submissions)
    before: dict[str, Submission] = {}
    for (municipality, data_year), s in sorted(newest.items()):
        if data_year < year:
            before[municipality] = s
    valid = municipalities_in(year)
    return tuple(
        Substitution(m, year, s.data_year, StandIn.CARRY_FORWARD, who, why, now, s.id)
        for m, s in before.items()
        if m in valid and (m, year) not in newest
    )


def _newest(submissions: Iterable[Submission]) -> dict[Sender, Submission]:
    """The last accepted annual submission by sender and year."""
    ordered = sorted(submissions, key=lambda s: s.number)
    return {(s.municipality, s.data_year): s for s in ordered if s.kind == SubmissionKind.ANNUAL}


def edits_of(submissions: Iterable[Submission], annual: Iterable[Submission]) -> tuple[Submission, ...]:
    """The edit sets of the senders and years of annual submissions, in order of acceptance."""
    senders = {(s.municipality, s.data_year) for s in annual}
    sets = [s for s in submissions if s.kind == SubmissionKind.EDITS and (s.municipality, s.data_year) in senders]
    return tuple(sorted(sets, key=lambda s: s.number))


def delivered(senders: Iterable[Sender]) -> Mapping[int, frozenset[str]]:
    """Per year the municipalities of today that are wholly delivered: every municipality of that year in them was received."""
    found: dict[int, set[str]] = {}
    for municipality, year in senders:
        found.setdefault(year, set()).add(municipality)
    return {year: _complete(year, there) for year, there in sorted(found.items())}


def todays(senders: Iterable[Sender]) -> Mapping[int, frozenset[str]]:
    """Per year the municipalities of today that lie in any of the senders."""
    found: dict[int, frozenset[str]] = {}
    for municipality, year in senders:
        parts = frozenset(number for number, _ in municipalities_in(year).get(municipality, ()))
        found[year] = found.get(year, frozenset()) | parts
    return found


def _complete(year: int, senders: set[str]) -> frozenset[str]:
    missing: set[str] = set()
    touched: set[str] = set()
    for former, parts in municipalities_in(year).items():
        today = {number for number, _ in parts}
        if former in senders:
            touched |= today
        else:
            missing |= today
    return frozenset(touched - missing)
