"""Persons of a chunk: identity numbers are judged, turned into pseudonyms, and forgotten."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.formats.batch import BatchHeader
from omsorgstall.intake.borders import todays_municipality
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.identity import IdentityFacts, identity_facts
from omsorgstall.intake.masking import masked
from omsorgstall.intake.parsing import parse
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.intake.rule import rules

UNIQUE_TYPES = frozenset({1, 2, 10})
"""Types of number that name one person in the whole country (HIS 1135: only these give a KPR id)."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of a chunk after their identity is judged; one entry for each row of the raw person table.

    Attributes:
        pseudonym: null where the person is refused.
        municipality: within today's borders.
        local_id: ``brukerNr`` without identity numbers.
        refused: the person and all her rows are left out.
        repeated: the person was there before; only this row is left out.
        first: the row where the person was met first in this chunk.
    """

    pseudonym: pa.Array
    municipality: pa.Array
    local_id: pa.Array
    refused: Flags
    repeated: Flags
    first: NDArray[np.int64]
    facts: IdentityFacts


def judge_persons(
    raw: pa.Table, header: BatchHeader, key: PseudonymKey, seen: set[str], log: FindingLog, *, test_persons: bool
) -> Persons:
    """Judge and pseudonymise the persons of a chunk.

    Args:
        raw: the raw person table.
        seen: pseudonyms of earlier chunks; those of this chunk are added.
        test_persons: whether numbers made for tests are accepted.
    """
    numbers = raw["identity_number"].combine_chunks()
    kinds = _kinds(raw)
    local_id, rewritten = masked(raw["local_person_id"].combine_chunks(), numbers, key)
    facts = identity_facts(numbers)
    faults = _faults(numbers, kinds, local_id, facts, test_persons=test_persons)
    refused = np.logical_or.reduce([faults[r] for r in ("N07", "N09", "N10", "N15")])
    pseudonyms = _pseudonyms(numbers, kinds, local_id, refused, header, key)
    first, repeated = _repeated(pseudonyms, refused, seen)
    for rule_id, fault in (faults | {"A02": repeated, "A04": rewritten.to_numpy(zero_copy_only=False)}).items():
        mask = pa.array(fault)
        log.add(rule_id, "person", local_id.filter(mask), raw["line"].filter(mask), rules()[rule_id].fields[0])
    today = todays_municipality(header.municipality, header.data_year, [p or "AAAAAAAA" for p in pseudonyms])
    return Persons(pa.array(pseudonyms, pa.string()), today, local_id, refused, repeated, first, facts)


def _kinds(raw: pa.Table) -> NDArray[np.int64]:
    """Types of identity number; −1 when missing or no number."""
    values = parse("identity_type", pa.int8(), raw["identity_type"].combine_chunks()).values
    kinds: NDArray[np.int64] = pc.fill_null(values, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return kinds


def _faults(
    numbers: pa.Array, kinds: NDArray[np.int64], local_id: pa.Array, facts: IdentityFacts, *, test_persons: bool
) -> dict[str, Flags]:
    missing = pc.is_null(numbers).to_numpy(zero_copy_only=False)
    national = np.isin(kinds, rules()["C01"].limits["types"])
    return {
        "N07": pc.is_null(local_id).to_numpy(zero_copy_only=False),
        "N09": missing,
        "N10": ~np.isin(kinds, rules()["N10"].limits["valid"]),
        "C01": national & ~missing & ~facts.valid,
        "N15": national & facts.for_tests & (not test_persons),
    }


def _pseudonyms(
    numbers: pa.Array,
    kinds: NDArray[np.int64],
    local_id: pa.Array,
    refused: Flags,
    header: BatchHeader,
    key: PseudonymKey,
) -> list[str | None]:
    rows = zip(numbers.to_pylist(), kinds.tolist(), local_id.to_pylist(), refused.tolist(), strict=True)
    return [None if no else key.pseudonym(*identity_of(k, n, header.municipality, i)) for n, k, i, no in rows]


def identity_of(kind: int, number: str, municipality: str, local_id: str) -> tuple[int, str]:
    """What names a person: the number, and for numbers that are not unique in the country the sender and its own id too."""
    return (kind, number) if kind in UNIQUE_TYPES else (kind, f"{municipality}/{local_id}/{number}")


def _repeated(pseudonyms: list[str | None], refused: Flags, seen: set[str]) -> tuple[NDArray[np.int64], Flags]:
    first = np.arange(len(pseudonyms))
    repeated = np.zeros(len(pseudonyms), bool)
    here: dict[str | None, int] = {}
    for row, pseudonym in enumerate(pseudonyms):
        first[row] = here.setdefault(pseudonym, row)
        repeated[row] = pseudonym in seen or first[row] != row
    repeated &= ~refused
    seen.update(p for p in here if p is not None)
    return first, repeated
