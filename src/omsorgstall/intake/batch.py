"""Checking an annual batch: accepted rows, findings and a verdict."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from omsorgstall.core import Progress, Severity, silent
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import BatchHeader, RawBatch
from omsorgstall.intake.borders import is_valid
from omsorgstall.intake.chunks import ChunkCheck
from omsorgstall.intake.differences import DifferenceLog
from omsorgstall.intake.evaluation import ContentCheck, content_check
from omsorgstall.intake.findings import MOST_DETAIL, FindingLog
from omsorgstall.intake.heads import batch_head
from omsorgstall.intake.persons import Sender
from omsorgstall.intake.pseudonyms import PseudonymKey
from omsorgstall.intake.rule import rules
from omsorgstall.intake.unit_list import ListUsed, UnitList
from omsorgstall.intake.unit_rules import UnitRules

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
        units: the organisation list it was held against; None when there was none.
    """

    header: BatchHeader
    chunks: tuple[Mapping[str, pa.Table], ...]
    findings: pa.Table
    counts: Counts
    verdict: Verdict
    units: ListUsed | None = None

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
    units: UnitList | None = None,
    progress: Progress = silent,
) -> CheckedBatch:
    """Check an annual batch.

    Args:
        expected_year: the data year asked for; None accepts any.
        test_persons: accept identity numbers made for tests (month +80 and the like), as made-up data have them.
        persons_a_chunk: whole persons held as text at a time.
        units: the organisation list that organisation numbers are held against.

    Raises:
        OmsorgstallError: INPUT_REJECTED when the file turns out unreadable.
    """
    terms = {"expected_year": expected_year, "test_persons": test_persons}
    check = BatchCheck(raw, key, engine, **terms, persons_a_chunk=persons_a_chunk, units=units)  # type: ignore[arg-type]
    chunks = []
    for chunk in check.chunks():
        chunks.append(chunk)
        progress("intake", check.persons_read, 0)
    return check.conclusion(chunks)


class BatchCheck:
    """The check of one annual batch as it is read, so that no more than a chunk of it need be in memory.

    The arguments are those of ``check_batch``, and ``differences``, which collects what is changed when given; ``content``, other
    content rules than all; and ``most_findings``, how many of one rule are kept one by one. Read ``chunks`` to the end before the
    conclusion.
    """

    def __init__(
        self,
        raw: RawBatch,
        key: PseudonymKey,
        engine: Engine,
        *,
        expected_year: int | None = None,
        test_persons: bool = False,
        persons_a_chunk: int = 20_000,
        units: UnitList | None = None,
        differences: DifferenceLog | None = None,
        content: ContentCheck | None = None,
        most_findings: int = MOST_DETAIL,
    ) -> None:
        self._log = FindingLog(most_findings)
        self.header = batch_head(raw.header, self._log)
        self._differences = differences
        self._raw = raw
        self._size = persons_a_chunk
        self._begun = False
        sender = Sender(raw.header.municipality, raw.header.data_year, key, test_persons)
        self.units = units.used if units else None
        self._units = UnitRules(units, raw.header.data_year, self._log)
        self._check = ChunkCheck(self.header, sender, content or content_check(engine), self._units, self._log)
        _judge_header(self.header, expected_year, self._log)

    @property
    def data_year(self) -> int:
        """The calendar year it describes."""
        return self.header.data_year

    @property
    def rejected(self) -> bool:
        """Whether a rule that rejects the whole submission has failed so far."""
        return is_rejected(self._log)

    @property
    def persons_read(self) -> int:
        """Persons read so far."""
        return self._check.read["person"]

    def chunks(self) -> Iterator[dict[str, pa.Table]]:
        """Accepted rows, tables by name, whole persons at a time; nothing when the header is rejected.

        Raises:
            OmsorgstallError: INPUT_REJECTED when the file turns out unreadable.
        """
        if self.rejected:
            return
        self._begun = True
        for chunk in self._raw.chunks(self._size):
            before = self._log.parts
            accepted = self._check.accept(chunk)
            if self._differences is not None:
                self._differences.note(self._log.since(before), chunk, accepted)
            yield accepted
        self._units.conclude()
        for name in self._raw.unknown:
            self._log.add_many("A01", name.table, name.line, name.name, name.count)
        if not self._check.accepted["person"]:
            self._log.add_submission("A13")

    def findings(self) -> pa.Table:
        """What was found, when all chunks are read."""
        return self._log.table()

    def conclusion(self, chunks: Iterable[Mapping[str, pa.Table]] = ()) -> CheckedBatch:
        """The outcome; it holds the chunks that the caller kept."""
        log, check = self._log, self._check
        verdict: Verdict = "rejected" if self.rejected else "accepted"
        read, accepted = (check.read, check.accepted) if self._begun else ({}, {})
        counts = Counts(read, accepted, dict(log.failed), dict(+log.unknown), dict(log.together))
        return CheckedBatch(self.header, () if self.rejected else tuple(chunks), log.table(), counts, verdict, self.units)


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
