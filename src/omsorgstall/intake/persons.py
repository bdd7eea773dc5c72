"""Persons: identity numbers are judged, turned into pseudonyms, and forgotten."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.intake.borders import todays_municipality
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.identity import IdentityFacts, identity_facts
from omsorgstall.intake.masking import masked
from omsorgstall.intake.parsing import parse
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.intake.rule import rules

UNIQUE_TYPES = frozenset({1, 2, 10})
"""Types of number that name one person in the whole country (HIS 1135: only these give a KPR id)."""
_REFUSING = ("N07", "N09", "N10", "N15")
_NAMED = pa.schema([(name, pa.string()) for name in ("identity_number", "identity_type", "local_person_id")])
_NOBODY = "A" * 22
"""Stands for the pseudonym of a refused person where a municipality must be told."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and how identity numbers are treated.

    Attributes:
        municipality: the reporting municipality's number in the year.
        test_persons: whether numbers made for tests are accepted.
    """

    municipality: str
    year: int
    key: PseudonymKey
    test_persons: bool


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of raw rows after their identity is judged; one entry a row.

    Attributes:
        pseudonym: null where the person is refused.
        municipality: within today's borders.
        local_id: ``brukerNr`` without identity numbers.
        refused: the person and all her rows are left out.
        faults: where each identity rule fails.
        facts: what the numbers tell.
        kind: types of the numbers, code system 9032; null where there is none.
    """

    pseudonym: pa.Array
    municipality: pa.Array
    local_id: pa.Array
    refused: Flags
    faults: dict[str, Flags]
    facts: IdentityFacts
    kind: pa.Array


def identify(raw: pa.Table, sender: Sender) -> Persons:
    """Judge and pseudonymise the persons of rows with ``identity_number``, ``identity_type`` and ``local_person_id``."""
    numbers = raw["identity_number"].combine_chunks()
    kinds = _kinds(raw)
    local_id, rewritten = masked(raw["local_person_id"].combine_chunks(), numbers, sender.key)
    facts = identity_facts(numbers)
    faults = _faults(numbers, kinds, local_id, facts, sender)
    refused = np.logical_or.reduce([faults[r] for r in _REFUSING])
    faults["A04"] = rewritten.to_numpy(zero_copy_only=False)
    pseudonyms = _pseudonyms(numbers, kinds, local_id, refused, sender)
    first = sender.key.first()
    lasting = pseudonyms if first is sender.key else _pseudonyms(numbers, kinds, local_id, refused, replace(sender, key=first))
    today = todays_municipality(sender.municipality, sender.year, [p or _NOBODY for p in lasting])
    return Persons(
        pa.array(pseudonyms, pa.string()), today, local_id, refused, faults, facts, pa.array(kinds, pa.int8(), mask=kinds < 0)
    )


def pseudonyms_in(raw: pa.Table, sender: Sender) -> pa.Array:
    """The pseudonyms of rows' persons without judging them; null where nothing names one."""
    numbers, kinds = raw["identity_number"].combine_chunks(), _kinds(raw)
    local_id, _ = masked(raw["local_person_id"].combine_chunks(), numbers, sender.key)
    nobody = pc.is_null(numbers).to_numpy(zero_copy_only=False) | (kinds < 0) | np.asarray(pc.is_null(local_id))
    return pa.array(_pseudonyms(numbers, kinds, local_id, nobody, sender), pa.string())


def pseudonyms_of(key: PseudonymKey, kind: int, number: str, municipality: str = "", local_id: str = "") -> frozenset[str]:
    """The pseudonyms one person may have: of the number as it was typed, and without its blanks.

    Args:
        kind: code system 9032.
        municipality: the sender; with ``local_id`` it names a person whose number is not unique in the country.

    Raises:
        OmsorgstallError: USAGE, ``sender-needed``, when such a number comes without them.
    """
    if kind not in UNIQUE_TYPES and not (municipality and local_id):
        raise OmsorgstallError(
            ErrorFamily.USAGE,
            "sender-needed",
            "Numbers of this type are not unique in the country.",
            todo="Name the municipality and its own id of the person too (--municipality, --local-id).",
        )
    texts = {number.strip(), "".join(number.split())}
    row = {"identity_type": str(kind), "local_person_id": local_id or "-"}
    raw = pa.Table.from_pylist([row | {"identity_number": text} for text in sorted(texts - {""})], _NAMED)
    return frozenset(pseudonyms_in(raw, Sender(municipality, 0, key, True)).to_pylist())


def note_faults(persons: Persons, table: str, lines: pa.Array, log: FindingLog) -> None:
    """Make findings of the faults."""
    for rule_id, fault in persons.faults.items():
        mask = pa.array(fault)
        log.add(rule_id, table, persons.local_id.filter(mask), lines.filter(mask), rules()[rule_id].fields[0])


def repeated(pseudonyms: pa.Array, seen: set[str]) -> tuple[NDArray[np.int64], Flags]:
    """The first row of each row's person, and whether the person was met before.

    Args:
        seen: pseudonyms of earlier chunks; those of this chunk are added.
    """
    first = np.arange(len(pseudonyms))
    again = np.zeros(len(pseudonyms), bool)
    here: dict[str, int] = {}
    for row, pseudonym in enumerate(pseudonyms.to_pylist()):
        if pseudonym is not None:
            first[row] = here.setdefault(pseudonym, row)
            again[row] = first[row] != row or pseudonym in seen
    seen.update(here)
    return first, again


def _kinds(raw: pa.Table) -> NDArray[np.int64]:
    """Types of identity number; −1 when missing or no number."""
    values = parse("identity_type", pa.int8(), raw["identity_type"].combine_chunks()).values
    kinds: NDArray[np.int64] = pc.fill_null(values, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return kinds


def _faults(
    numbers: pa.Array, kinds: NDArray[np.int64], local_id: pa.Array, facts: IdentityFacts, sender: Sender
) -> dict[str, Flags]:
    missing = pc.is_null(numbers).to_numpy(zero_copy_only=False)
    national = np.isin(kinds, rules()["C01"].limits["types"])
    return {
        "N07": pc.is_null(local_id).to_numpy(zero_copy_only=False),
        "N09": missing,
        "N10": ~np.isin(kinds, rules()["N10"].limits["valid"]),
        "C01": national & ~missing & ~facts.valid,
        "C58": kinds == rules()["C58"].limits["type"],
        "N15": national & facts.for_tests & (not sender.test_persons),
    }


def _pseudonyms(
    numbers: pa.Array, kinds: NDArray[np.int64], local_id: pa.Array, refused: Flags, sender: Sender
) -> list[str | None]:
    rows = zip(numbers.to_pylist(), kinds.tolist(), local_id.to_pylist(), refused.tolist(), strict=True)
    return [None if no else sender.key.pseudonym(*_identity(k, n, i, sender)) for n, k, i, no in rows]


def _identity(kind: int, number: str, local_id: str, sender: Sender) -> tuple[int, str]:
    """What names a person: the number, and for numbers that are not unique in the country the sender and its own id too."""
    return (kind, number) if kind in UNIQUE_TYPES else (kind, f"{sender.municipality}/{local_id}/{number}")
