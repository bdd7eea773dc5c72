"""From a file of changed identity numbers to the pseudonym map, and persons who stand under several numbers in one submission."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from omsorgstall.access import Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.formats.identity_changes import read_changes
from omsorgstall.intake import PseudonymKey
from omsorgstall.intake.identity_changes import Changes, map_faults, pseudonymised
from omsorgstall.intake.row_faults import RowFault
from omsorgstall.register import Store
from omsorgstall.register.pseudonym_map import Judged
from omsorgstall.register.store_identities import Doubled

_LONGEST_RUN = 6
"""Digits in a row; more may be somebody's number."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms changes are taken in.

    Attributes:
        source: where they are known from, kept with them.
        who: kept likewise.
        test_persons: accept identity numbers made for tests; never in a register of real people.
    """

    source: str
    who: str
    test_persons: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a file of changes.

    Attributes:
        rows: of the file.
        changed: changes that came into the map, or were taken out of it.
        known: rows that said what the map said already.
        faults: why the others were refused.
    """

    rows: int
    changed: int
    known: int
    faults: tuple[RowFault, ...]


def add_changes(places: Places, file: Path, terms: Terms, *, keep: bool = True) -> Changed:
    """Take changed identity numbers into the map: every row that can stand in it. The numbers are not kept.

    Args:
        keep: whether to keep them, or only to check the file.

    Raises:
        OmsorgstallError: when the file is not one of changes, a key is missing or wrong, or the source is missing or no text.
    """

    def enter(store: Store, changes: Changes, key: str) -> Judged:
        return store.identities.add(changes.pairs, terms.source, who=terms.who, pseudonym_key=key, keep=keep)

    return _changed(places, file, terms, enter)


def withdraw_changes(places: Places, file: Path, terms: Terms) -> Changed:
    """Take changes out of the map that were added by mistake; vintages frozen before keep them.

    Raises:
        OmsorgstallError: as ``add_changes``.
    """

    def enter(store: Store, changes: Changes, key: str) -> Judged:
        return store.identities.withdraw(changes.pairs, terms.source, who=terms.who, pseudonym_key=key)

    return _changed(places, file, terms, enter)


def _changed(places: Places, file: Path, terms: Terms, enter: Callable[[Store, Changes, str], Judged]) -> Changed:
    _refuse_numbers_in(terms.source)
    rows = read_changes(file)
    key = PseudonymKey.from_environment_or_file(places.store)
    changes = pseudonymised(rows, key, datetime.now(UTC).date(), test_persons=terms.test_persons)
    with open_register(places) as store:
        store.keys.belong_to_pseudonyms(key.key_id)
        judged = enter(store, changes, key.key_id)
    return Changed(len(rows), len(judged.kept), judged.known, tuple(map_faults(changes, judged.faults)))


def doubled_persons(places: Places, scope: Scope, year: int | None) -> tuple[Doubled, ...]:
    """Persons whom the newest submission of a municipality and year holds under several numbers.

    Args:
        year: one data year; all when None.
    """
    with open_register(places) as store:
        newest = {(s.municipality, s.data_year): s for s in store.submissions(data_year=year, kind="annual")}
        gone = {w.submission for w in store.basis.withdrawals()}
        return tuple(store.identities.doubled([s for s in newest.values() if s.id not in gone], scope))


def _refuse_numbers_in(source: str) -> None:
    digits = "".join(c if c.isdigit() else " " for c in source).split()
    if any(len(run) > _LONGEST_RUN for run in digits):
        what = "The source looks as if it held an identity number."
        raise OmsorgstallError(
            ErrorFamily.USAGE, "number-in-source", what, todo="Name the source and the day, such as 2023-06-30."
        )
