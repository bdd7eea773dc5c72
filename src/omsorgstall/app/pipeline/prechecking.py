"""The check before sending (forhåndskontroll): the rules of intake on a file, without a register and without writing anything.

The engine has no folder to spill to, so not even a large file leaves a trace on disk.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from omsorgstall.access import Grant, Scope
from omsorgstall.app.pipeline.checking import begin_check, submission_files
from omsorgstall.app.pipeline.taking_in import Terms
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, Severity, silent, uncollected
from omsorgstall.formats.batch import MOST_BYTES
from omsorgstall.formats.held import HeldFile, SentFile
from omsorgstall.intake import PseudonymKey, receipt, rejection, rules
from omsorgstall.tables import Report


@dataclass(frozen=True, slots=True)
class Prechecked:
    """What intake would say of one file.

    Attributes:
        report: the receipt it would get, without a submission id.
        found: severities of its findings.
    """

    file: str
    rejected: bool
    report: Report
    found: frozenset[Severity]

    def grant(self, how: str) -> Grant | None:
        """Leave to show the receipt to who has the file; None when its sender is not known.

        Args:
            how: how it was asked for, such as ``command line``.
        """
        owner = self.report.owner
        return Grant(owner, Scope.owner(owner, "check before sending", how)) if owner else None


def precheck(given: Iterable[Path], terms: Terms, *, progress: Progress = silent) -> Iterator[Prechecked]:
    """Check every file with a key that is made for the occasion and forgotten; one result for each, in the order of the files.

    Raises:
        OmsorgstallError: when there is no file.
    """
    files = submission_files(given)
    key = PseudonymKey.unkept()
    for number, (file, _) in enumerate(files):
        yield _checked(file, str(file), key, terms)
        progress("Checking files", number + 1, len(files))


def precheck_held(file: HeldFile, terms: Terms, *, most_bytes: int) -> Prechecked:
    """Check one file that is held in memory; what it holds goes nowhere else.

    Args:
        most_bytes: how large the files of a CSV set may be together, unpacked.
    """
    return _checked(file, file.name, PseudonymKey.unkept(), terms, most_bytes)


def _checked(file: SentFile, name: str, key: PseudonymKey, terms: Terms, most_bytes: int = MOST_BYTES) -> Prechecked:
    try:
        with uncollected():
            check = begin_check(
                file,
                key,
                expected_year=terms.expected_year,
                test_persons=terms.test_persons,
                spills=False,
                units=terms.units,
                most_bytes=most_bytes,
            )
            for _ in check.chunks():
                pass
        checked = check.conclusion()
    except OmsorgstallError as error:
        if error.family is not ErrorFamily.INPUT_REJECTED:
            raise
        return Prechecked(name, True, rejection(error, file.name), frozenset({Severity.REJECT_SUBMISSION}))
    found = frozenset(rules()[rule].severity for rule, count in checked.counts.failed.items() if count)
    return Prechecked(name, check.rejected, receipt(checked, ""), found)
