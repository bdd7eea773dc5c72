"""What figures rest on: vintages open and frozen, withdrawals, substitutions, and the files a reader may see of a vintage."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
from sqlalchemy.exc import IntegrityError

from omsorgstall import __version__
from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.codes import municipalities_in
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register import selection, vintage_book
from omsorgstall.register.catalogue import Catalogue
from omsorgstall.register.columns import TableSchema
from omsorgstall.register.comparison import Book, DifferenceKind, differences
from omsorgstall.register.database import disk_faults
from omsorgstall.register.delivery import Submission, SubmissionKind
from omsorgstall.register.edit_table import EDIT
from omsorgstall.register.pseudonym_map import PseudonymMap
from omsorgstall.register.schemas import register_schemas, snapshot_schema
from omsorgstall.register.scoped import FilePart, ScopedSource
from omsorgstall.register.staging import exclusive
from omsorgstall.register.store_keys import StoreKeys
from omsorgstall.register.vintage import OPEN_VINTAGE, StandIn, Substitution, Vintage, VintageKind, Withdrawal

OPEN = ""
"""Name of a vintage that is not frozen."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_NAME_HELP = "Use small letters, digits, dots and dashes, at most 80."
_WHY = "A figure that changes must be possible to explain: say why."


class Basis:
    """What the figures of one store rest on.

    Args:
        catalogue: of the store.
        keys: of the store.
        folder: of the store.
    """

    def __init__(self, catalogue: Catalogue, keys: StoreKeys, folder: Path) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._folder = folder

    def open_vintage(self, years: Iterable[int], kind: str, until: datetime | None = None, *, who: str = "register") -> Vintage:
        """What a vintage frozen now would hold; nothing is kept.

        Args:
            years: data years.
            kind: see ``VintageKind``; ``year_to_date`` carries every sender's last batch into the years.
            until: leave out what was accepted, withdrawn or declared later; now when None.
            who: who carries forward, for ``year_to_date``.
        """
        now = datetime.now(UTC)
        wanted, at = tuple(sorted(set(years))), until or now
        known = selection.known_at(self._catalogue.of(), self._catalogue.withdrawals(), at)
        annual = selection.newest_annual(known, wanted)
        instead = selection.standing_in(self._catalogue.substitutions(), known, wanted, at)
        if VintageKind(kind) is VintageKind.YEAR_TO_DATE:
            instead = tuple(s for year in wanted for s in selection.carried_forward(known, year, who, now))
        by_id = {s.id: s for s in known}
        stand_ins = [by_id[s.submission] for s in instead]
        moved = [by_id[s.submission] for s in instead if s.method is StandIn.CARRY_FORWARD]
        events = selection.moving_events(known, (*annual, *moved))
        edits = selection.edits_of(known, (*annual, *stand_ins))
        lists = (_ids(annual), _ids(events), _ids(edits), instead)
        version = self._catalogue.pseudonym_map.version_at(at)
        return Vintage(OPEN, VintageKind(kind), now, at, __version__, wanted, *lists, map_version=version)

    def freeze(
        self,
        name: str,
        kind: str,
        years: Iterable[int],
        until: datetime | None = None,
        *,
        who: str = "register",
        reference_date: date | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> Vintage:
        """Name what the figures of the years rest on for good.

        Args:
            name: small letters, digits, ``.``, ``_`` and ``-``.
            kind: see ``VintageKind``.
            years: data years.
            until: leave out what was accepted later; now when None.
            who: the person or process that freezes, kept in the audit log with the kind as the purpose.
            reference_date: the day figures are counted to, for ``year_to_date`` alone.
            versions: of the definitions the figures depend on.

        Raises:
            OmsorgstallError: when the name is taken or nothing of the years was accepted.
        """
        if not _NAME.fullmatch(name):
            raise _usage("bad-vintage-name", f"A vintage cannot be called {name!r}.", _NAME_HELP)
        with disk_faults(), exclusive(self._folder / "store.lock"):
            found = self.open_vintage(years, kind, until, who=who)
            if not found.annual and not found.substitutions:
                text = ", ".join(map(str, found.years)) or "any year"
                what = f"Nothing is accepted for {text}."
                raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-to-freeze", what, todo="Accept submissions first.")
            frozen = _named(found, name, reference_date, versions or {})
            event = AuditEvent(AuditAction.FREEZE, name, who, f"{kind} figures", frozen.created_at, None)
            try:
                self._catalogue.write(partial(vintage_book.add, vintage=frozen), event)
            except IntegrityError:
                what = f"There is a vintage {name} already."
                raise _usage("vintage-exists", what, "Choose another name: a vintage never changes.") from None
        return self.vintage(name)

    def vintage(self, name: str) -> Vintage:
        """The vintage with this name.

        Raises:
            OmsorgstallError: (NOT_FOUND) when there is none.
        """
        found = self._catalogue.vintages(name)
        if not found:
            names = ", ".join(v.name for v in self._catalogue.vintages()) or "none"
            what = f"There is no vintage {name}."
            raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-vintage", what, todo=f"There are: {names}.")
        return found[0]

    def withdraw(self, submission: Submission, who: str, why: str) -> Withdrawal:
        """Take a submission back: vintages frozen from now on do without it, those there are keep it.

        Raises:
            OmsorgstallError: ``already-withdrawn``, or ``no-reason``.
        """
        _refuse_without_reason(why)
        now = datetime.now(UTC)
        withdrawal = Withdrawal(submission.id, who, why, now)
        event = AuditEvent(AuditAction.WITHDRAW, submission.id, who, why, now, submission.municipalities)
        with disk_faults(), exclusive(self._folder / "store.lock"):
            if submission.id in {w.submission for w in self._catalogue.withdrawals()}:
                raise _usage("already-withdrawn", f"{submission.id} was withdrawn before.", "Nothing needs to be done.")
            self._catalogue.write(partial(vintage_book.withdraw, withdrawal=withdrawal), event)
        return withdrawal

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """What was taken back, oldest first."""
        return self._catalogue.withdrawals()

    def states(self) -> Mapping[str, frozenset[selection.State]]:
        """What has become of every accepted submission since."""
        return selection.states(self._catalogue.of(), self._catalogue.withdrawals(), self._catalogue.vintages())

    def substituted(self, vintage: Vintage) -> Mapping[int, Mapping[str, Substitution]]:
        """Per year the municipalities of today whose figures rest on what stands in for them, with the declaration."""
        found: dict[int, dict[str, Substitution]] = {}
        for s in vintage.substitutions:
            todays = selection.todays([(s.municipality, s.data_year)])[s.data_year]
            found.setdefault(s.data_year, {}).update(dict.fromkeys(sorted(todays), s))
        return found

    def substitute(
        self, municipality: str, data_year: int, by_year: int | None, *, method: str = StandIn.REPEAT, who: str, why: str
    ) -> Substitution:
        """Declare that an earlier year stands in for a municipality that did not deliver; used as long as it has not.

        Args:
            municipality: its number in both years.
            data_year: the missing year.
            by_year: an earlier year; None takes an earlier declaration back.
            method: see ``StandIn``.
            who: the person that declares it.
            why: kept in the audit log and with every vintage that uses it.

        Raises:
            OmsorgstallError: ``bad-substitution`` or ``no-reason``.
        """
        _refuse_without_reason(why)
        if municipality not in municipalities_in(data_year) or (by_year and municipality not in municipalities_in(by_year)):
            raise _usage("bad-substitution", f"There is no municipality {municipality} in both years.", "Check the number.")
        if by_year is not None and by_year >= data_year:
            raise _usage("bad-substitution", "The year that stands in is not earlier.", "Name an earlier year.")
        now = datetime.now(UTC)
        declared = Substitution(municipality, data_year, by_year, StandIn(method), who, why, now)
        todays = selection.todays([(municipality, data_year)])[data_year]
        event = AuditEvent(AuditAction.SUBSTITUTE, f"{municipality} {data_year} by {by_year or 'nothing'}", who, why, now, todays)
        with disk_faults(), exclusive(self._folder / "store.lock"):
            self._catalogue.write(partial(vintage_book.declare, substitution=declared), event)
        return declared

    def book(self) -> Book:
        """What is known of everything vintages can rest on, to compare them."""
        catalogue = self._catalogue
        said = (catalogue.withdrawals(), catalogue.substitutions(), catalogue.logged(), catalogue.pseudonym_map.versions())
        return Book.of(catalogue.of(), *said)

    def changed(self, before: Vintage, after: Vintage) -> Mapping[int, frozenset[str]]:
        """Per year the municipalities of today of which the later vintage knows more than the earlier, or has taken back.

        Not those that another year stands in for, which is told of by itself.
        """
        told = (DifferenceKind.SUBSTITUTED, DifferenceKind.LAPSED)
        found = (d for d in differences(before, after, self.book()) if d.kind not in told)
        return selection.todays(sender for d in found for sender in d.moves)

    def delivered(self, vintage: Vintage) -> Mapping[int, frozenset[str]]:
        """Per year the municipalities of today that have wholly delivered to a vintage."""
        return selection.delivered(self._senders(vintage))

    def covered(self, vintage: Vintage) -> Mapping[int, frozenset[str]]:
        """Per year the municipalities of today with figures: those that delivered and those that others stand in for."""
        return selection.delivered([*self._senders(vintage), *((s.municipality, s.data_year) for s in vintage.substitutions)])

    def _senders(self, vintage: Vintage) -> list[selection.Sender]:
        return [(s.municipality, s.data_year) for s in self.annual(vintage)]

    def annual(self, vintage: Vintage) -> tuple[Submission, ...]:
        """The annual submissions of a vintage in order of acceptance, without those that stand in for others."""
        return tuple(s for s in self._within(vintage) if s.id in vintage.annual)

    def source(self, vintage: Vintage, scope: Scope) -> ScopedSource:
        """The files of a vintage that hold rows within a scope; the reading is logged. Only the engine can open it."""
        inside = {s.id: s for s in self._within(vintage) if _touches(s, scope)}
        self._catalogue.log(AuditEvent.of(AuditAction.READ_ROWS, vintage.name or OPEN_VINTAGE, scope, datetime.now(UTC)))
        named = {*vintage.annual, *vintage.events}
        as_sent = [(s, s.data_year, 0) for s in inside.values() if s.id in named]
        instead = [(inside[s.submission], s.data_year, s.years) for s in vintage.substitutions if s.submission in inside]
        chosen = [*as_sent, *instead]
        files = {name: self._parts(chosen, table) for name, table in register_schemas().items() if name != EDIT.name}
        ring = self._keys.ring(inside)
        key_ids = {self._file(s, f.name): s.id for s in inside.values() if s.id in ring for f in s.files}
        return ScopedSource(
            vintage.name,
            files,
            scope.municipalities,
            vintage.years,
            _snapshots(s for s in chosen if s[0].kind == SubmissionKind.ANNUAL and not s[2]),
            self._edits(vintage, inside),
            vintage.reference_date,
            key_ids=key_ids,
            keyring=ring,
            same_person=PseudonymMap(self._catalogue.pseudonym_map.changes(vintage.map_version)).table(),
        )

    def _within(self, vintage: Vintage) -> list[Submission]:
        """The submissions of a vintage in order of acceptance."""
        wanted = set(vintage.submissions)
        return [s for s in self._catalogue.of() if s.id in wanted]

    def _parts(self, chosen: Iterable[tuple[Submission, int, int]], table: TableSchema) -> tuple[FilePart, ...]:
        """The files of one table, those that are alike together."""
        found: dict[tuple[int, int, int], list[str]] = {}
        for s, year, later in chosen:
            for f in (f for f in s.files if f.table == table.name):
                found.setdefault((year, f.version, later), []).append(self._file(s, f.name))
        return tuple(FilePart(y, table.lacking(v), tuple(found[y, v, n]), n) for y, v, n in sorted(found))

    def _edits(self, vintage: Vintage, inside: Mapping[str, Submission]) -> tuple[FilePart, ...]:
        """The files of edit sets in order; of what stands in for another year, once more for that year."""
        sets = [inside[name] for name in vintage.edits if name in inside]
        sent = {(s.municipality, s.data_year) for s in self._catalogue.of() if s.id in vintage.annual}
        parts = [
            FilePart(year, frozenset(), (self._file(s, f.name),), later)
            for s in sets
            for year, later in _years_of(s, vintage, sent)
            for f in s.files
            if f.table == EDIT.name
        ]
        return tuple(parts)

    def _file(self, submission: Submission, name: str) -> str:
        return str(self._folder / "submissions" / submission.folder / name)


def _years_of(edits: Submission, vintage: Vintage, sent: set[selection.Sender]) -> list[tuple[int, int]]:
    """The years a set of edits is read for, each with how much later its dates are then."""
    own = [(edits.data_year, 0)] if (edits.municipality, edits.data_year) in sent else []
    mine = [s for s in vintage.substitutions if (s.municipality, s.by_year) == (edits.municipality, edits.data_year)]
    return [*own, *((s.data_year, s.years) for s in mine)]


def _ids(submissions: Iterable[Submission]) -> tuple[str, ...]:
    return tuple(s.id for s in submissions)


def _touches(submission: Submission, scope: Scope) -> bool:
    return scope.municipalities is None or bool(scope.municipalities & submission.municipalities)


def _snapshots(annual: Iterable[tuple[Submission, int, int]]) -> pa.Table:
    """The annual submissions that events move on, as a table."""
    rows = [
        {"reported_municipality": s.municipality, "data_year": year, "extracted_at": s.extracted_at.replace(tzinfo=None)}
        for s, year, _ in annual
        if s.extracted_at is not None
    ]
    return pa.Table.from_pylist(rows, snapshot_schema())


def _named(found: Vintage, name: str, reference_date: date | None, versions: Mapping[str, str]) -> Vintage:
    """An open vintage under its name, with the day it is counted to.

    Raises:
        OmsorgstallError: ``bad-reference-date``, when the day is missing, not wanted, or not in the year.
    """
    runs = found.kind is VintageKind.YEAR_TO_DATE
    if runs != (reference_date is not None) or (reference_date and (reference_date.year,) != found.years):
        what = "A day that figures are counted to belongs to a vintage of the kind year_to_date and to its one year."
        raise _usage("bad-reference-date", what, "Give the kind year_to_date, one year, and a day in it.")
    return replace(found, name=name, reference_date=reference_date, versions=versions)


def _refuse_without_reason(why: str) -> None:
    if not why.strip():
        raise _usage("no-reason", "There is no reason given.", _WHY)


def _usage(code: str, what: str, todo: str) -> OmsorgstallError:
    return OmsorgstallError(ErrorFamily.USAGE, code, what, todo=todo)
