"""Changed identity numbers of a store: the pseudonym map is added to, taken from, and asked for persons who stand twice.

Identity numbers are unknown here; whoever has the pseudonym key makes the pairs of pseudonyms.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register import map_book
from omsorgstall.register.catalogue import Catalogue
from omsorgstall.register.database import disk_faults
from omsorgstall.register.delivery import Submission
from omsorgstall.register.pseudonym_map import Judged, NumberChange, PseudonymMap, judge, judge_withdrawal
from omsorgstall.register.staging import exclusive
from omsorgstall.register.store_keys import StoreKeys
from omsorgstall.register.store_persons import hers

PERSON = "person"
_Judging = Callable[[Iterable[NumberChange], Sequence[NumberChange]], Judged]


@dataclass(frozen=True, slots=True)
class Doubled:
    """A person who stands under several numbers in one submission.

    Attributes:
        local_ids: the sender's own ids of her, the newest number's last.
    """

    submission: Submission
    local_ids: tuple[str, ...] = field(repr=False)


class StoreIdentities:
    """Changed identity numbers of a store.

    Args:
        catalogue: of the store.
        keys: of the store.
        lock: file of the store's lock.
    """

    def __init__(self, catalogue: Catalogue, keys: StoreKeys, lock: Path) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._lock = lock

    def add(self, changes: Sequence[NumberChange], source: str, *, who: str, pseudonym_key: str, keep: bool = True) -> Judged:
        """Add changes to the map, those that can stand in it; vintages frozen from now on take both numbers for one person.

        Args:
            source: where they are known from; kept with them and in the audit log.
            who: the person or process that adds them, kept likewise.
            pseudonym_key: id of the key the pseudonyms were made with.
            keep: whether to add them, or only to tell what would become of them.

        Raises:
            OmsorgstallError: ENVIRONMENT, ``wrong-pseudonym-key``; USAGE, ``no-source``. Nothing has changed then.
        """
        return self._enter(judge, changes, (source, who), pseudonym_key, holds=True, keep=keep)

    def withdraw(self, changes: Sequence[NumberChange], source: str, *, who: str, pseudonym_key: str) -> Judged:
        """Take changes out of the map that were added by mistake; vintages frozen before keep them.

        Raises:
            OmsorgstallError: as ``add``.
        """
        return self._enter(judge_withdrawal, changes, (source, who), pseudonym_key, holds=False, keep=True)

    def _enter(
        self, judged_by: _Judging, changes: Sequence[NumberChange], said: tuple[str, str], key: str, *, holds: bool, keep: bool
    ) -> Judged:
        source, who = said
        if not source.strip():
            what, todo = "It is not said where the changes are known from.", "Name the source (--source)."
            raise OmsorgstallError(ErrorFamily.USAGE, "no-source", what, todo=todo)
        with disk_faults(), exclusive(self._lock):
            self._keys.check_both(key)
            judged = judged_by(self._catalogue.pseudonym_map.changes(), changes)
            if judged.kept and keep:
                now, done = datetime.now(UTC), "added" if holds else "withdrawn"
                event = AuditEvent(AuditAction.CHANGE_IDENTITIES, f"{len(judged.kept)} changes {done}", who, source, now, None)
                write = partial(map_book.add, changes=judged.kept, source=source, who=who, when=now, holds=holds)
                self._catalogue.write(write, event)
        return judged

    def versions(self) -> tuple[map_book.MapVersion, ...]:
        """Every version of the map, the oldest first; it tells no pseudonym."""
        return self._catalogue.pseudonym_map.versions()

    def doubled(self, submissions: Iterable[Submission], scope: Scope) -> Iterator[Doubled]:
        """Persons whom one submission holds under several numbers; the reading is logged.

        Args:
            submissions: annual ones; those that lie outside the scope are left out.
        """
        self._catalogue.log(AuditEvent.of(AuditAction.READ_ROWS, "persons with several numbers", scope, datetime.now(UTC)))
        places = {r["pseudonym"]: (r["representative"], r["place"]) for r in self._map().table().to_pylist()}
        inside = [s for s in submissions if scope.municipalities is None or s.municipalities <= scope.municipalities]
        ring = self._keys.ring(s.id for s in inside)
        for s in inside if places else ():
            found: dict[str, list[tuple[int, str]]] = {}
            for row in self._persons(s, frozenset(places), ring.reveal(s.id) if s.id in ring else None):
                representative, place = places[row["pseudonym"]]
                found.setdefault(representative, []).append((place, row["local_person_id"] or ""))
            for _, named in sorted(found.items()):
                if len({place for place, _ in named}) > 1:
                    yield Doubled(s, tuple(local_id for _, local_id in sorted(named)))

    def _persons(self, submission: Submission, wanted: frozenset[str], key: bytes | None) -> Iterator[Mapping[str, str]]:
        """The pseudonym and local id of some persons in a submission."""
        folder = self._lock.parent / "submissions" / submission.folder
        for file in submission.files:
            if file.table == PERSON:
                yield from hers(str(folder / file.name), ("pseudonym", "local_person_id"), wanted, key).to_pylist()

    def _map(self) -> PseudonymMap:
        return PseudonymMap(self._catalogue.pseudonym_map.changes())
