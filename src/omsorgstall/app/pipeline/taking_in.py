"""From files to the register: each file checked, accepted or rejected on its own, with a receipt either way."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from omsorgstall.access import Grant, Scope
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import content_hash, open_batch
from omsorgstall.formats.events import is_message, read_message
from omsorgstall.intake import CheckedBatch, CheckedEvents, PseudonymKey, check_batch, check_events, receipt, rejection
from omsorgstall.publish.receipts import receipt_html, receipt_json
from omsorgstall.register import Delivery, Store
from omsorgstall.tables import Report

BATCH_SUFFIXES = (".xml", ".zip")


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
    """

    expected_year: int | None = None
    test_persons: bool = False


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
    files = list(_files(given))
    if not files:
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-files", "There is no file to take in.", todo="Name files or folders.")
    PseudonymKey.from_environment_or_file(places.store)
    Store.open(places.register, create=True)
    tasks = [(places, file, terms) for file in files]
    results = []
    for result in _run(tasks, processes):
        results.append(result)
        progress("Taking in files", len(results), len(files))
    return results


def _files(given: Iterable[Path]) -> Iterator[Path]:
    for path in given:
        if path.is_dir() and not any(path.glob("*.csv")):
            yield from _files(sorted(p for p in path.iterdir() if p.is_dir() or p.suffix in BATCH_SUFFIXES))
        else:
            yield path


def _run(tasks: Sequence[tuple[Places, Path, Terms]], processes: int) -> Iterator[TakenIn]:
    if processes == 1 or len(tasks) == 1:
        yield from map(_take_in_one, tasks)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_take_in_one, tasks)


@cache
def _engine() -> Engine:
    """One engine for a working process: rules are compiled once for all its files."""
    return Engine.local(threads=1)


def _take_in_one(task: tuple[Places, Path, Terms]) -> TakenIn:
    places, file, terms = task
    try:
        return _accept(places, file, terms)
    except OmsorgstallError as error:
        if error.family is not ErrorFamily.INPUT_REJECTED:
            raise
        kept = _write_receipt(places, file.stem, rejection(error, file.name))
        return TakenIn(str(file), False, "", error.what, kept, 0)


def _accept(places: Places, file: Path, terms: Terms) -> TakenIn:
    checked = _check(file, PseudonymKey.from_environment_or_file(places.store), terms)
    if checked.verdict == "rejected":
        kept = _write_receipt(places, file.stem, receipt(checked, ""))
        return TakenIn(str(file), False, "", "The rules reject it.", kept, 0)
    submission = Store.open(places.register).accept(_delivery(file, checked, terms))
    kept = _write_receipt(places, submission.id, receipt(checked, submission.id))
    return TakenIn(str(file), True, submission.id, "", kept, submission.rows)


def _check(file: Path, key: PseudonymKey, terms: Terms) -> CheckedBatch | CheckedEvents:
    if file.suffix == ".xml" and is_message(file):
        return check_events(read_message(file), key, test_persons=terms.test_persons)
    raw = open_batch(file)
    return check_batch(raw, key, _engine(), expected_year=terms.expected_year, test_persons=terms.test_persons)


def _delivery(file: Path, checked: CheckedBatch | CheckedEvents, terms: Terms) -> Delivery:
    annual = isinstance(checked, CheckedBatch)
    header = {f.name: _plain(getattr(checked.header, f.name)) for f in fields(checked.header)}
    return Delivery(
        kind="annual" if annual else "events",
        municipality=checked.municipality,
        data_year=checked.data_year,
        content_hash=content_hash(file),
        header=header | {"test_persons": terms.test_persons},
        tables=checked.chunks,
        findings=checked.findings,
    )


def _plain(value: object) -> object:
    """Contacts stay out: they name persons and nothing rests on them."""
    return len(value) if isinstance(value, tuple) else value


def _write_receipt(places: Places, name: str, report: Report) -> Path:
    """The receipt as a page and as JSON, in the folder of the municipality it is for."""
    grant = Grant(report.owner, Scope.owner(report.owner, "receipt", "intake")) if report.owner else None
    folder = places.receipts / (report.owner or "unknown-sender")
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{name}.html"
    page.write_text(receipt_html(report, grant), encoding="utf-8")
    page.with_suffix(".json").write_bytes(receipt_json(report, grant))
    return page
