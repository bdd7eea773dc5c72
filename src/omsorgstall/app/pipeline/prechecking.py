"""The check before sending (forhåndskontroll): the rules of intake on a file, without a register and without writing anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from omsorgstall.app.pipeline.checking import begin_check, submission_files
from omsorgstall.app.pipeline.taking_in import Terms
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, Severity, silent, uncollected
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


def precheck(given: Iterable[Path], terms: Terms, *, progress: Progress = silent) -> Iterator[Prechecked]:
    """Check every file with a key that is made for the occasion and forgotten; one result for each, in the order of the files.

    Raises:
        OmsorgstallError: when there is no file.
    """
    files = submission_files(given)
    key = PseudonymKey.unkept()
    for number, (file, _) in enumerate(files):
        yield _checked(file, key, terms)
        progress("Checking files", number + 1, len(files))


def _checked(file: Path, key: PseudonymKey, terms: Terms) -> Prechecked:
    try:
        with uncollected():
            check = begin_check(file, key, expected_year=terms.expected_year, test_persons=terms.test_persons)
            for _ in check.chunks():
                pass
        checked = check.conclusion()
    except OmsorgstallError as error:
        if error.family is not ErrorFamily.INPUT_REJECTED:
            raise
        return Prechecked(str(file), True, rejection(error, file.name), frozenset({Severity.REJECT_SUBMISSION}))
    found = frozenset(rules()[rule].severity for rule, count in checked.counts.failed.items() if count)
    return Prechecked(str(file), check.rejected, receipt(checked, ""), found)
