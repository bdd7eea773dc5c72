"""From files to the register: each file checked, accepted or rejected on its own, with a receipt either way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.checking import MessageCheck, begin_check, submission_files
from omsorgstall.app.pipeline.receipts import receipt_path, replace_receipt
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent, uncollected
from omsorgstall.formats.batch import content_hash
from omsorgstall.intake import BatchCheck, PseudonymKey, receipt, rejecting_rules, rejection
from omsorgstall.intake.unit_list import UnitList
from omsorgstall.register import Delivery, Store
from omsorgstall.register.attempts import Attempt
from omsorgstall.tables import Report

NORWAY = ZoneInfo("Europe/Oslo")
DUPLICATE = "duplicate-submission"
"""The code of the fault of sending what was accepted before: nothing is wrong with that."""
Check = BatchCheck | MessageCheck


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one file.

    Attributes:
        reason: why it was rejected; empty when accepted.
        rows: accepted rows of all tables.
    """

    file: str
    accepted: bool
    submission: str
    reason: str
    receipt: Path
    rows: int


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms files are taken in.

    Attributes:
        expected_year: refuse other data years; None takes any.
        test_persons: accept identity numbers made for tests; never in a register of real people.
        who: the person or process that takes them in, kept in the audit log.
        units: the organisation list that organisation numbers are held against.
    """

    expected_year: int | None = None
    test_persons: bool = False
    who: str = "intake"
    units: UnitList | None = None


def take_in(
    places: Places, given: Iterable[Path], terms: Terms, *, processes: int = 2, progress: Progress = silent
) -> list[TakenIn]:
    """Check every file and take what is accepted into the register.

    Args:
        given: files, CSV folders, or folders of such.
        processes: files checked at the same time.

    Returns:
        One result for each file, in the order of the files.

    Raises:
        OmsorgstallError: when there is no file, no key, or the store cannot be used.
    """
    files = submission_files(given)
    key = PseudonymKey.from_environment_or_file(places.store)
    with open_register(places, create=True) as store:
        store.keys.belong_to_pseudonyms(key.key_id)
    tasks = [_Task(places, file, name, terms) for file, name in files]
    results = []
    for result in _run(tasks, processes):
        results.append(result)
        progress("Taking in files", len(results), len(files))
    return results


@dataclass(frozen=True, slots=True)
class _Task:
    """One file to take in; ``name`` tells it from the other files of the same run."""

    places: Places
    file: Path
    name: str
    terms: Terms


def _run(tasks: Sequence[_Task], processes: int) -> Iterator[TakenIn]:
    if processes == 1 or len(tasks) == 1:
        with open_register(tasks[0].places) as store:
            yield from (_take_in_one(task, store) for task in tasks)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_in_worker, tasks)


def _in_worker(task: _Task) -> TakenIn:
    return _take_in_one(task, _store(task.places))


@cache
def _store(places: Places) -> Store:
    """One store for a working process: opening it looks through all submissions, and its queries are compiled once."""
    return open_register(places)


class _RejectedByRulesError(Exception):
    """Stops an acceptance that is under way: what is read so far goes nowhere."""


def _take_in_one(task: _Task, store: Store) -> TakenIn:
    check = None
    key = PseudonymKey.from_environment_or_file(task.places.store)
    try:
        with uncollected():
            blocked = store.persons.blocked()
            check = _check(task, key, blocked)
            return _accept(task, store, check, key, blocked)
    except _RejectedByRulesError:
        report = receipt(_known(check).conclusion(), "")
        _note_attempt(task, store, check, rejecting_rules(_known(check).findings()))
        return _rejected(task, report, "The rules reject it.")
    except OmsorgstallError as error:
        if error.family is not ErrorFamily.INPUT_REJECTED:
            raise
        if error.code != DUPLICATE:
            _note_attempt(task, store, check, (error.code,))
        return _rejected(task, rejection(error, task.file.name), error.what)


def _known(check: Check | None) -> Check:
    if check is None:
        raise RuntimeError("Rules have rejected what was not checked.")
    return check


def _accept(task: _Task, store: Store, check: Check, key: PseudonymKey, blocked: frozenset[str]) -> TakenIn:
    content = content_hash(task.file)
    earlier = store.received(content)
    if earlier is not None and not receipt_path(task.places, earlier.municipality, earlier.id).exists():
        # It was accepted by a run that ended before the receipt was written.
        for _ in check.chunks():
            pass
        _write_receipt(task.places, earlier.id, receipt(check.conclusion(), earlier.id))
    submission = store.accept(replace(_delivery(task, check, content, key), left_out=blocked))
    kept = _write_receipt(task.places, submission.id, receipt(check.conclusion(), submission.id))
    return TakenIn(str(task.file), True, submission.id, "", kept, submission.rows)


def _note_attempt(task: _Task, store: Store, check: Check | None, reasons: tuple[str, ...]) -> None:
    kind = "" if check is None else _kind(check)
    sender, year = ("", None) if check is None else (str(check.header.municipality), check.data_year)
    store.attempts.note(Attempt(kind, sender, year, content_hash(task.file), reasons, datetime.now(UTC)))


def _kind(check: Check) -> str:
    return "annual" if isinstance(check, BatchCheck) else "events"


def _rejected(task: _Task, report: Report, reason: str) -> TakenIn:
    return TakenIn(str(task.file), False, "", reason, _write_receipt(task.places, task.name, report), 0)


def _check(task: _Task, key: PseudonymKey, blocked: frozenset[str]) -> Check:
    terms = task.terms
    return begin_check(
        task.file,
        key,
        expected_year=terms.expected_year,
        test_persons=terms.test_persons,
        blocked=blocked,
        units=terms.units,
    )


def _accepted_chunks(check: Check) -> Iterator[Mapping[str, pa.Table]]:
    """Chunks straight from the file to the register, so that memory does not grow with the file."""
    yield from check.chunks()
    if check.rejected:
        raise _RejectedByRulesError


def _delivery(task: _Task, check: Check, content: str, key: PseudonymKey) -> Delivery:
    header = {f.name: _plain(getattr(check.header, f.name)) for f in fields(check.header)}
    return Delivery(
        kind=_kind(check),
        municipality=check.header.municipality,
        data_year=check.data_year,
        content_hash=content,
        header=header | {"test_persons": task.terms.test_persons} | _rests_on(check),
        tables=_accepted_chunks(check),
        findings=check.findings,
        who=task.terms.who,
        pseudonym_key=key.key_id,
    )


def _rests_on(check: Check) -> dict[str, object]:
    """The organisation list its findings rest on, kept with the submission."""
    units = check.units if isinstance(check, BatchCheck) else None
    return {} if units is None else {"organisation_list": asdict(units) | {"dated": units.dated.isoformat()}}


def _plain(value: object) -> object:
    """Contacts stay out: they name persons and nothing rests on them. Record systems write Norwegian time (ASSUMED)."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=NORWAY)
    return len(value) if isinstance(value, tuple) else value


def _write_receipt(places: Places, name: str, report: Report) -> Path:
    return replace_receipt(receipt_path(places, report.owner, name), report)
