"""The quality of one file by itself, without a register: its receipt, shares of values, and what intake would change."""

from dataclasses import dataclass
from pathlib import Path

from omsorgstall.access import Grant, Scope
from omsorgstall.app.pipeline.checking import begin_check, submission_files
from omsorgstall.app.pipeline.taking_in import Terms
from omsorgstall.core import ErrorFamily, OmsorgstallError, uncollected
from omsorgstall.engine import Engine
from omsorgstall.intake import BatchCheck, PseudonymKey, receipt
from omsorgstall.intake.differences import DifferenceLog
from omsorgstall.quality.submission import submission_report
from omsorgstall.tables import Report


@dataclass(frozen=True, slots=True)
class AssessedFile:
    """What is told of a file to who has it."""

    name: str
    receipt: Report
    quality: Report
    grant: Grant


def assess_file(given: Path, terms: Terms, how: str) -> AssessedFile:
    """Check an annual batch with a key that is made for the occasion and forgotten.

    Args:
        how: how it was asked for, such as ``command line``.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it cannot be read, USAGE when it is no annual batch or several.
    """
    files = submission_files([given])
    differences = DifferenceLog()
    with uncollected():
        check = begin_check(
            files[0][0],
            PseudonymKey.unkept(),
            expected_year=terms.expected_year,
            test_persons=terms.test_persons,
            spills=False,
            units=terms.units,
            differences=differences,
        )
        if len(files) > 1 or not isinstance(check, BatchCheck):
            what = "The quality of one annual batch can be told at a time."
            raise OmsorgstallError(ErrorFamily.USAGE, "not-one-batch", what, todo="Name one XML file or one CSV folder.")
        chunks = list(check.chunks())
        checked = check.conclusion(chunks)
    with Engine.local(threads=1) as engine:
        quality = submission_report(checked, differences.table(), engine)
    owner = str(checked.municipality)
    return AssessedFile(files[0][1], receipt(checked, ""), quality, Grant(owner, Scope.owner(owner, "quality of a file", how)))
