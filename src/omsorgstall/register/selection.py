"""Which submissions a vintage rests on, and which municipalities they deliver. Pure functions on the catalogue's lists."""

from collections.abc import Iterable, Mapping

from omsorgstall.codes import municipalities_in
from omsorgstall.register.delivery import Submission, SubmissionKind


def newest_annual(submissions: Iterable[Submission], years: Iterable[int]) -> tuple[Submission, ...]:
    """The last accepted annual submission of each sender and year."""
    wanted = set(years)
    newest: dict[tuple[str, int], Submission] = {}
    for s in sorted(submissions, key=lambda s: s.number):
        if s.kind == SubmissionKind.ANNUAL and s.data_year in wanted:
            newest[s.municipality, s.data_year] = s
    return tuple(newest[key] for key in sorted(newest))


def moving_events(submissions: Iterable[Submission], annual: Iterable[Submission]) -> tuple[Submission, ...]:
    """Event submissions with something registered after a snapshot of the same sender was taken out."""
    extracted: dict[str, list[Submission]] = {}
    for s in annual:
        extracted.setdefault(s.municipality, []).append(s)
    return tuple(s for s in submissions if s.kind == SubmissionKind.EVENTS and _moves_one(s, extracted.get(s.municipality, ())))


def _moves_one(events: Submission, snapshots: Iterable[Submission]) -> bool:
    until = events.registered_until
    return until is not None and any(s.extracted_at is not None and until > s.extracted_at for s in snapshots)


def delivered(annual: Iterable[Submission]) -> Mapping[int, frozenset[str]]:
    """Per year the municipalities of today that are wholly delivered: every municipality of that year in them was received."""
    senders: dict[int, set[str]] = {}
    for s in annual:
        senders.setdefault(s.data_year, set()).add(s.municipality)
    return {year: _complete(year, found) for year, found in sorted(senders.items())}


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
