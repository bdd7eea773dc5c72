"""The pseudonym map: which pseudonyms are of one person, because her identity number was changed. Pure functions on pairs.

Each change leads from an old pseudonym to the one that took its place: one at most, and no way leads back. So the changes are
trees whose root is the newest pseudonym of a person: her representative.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import pyarrow as pa

SAME_PERSON = pa.schema([("pseudonym", pa.string()), ("representative", pa.string()), ("place", pa.int32())])
"""Every pseudonym of the persons with several, her representative, and its place among hers: the highest is the newest."""


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A person's identity number was changed; both pseudonyms are hers. It never shows them.

    Attributes:
        old: pseudonym of the number that ended.
        new: pseudonym of the one that took its place.
        known_on: the day the change was known.
    """

    old: str = field(repr=False)
    new: str = field(repr=False)
    known_on: date


class ChangeFault(StrEnum):
    """Why a change cannot stand in the map."""

    SAME_NUMBER = "same-number"
    TWO_NUMBERS = "two-numbers"
    CYCLE = "cycle"
    NO_SUCH_CHANGE = "no-such-change"


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of changes.

    Attributes:
        kept: those that come into the map, or are taken out of it.
        known: how many say what the map said already.
        faults: by place among the changes, why the others cannot stand.
    """

    kept: tuple[NumberChange, ...]
    known: int
    faults: Mapping[int, ChangeFault]


class PseudonymMap:
    """The persons with several pseudonyms.

    Args:
        changes: each old pseudonym once, without a way back; as the register keeps them.
    """

    def __init__(self, changes: Iterable[NumberChange]) -> None:
        self._next = {c.old: c for c in changes}
        self._root: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._next)

    def representative(self, pseudonym: str) -> str:
        """The newest pseudonym of the same person; the pseudonym itself when it was never changed."""
        way = []
        while pseudonym in self._next and pseudonym not in self._root:
            way.append(pseudonym)
            pseudonym = self._next[pseudonym].new
        root = self._root.get(pseudonym, pseudonym)
        self._root.update(dict.fromkeys(way, root))
        return root

    def all_of(self, pseudonyms: Iterable[str]) -> frozenset[str]:
        """These pseudonyms and all others of the same persons."""
        given = frozenset(pseudonyms)
        roots = {self.representative(p) for p in given}
        return given | roots | {old for old in self._next if self.representative(old) in roots}

    def table(self) -> pa.Table:
        """As ``SAME_PERSON``, persons and their pseudonyms in a fixed order."""
        persons: dict[str, list[str]] = {}
        for old in self._next:
            persons.setdefault(self.representative(old), []).append(old)
        rows = [
            {"pseudonym": pseudonym, "representative": root, "place": place}
            for root in sorted(persons)
            for place, pseudonym in enumerate([*sorted(persons[root], key=self._age), root])
        ]
        return pa.Table.from_pylist(rows, SAME_PERSON)

    def _age(self, pseudonym: str) -> tuple[date, int, str]:
        """Orders a person's old pseudonyms from the oldest: by the day it, or one that took its place, was changed."""
        until, steps, at = date.max, 0, pseudonym
        while at in self._next:
            until, steps, at = min(until, self._next[at].known_on), steps - 1, self._next[at].new
        return until, steps, pseudonym


def judge(known: Iterable[NumberChange], given: Sequence[NumberChange]) -> Judged:
    """Which changes can come into a map, whatever order they are given in.

    A number changed to two others is a fault unless those are one person by the other changes.

    Args:
        known: the changes the map holds.
        given: new ones.
    """
    return _Judge(known, given).judged()


class _Judge:
    def __init__(self, known: Iterable[NumberChange], given: Sequence[NumberChange]) -> None:
        self._given = given
        self._next = {c.old: c.new for c in known}
        self._wanted: dict[str, set[str]] = {}
        for change in given:
            self._wanted.setdefault(change.old, set()).add(change.new)
        self._kept: list[NumberChange] = []
        self._known = 0
        self._faults: dict[int, ChangeFault] = {}

    def judged(self) -> Judged:
        """Take what can be taken until nothing more can: one change may make another possible."""
        pending = sorted(range(len(self._given)), key=lambda n: (self._given[n].known_on, self._given[n].old, self._given[n].new))
        while pending:
            left = [n for n in pending if not self._settled(n)]
            if len(left) == len(pending):
                self._faults.update(dict.fromkeys(left, ChangeFault.TWO_NUMBERS))
                break
            pending = left
        return Judged(tuple(self._kept), self._known, self._faults)

    def _settled(self, n: int) -> bool:
        change = self._given[n]
        if change.old == change.new:
            self._faults[n] = ChangeFault.SAME_NUMBER
        elif self._newest(change.old) == self._newest(change.new):
            if change.old in self._way(change.new):
                self._faults[n] = ChangeFault.CYCLE
            else:
                self._known += 1
        elif change.old in self._next or len({self._newest(new) for new in self._wanted[change.old] - {change.old}}) > 1:
            return False
        else:
            self._next[change.old] = change.new
            self._kept.append(change)
        return True

    def _way(self, pseudonym: str) -> list[str]:
        """A pseudonym and those that took its place, one after the other."""
        way = [pseudonym]
        while way[-1] in self._next:
            way.append(self._next[way[-1]])
        return way

    def _newest(self, pseudonym: str) -> str:
        return self._way(pseudonym)[-1]


def judge_withdrawal(known: Iterable[NumberChange], given: Sequence[NumberChange]) -> Judged:
    """Which changes can be taken out of a map: those it holds, each once."""
    there = {(c.old, c.new): c for c in known}
    found: dict[tuple[str, str], NumberChange] = {}
    faults: dict[int, ChangeFault] = {}
    for n, change in enumerate(given):
        pair = (change.old, change.new)
        if pair in there:
            found[pair] = there[pair]
        else:
            faults[n] = ChangeFault.NO_SUCH_CHANGE
    return Judged(tuple(found.values()), len(given) - len(found) - len(faults), faults)
