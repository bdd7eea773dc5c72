"""Changed identity numbers: each is judged as intake judges a number, becomes a pair of pseudonyms at once, and is forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from omsorgstall.formats.identity_changes import ChangeRow
from omsorgstall.intake.identity import IdentityFacts, identity_facts
from omsorgstall.intake.persons import UNIQUE_TYPES
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.intake.row_faults import RowFault
from omsorgstall.intake.rule import rules
from omsorgstall.register.pseudonym_map import ChangeFault, NumberChange

_TYPES = {str(kind): kind for kind in UNIQUE_TYPES} | {None: 1}
_COLUMN_OF = dict.fromkeys(ChangeFault, "old_number") | {ChangeFault.CYCLE: "new_number", ChangeFault.SAME_NUMBER: "new_number"}


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows of a file as pairs of pseudonyms.

    Attributes:
        pairs: those that can be judged by the map; ``lines`` tells where each stands in the file.
        faults: of the other rows.
    """

    pairs: tuple[NumberChange, ...]
    lines: tuple[int, ...]
    faults: tuple[RowFault, ...]


def pseudonymised(rows: Sequence[ChangeRow], key: PseudonymKey, today: date, *, test_persons: bool = False) -> Changes:
    """Judge the numbers of each row, and make pseudonyms of those that can be somebody's.

    Args:
        today: a change cannot be known later.
        test_persons: whether numbers made for tests are accepted.
    """
    facts = {side: _facts(rows, side) for side in ("old", "new")}
    pairs, lines, faults = [], [], []
    for place, row in enumerate(rows):
        fault = _fault(row, place, facts, test_persons=test_persons) or _fault_of_day(row, today)
        if fault is not None:
            faults.append(fault)
            continue
        old, new = (_pseudonym(row, side, key) for side in ("old", "new"))
        pairs.append(NumberChange(old, new, date.fromisoformat(str(row.known_on))))
        lines.append(row.line)
    return Changes(tuple(pairs), tuple(lines), tuple(faults))


def map_faults(changes: Changes, found: Mapping[int, ChangeFault]) -> list[RowFault]:
    """Faults the map found, with their lines in the file, and those found before, in the order of the lines."""
    told = [RowFault(changes.lines[n], _COLUMN_OF[fault], str(fault)) for n, fault in found.items()]
    return sorted([*changes.faults, *told], key=lambda f: f.line)


def _facts(rows: Sequence[ChangeRow], side: str) -> IdentityFacts:
    return identity_facts(pa.array([getattr(r, f"{side}_number") for r in rows], pa.string()))


def _fault(row: ChangeRow, place: int, facts: Mapping[str, IdentityFacts], *, test_persons: bool) -> RowFault | None:
    for side, known in facts.items():
        number, kind = getattr(row, f"{side}_number"), getattr(row, f"{side}_type")
        national = _TYPES.get(kind, 0) in rules()["C01"].limits["types"]
        checks = {
            "number-missing": number is None,
            "type-not-unique": kind not in _TYPES,
            "number-not-valid": national and not known.valid[place],
            "number-for-tests": national and bool(known.for_tests[place]) and not test_persons,
        }
        found = next((fault for fault, fails in checks.items() if fails), None)
        if found is not None:
            return RowFault(row.line, f"{side}_{'type' if found == 'type-not-unique' else 'number'}", found)
    return None


def _fault_of_day(row: ChangeRow, today: date) -> RowFault | None:
    try:
        possible = date.fromisoformat(row.known_on or "") <= today
    except ValueError:
        possible = False
    return None if possible else RowFault(row.line, "known_on", "day-not-valid")


def _pseudonym(row: ChangeRow, side: str, key: PseudonymKey) -> str:
    return key.pseudonym(_TYPES[getattr(row, f"{side}_type")], getattr(row, f"{side}_number"))
