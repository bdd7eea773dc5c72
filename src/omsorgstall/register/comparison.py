"""What differs between the lists two vintages rest on, with who and why, and the steps that lead from one to the other.

Pure functions on the catalogue's lists. A step is a vintage that is never frozen: the steps go from the earlier vintage to the
later one, submissions and what stands in first, then events, then edit sets one by one, and the day that is counted to at last.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from omsorgstall.access import AuditAction, AuditEvent
from omsorgstall.codes import municipalities_in
from omsorgstall.register.delivery import Submission, SubmissionKind
from omsorgstall.register.map_book import MapVersion
from omsorgstall.register.selection import Sender, delivered
from omsorgstall.register.vintage import Substitution, Vintage, Withdrawal


class DifferenceKind(StrEnum):
    """What happened between two vintages to something one of them rests on.

    Attributes:
        REPLACED: a newer submission of the same sender and year.
        LATE: a submission where there was none, or another year stood in.
        WITHDRAWN: taken back; an older submission counts again if there is one.
        SUBSTITUTED: another year stands in, or another than before.
        NO_LONGER_SUBSTITUTED: nothing stands in any more.
        ADDED: an event message or an edit set that came.
        LAPSED: an event message or an edit set not used any more: it came before the newer submission, or what it moved is gone.
        DAY: figures are counted to another day.
        NUMBERS: other changed identity numbers are known, so others are one person.
    """

    REPLACED = "replaced"
    LATE = "late"
    WITHDRAWN = "withdrawn"
    SUBSTITUTED = "substituted"
    NO_LONGER_SUBSTITUTED = "no_longer_substituted"
    ADDED = "added"
    LAPSED = "lapsed"
    DAY = "day"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Said:
    """Who did something to what, when (UTC) and why.

    Attributes:
        act: that it was accepted, withdrawn, declared to be stood in for, or entered as a changed identity number.
        what: id of a submission; for a declaration the municipality, the year, and the year that stands in; for numbers the
            version of their map.
    """

    act: AuditAction
    what: str
    who: str
    why: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two vintages do not have in common.

    Attributes:
        of: what differs: annual submissions (and what stands in), events, edits; None for the day and for changed numbers.
        municipality: the sender as reported; empty for the day and for changed numbers.
        data_year: of what differs; for events the year of the message; 0 for the day and for changed numbers.
        before: id of what the earlier vintage has; empty when it has nothing. For the day the day, empty for whole years; for
            changed numbers the version of the pseudonym map.
        after: the same of the later vintage.
        moves: senders and years whose figures it may move.
        said: who made it so, in order of time.
    """

    kind: DifferenceKind
    of: SubmissionKind | None
    municipality: str
    data_year: int
    before: str
    after: str
    moves: frozenset[Sender] = field(repr=False, default=frozenset())
    said: tuple[Said, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class ComparisonStep:
    """A list that comes from the one before it by some differences.

    Attributes:
        vintage: what figures rest on after the step; never frozen.
        differences: what the step changes; none for the first.
    """

    vintage: Vintage
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What is known of everything vintages can rest on.

    Attributes:
        submissions: all accepted, in order of acceptance.
        withdrawals: what was taken back.
        declared: every substitution that was declared or taken back, oldest first.
        accepted: who accepted each submission, by its id.
        map_versions: of the pseudonym map, oldest first.
    """

    submissions: Sequence[Submission]
    withdrawals: Sequence[Withdrawal]
    declared: Sequence[Substitution]
    accepted: Mapping[str, AuditEvent]
    map_versions: Sequence[MapVersion] = ()

    @classmethod
    def of(
        cls,
        submissions: Sequence[Submission],
        withdrawals: Sequence[Withdrawal],
        declared: Sequence[Substitution],
        logged: Iterable[AuditEvent],
        map_versions: Sequence[MapVersion] = (),
    ) -> "Book":
        """From the catalogue's lists and its audit log."""
        accepted = {e.what: e for e in logged if e.action is AuditAction.ACCEPT}
        return cls(submissions, withdrawals, declared, accepted, map_versions)

    def at(self, time: datetime) -> "Book":
        """What people had said by a time; what they said later explains nothing of a list made then."""
        gone = [w for w in self.withdrawals if w.withdrawn_at <= time]
        return replace(self, withdrawals=gone, declared=[d for d in self.declared if d.declared_at <= time])

    def by_id(self) -> dict[str, Submission]:
        """Every submission by its id."""
        return {s.id: s for s in self.submissions}

    def acceptance(self, submission: str) -> tuple[Said, ...]:
        """Who accepted a submission."""
        event = self.accepted.get(submission)
        return (Said(event.action, submission, event.who, event.why, event.when),) if event else ()

    def withdrawal(self, submission: str) -> tuple[Said, ...]:
        """Who took a submission back; nothing when nobody did."""
        gone = (w for w in self.withdrawals if w.submission == submission)
        return tuple(Said(AuditAction.WITHDRAW, w.submission, w.who, w.why, w.withdrawn_at) for w in gone)

    def taken_back(self, sender: Sender) -> tuple[Said, ...]:
        """Who took the last declaration for a sender back; nothing when it holds."""
        mine = [d for d in self.declared if (d.municipality, d.data_year) == sender]
        return (_declaration(mine[-1]),) if mine and mine[-1].by_year is None else ()


def differences(earlier: Vintage, later: Vintage, book: Book) -> tuple[Difference, ...]:
    """Everything the lists of two vintages do not have in common in the years of both.

    Args:
        earlier: the one frozen first; the kinds of difference tell what happened from it to the later one.
    """
    years, book = frozenset(earlier.years) & frozenset(later.years), book.at(later.until)
    found = [
        *_annual(earlier, later, years, book),
        *_messages(earlier, later, years, book),
        *_edit_sets(earlier, later, years, book),
    ]
    if earlier.map_version != later.map_version:
        found.append(_numbers(earlier.map_version, later.map_version, book))
    if earlier.reference_date != later.reference_date:
        days = ["" if v.reference_date is None else v.reference_date.isoformat() for v in (earlier, later)]
        found.append(Difference(DifferenceKind.DAY, None, "", 0, days[0], days[1]))
    return tuple(found)


def _numbers(before: int, after: int, book: Book) -> Difference:
    """That two versions of the pseudonym map were used, with who entered what lies between."""
    between = [v for v in book.map_versions if min(before, after) < v.number <= max(before, after)]
    said = tuple(Said(AuditAction.CHANGE_IDENTITIES, str(v.number), v.who, v.source, v.entered_at) for v in between)
    return Difference(DifferenceKind.NUMBERS, None, "", 0, str(before), str(after), said=said)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a sender's figures of a year rest on: a submission, and the declaration by which it stands in."""

    submission: str
    instead: Substitution | None = None

    @property
    def as_read(self) -> tuple[str, int | None]:
        """What decides the figures: who declared it and why does not."""
        return self.submission, None if self.instead is None else self.instead.years


def _counted(vintage: Vintage, years: frozenset[int], by_id: Mapping[str, Submission]) -> dict[Sender, _Counted]:
    sent = {(by_id[name].municipality, by_id[name].data_year): _Counted(name) for name in vintage.annual}
    instead = {(s.municipality, s.data_year): _Counted(s.submission, s) for s in vintage.substitutions}
    return {sender: c for sender, c in (instead | sent).items() if sender[1] in years}


def _annual(earlier: Vintage, later: Vintage, years: frozenset[int], book: Book) -> Iterator[Difference]:
    by_id = book.by_id()
    before, after = (_counted(v, years, by_id) for v in (earlier, later))
    for sender in sorted(before.keys() | after.keys()):
        old, new = before.get(sender), after.get(sender)
        if old is None or new is None or old.as_read != new.as_read:
            yield _of_sender(sender, old, new, book)


def _of_sender(sender: Sender, old: _Counted | None, new: _Counted | None, book: Book) -> Difference:
    kind = _kind(old, new, book)
    gone = book.withdrawal(old.submission) if old else ()
    if kind is DifferenceKind.NO_LONGER_SUBSTITUTED:
        gone += book.taken_back(sender)
    # An older submission that counts again was accepted long before; why it does is told by the withdrawal.
    came = _came(old, new, book) if new and kind is not DifferenceKind.WITHDRAWN else ()
    said = tuple(sorted((*gone, *came), key=lambda s: s.when))
    ids = [c.submission if c else "" for c in (old, new)]
    return Difference(kind, SubmissionKind.ANNUAL, *sender, ids[0], ids[1], frozenset({sender}), said)


def _came(old: _Counted | None, new: _Counted, book: Book) -> tuple[Said, ...]:
    """Who brought what counts now: who accepted it, who declared that it stands in, or both."""
    if new.instead is None:
        return book.acceptance(new.submission)
    other = old is not None and old.instead is not None and old.submission != new.submission
    return (_declaration(new.instead), *(book.acceptance(new.submission) if other else ()))


def _kind(old: _Counted | None, new: _Counted | None, book: Book) -> DifferenceKind:
    if new is None:
        return DifferenceKind.NO_LONGER_SUBSTITUTED if old and old.instead else DifferenceKind.WITHDRAWN
    if new.instead:
        return DifferenceKind.SUBSTITUTED
    if old is None or old.instead:
        return DifferenceKind.LATE
    by_id = book.by_id()
    newer = by_id[new.submission].number > by_id[old.submission].number
    return DifferenceKind.REPLACED if newer else DifferenceKind.WITHDRAWN


def _declaration(substitution: Substitution) -> Said:
    s = substitution
    return Said(AuditAction.SUBSTITUTE, f"{s.municipality} {s.data_year} ({s.by_year or '-'})", s.who, s.why, s.declared_at)


def _messages(earlier: Vintage, later: Vintage, years: frozenset[int], book: Book) -> Iterator[Difference]:
    # A message moves every snapshot of its sender that it came after, whatever year it was sent for.
    return _lists(earlier.events, later.events, lambda s: frozenset((s.municipality, y) for y in years), book)


def _edit_sets(earlier: Vintage, later: Vintage, years: frozenset[int], book: Book) -> Iterator[Difference]:
    instead = (*earlier.substitutions, *later.substitutions)

    def moved(edits: Submission) -> frozenset[Sender]:
        own = (edits.municipality, edits.data_year)
        again = {(s.municipality, s.data_year) for s in instead if (s.municipality, s.by_year) == own}
        return frozenset(sender for sender in {own, *again} if sender[1] in years)

    return _lists(earlier.edits, later.edits, moved, book)


def _lists(
    before: Sequence[str], after: Sequence[str], moved: Callable[[Submission], frozenset[Sender]], book: Book
) -> Iterator[Difference]:
    """What stands in one of two lists of ids and not in the other, in order of acceptance, when it can move a figure."""
    for s in book.submissions:
        if (s.id in before) == (s.id in after) or not moved(s):
            continue
        gone = book.withdrawal(s.id)
        kind, said = DifferenceKind.ADDED, book.acceptance(s.id)
        if s.id in before:
            kind, said = (DifferenceKind.WITHDRAWN, gone) if gone else (DifferenceKind.LAPSED, ())
        ids = (s.id, "") if s.id in before else ("", s.id)
        yield Difference(kind, SubmissionKind(s.kind), s.municipality, s.data_year, *ids, moved(s), said)


def comparison_steps(earlier: Vintage, later: Vintage, found: Sequence[Difference], book: Book) -> tuple[ComparisonStep, ...]:
    """The lists from the earlier vintage to the later one, those without a difference left out; the first is the earlier one.

    The day and changed numbers are no steps: they move everybody's figures. All steps are counted to the earlier vintage's day
    and with its changed numbers.

    Args:
        found: what ``differences`` tells of the two.
    """
    order = {s.id: s.number for s in book.submissions}
    steps = [ComparisonStep(earlier, ())]
    annual = tuple(d for d in found if d.of is SubmissionKind.ANNUAL)
    if annual:
        reaching = tuple(replace(d, moves=d.moves | _completed(d, earlier, later, book)) for d in annual)
        now = replace(earlier, name="", annual=later.annual, substitutions=later.substitutions)
        steps.append(ComparisonStep(now, reaching))
    messages = tuple(d for d in found if d.of is SubmissionKind.EVENTS)
    if messages:
        steps.append(ComparisonStep(replace(steps[-1].vintage, name="", events=later.events), messages))
    for round_of_sets in _rounds([d for d in found if d.of is SubmissionKind.EDITS]):
        there = set(steps[-1].vintage.edits) - {d.before for d in round_of_sets} | {d.after for d in round_of_sets if d.after}
        now = replace(steps[-1].vintage, name="", edits=tuple(sorted(there, key=order.__getitem__)))
        steps.append(ComparisonStep(now, round_of_sets))
    return tuple(steps)


def _rounds(sets: Sequence[Difference]) -> list[tuple[Difference, ...]]:
    """Edit sets one by one for each sender, so that each tells its own moves: what went first, the newest of it first."""
    by_sender: dict[Sender, list[Difference]] = {}
    for d in [*reversed([d for d in sets if d.before]), *(d for d in sets if d.after)]:
        by_sender.setdefault((d.municipality, d.data_year), []).append(d)
    longest = max(map(len, by_sender.values()), default=0)
    return [tuple(own[n] for own in by_sender.values() if n < len(own)) for n in range(longest)]


def _completed(difference: Difference, earlier: Vintage, later: Vintage, book: Book) -> frozenset[Sender]:
    """Senders that shared a municipality of today with this one, when only one of the vintages has figures for it.

    A municipality of today has figures when all that were merged into it delivered, so one of them moves the others' figures.
    """
    by_id, years = book.by_id(), frozenset(earlier.years) | frozenset(later.years)
    whole = [delivered(_counted(v, years, by_id)) for v in (earlier, later)]
    year = difference.data_year
    turned = whole[0].get(year, frozenset()) ^ whole[1].get(year, frozenset())
    mine = {number for number, _ in municipalities_in(year).get(difference.municipality, ())}
    found = {
        (former, y)
        for y in years
        for former, parts in municipalities_in(y).items()
        if mine & turned & {number for number, _ in parts}
    }
    return frozenset(found) if len({former for former, _ in found}) > 1 else frozenset()
