"""Checking an annual batch: accepted rows, findings and a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from omsorgstall.core import Progress, Severity, silent
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import BatchHeader, RawBatch
from omsorgstall.intake.borders import is_valid
from omsorgstall.intake.chunks import ChunkCheck
from omsorgstall.intake.evaluation import content_check
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.persons import Sender
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.intake.rule import rules

Verdict = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Exact counts of a check.

    Attributes:
        read: rows read by table; ``accepted`` likewise.
        failed: findings by rule; ``unknown``: rows a rule could not judge because a value is missing.
        together: rows on which exactly this set of content rules failed, for two and more.
    """

    read: Mapping[str, int]
    accepted: Mapping[str, int]
    failed: Mapping[str, int]
    unknown: Mapping[str, int]
    together: Mapping[tuple[str, ...], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """An annual batch after intake. Nothing of it names a person.

    Attributes:
        chunks: accepted rows, tables by name in ``TableSchema.arrow``; empty when rejected.
        findings: ``FINDINGS_SCHEMA``, at most ``MOST_DETAIL`` rows a rule.
        verdict: ``rejected`` when a rule of severity ``reject_submission`` failed.
    """

    header: BatchHeader
    chunks: tuple[Mapping[str, pa.Table], ...]
    findings: pa.Table
    counts: Counts
    verdict: Verdict

    @property
    def municipality(self) -> str:
        """Number of the sender in the data year."""
        return self.header.municipality

    @property
    def data_year(self) -> int:
        """The calendar year it describes."""
        return self.header.data_year


def check_batch(
    raw: RawBatch,
    key: PseudonymKey,
    engine: Engine,
    *,
    expected_year: int | None = None,
    test_persons: bool = False,
    persons_a_chunk: int = 20_000,
    progress: Progress = silent,
) -> CheckedBatch:
    """Check an annual batch.

    Args:
        expected_year: the data year asked for; None accepts any.
        test_persons: accept identity numbers made for tests (month +80 and the like), as made-up data have them.
        persons_a_chunk: whole persons held as text at a time.

    Raises:
        OmsorgstallError: INPUT_REJECTED when the file turns out unreadable.
    """
    log = FindingLog()
    _judge_header(raw.header, expected_year, log)
    if is_rejected(log):
        return _conclusion(raw.header, [], log, Counts({}, {}, {}, {}))
    sender = Sender(raw.header.municipality, raw.header.data_year, key, test_persons)
    check = ChunkCheck(raw.header, sender, content_check(engine), log)
    chunks = []
    for chunk in raw.chunks(persons_a_chunk):
        chunks.append(check.accept(chunk))
        progress("intake", check.read["person"], 0)
    for name in raw.unknown:
        log.add_many("A01", name.table, name.line, name.name, name.count)
    if not check.accepted["person"]:
        log.add_submission("A13")
    return _conclusion(raw.header, chunks, log, Counts(check.read, check.accepted, {}, {}))


def _judge_header(header: BatchHeader, expected_year: int | None, log: FindingLog) -> None:
    if not is_valid(header.municipality, header.data_year):
        log.add_submission("A10", "kommuneNr")
    if expected_year is not None and header.data_year != expected_year:
        log.add_submission("A11", "argang")
    if header.extracted_at.year <= header.data_year:
        log.add_submission("A12", "uttakstidspunkt")


def is_rejected(log: FindingLog) -> bool:
    """Whether a rule that rejects the whole submission has failed."""
    return any(count and rules()[r].severity is Severity.REJECT_SUBMISSION for r, count in log.failed.items())


def _conclusion(header: BatchHeader, chunks: list[dict[str, pa.Table]], log: FindingLog, counts: Counts) -> CheckedBatch:
    exact = Counts(counts.read, counts.accepted, dict(log.failed), dict(+log.unknown), dict(log.together))
    verdict: Verdict = "rejected" if is_rejected(log) else "accepted"
    return CheckedBatch(header, () if verdict == "rejected" else tuple(chunks), log.table(), exact, verdict)
