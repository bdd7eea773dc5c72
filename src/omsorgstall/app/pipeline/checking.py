"""Files of submissions, and the check of one of them: the same for intake and for the check before sending."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import MOST_BYTES, open_batch
from omsorgstall.formats.events import EventHeader, is_message, read_message
from omsorgstall.formats.held import SentFile
from omsorgstall.intake import BatchCheck, CheckedEvents, PseudonymKey, check_events
from omsorgstall.intake.blocking import BatchWithout, events_without
from omsorgstall.intake.differences import DifferenceLog
from omsorgstall.intake.unit_list import UnitList

BATCH_SUFFIXES = (".xml", ".zip")


def submission_files(given: Iterable[Path]) -> list[tuple[Path, str]]:
    """Every file among files, CSV folders and folders of such, with a name that tells it from the others.

    Raises:
        OmsorgstallError: when there is none.
    """
    found = list(_files(given))
    if not found:
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-files", "There is no file to take in.", todo="Name files or folders.")
    return found


def _files(given: Iterable[Path], within: str = "") -> Iterator[tuple[Path, str]]:
    for path in given:
        if path.is_dir() and not any(path.glob("*.csv")):
            inner = sorted(p for p in path.iterdir() if p.is_dir() or p.suffix.lower() in BATCH_SUFFIXES)
            yield from _files(inner, f"{within}{path.name}-")
        else:
            yield path, f"{within}{path.stem}"


@cache
def _engine(*, spills: bool) -> Engine:
    """One engine for a working process: rules are compiled once for all its files."""
    return Engine.local(threads=1, spills=spills)


@dataclass(frozen=True, slots=True)
class MessageCheck:
    """An event message behind the face of a batch: it is checked at once, as its header stands at its end."""

    checked: CheckedEvents

    @property
    def header(self) -> EventHeader:
        """Its header."""
        return self.checked.header

    @property
    def data_year(self) -> int:
        """The year it describes."""
        return self.checked.data_year

    @property
    def rejected(self) -> bool:
        """Whether the whole message is rejected."""
        return self.checked.verdict == "rejected"

    def chunks(self) -> Iterator[Mapping[str, pa.Table]]:
        """Accepted rows."""
        yield from self.checked.chunks

    def findings(self) -> pa.Table:
        """What was found."""
        return self.checked.findings

    def conclusion(self) -> CheckedEvents:
        """The outcome."""
        return self.checked


def begin_check(
    file: SentFile,
    key: PseudonymKey,
    *,
    expected_year: int | None,
    test_persons: bool,
    spills: bool = True,
    most_bytes: int = MOST_BYTES,
    blocked: frozenset[str] = frozenset(),
    units: UnitList | None = None,
    differences: DifferenceLog | None = None,
) -> BatchCheck | MessageCheck:
    """The check of a file by its kind; nothing is judged of a batch before its chunks are read.

    Args:
        spills: whether the engine may write what does not fit in memory.
        most_bytes: how large the files of a CSV set may be together, unpacked.
        blocked: pseudonyms of persons who are read over, as if the file did not name them.
        units: the organisation list that an annual batch is held against.
        differences: collects what is changed in an annual batch.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it cannot be read.
    """
    if is_message(file):
        message = read_message(file)
        message = events_without(message, key, blocked) if blocked else message
        return MessageCheck(check_events(message, key, test_persons=test_persons))
    batch, engine = open_batch(file, most_bytes), _engine(spills=spills)
    batch = BatchWithout(batch, key, blocked) if blocked else batch
    return BatchCheck(
        batch, key, engine, expected_year=expected_year, test_persons=test_persons, units=units, differences=differences
    )
