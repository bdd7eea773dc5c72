"""A whole annual batch through intake: every row that is counted is accepted, has a finding, or is refused with its file."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

import pyarrow as pa

from omsorgstall.access import Grant, Scope
from omsorgstall.core import ErrorFamily
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import RawBatch, file_tables, open_batch
from omsorgstall.formats.batch.unknown import MOST
from omsorgstall.intake import FINDINGS_SCHEMA, CheckedBatch, PseudonymKey, check_batch, receipt
from omsorgstall.intake.borders import is_valid
from omsorgstall.intake.chunks import ChunkCheck
from omsorgstall.intake.evaluation import Outcome
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.persons import Sender
from omsorgstall.intake.unit_rules import UnitRules
from omsorgstall.publish.receipts import receipt_json
from omsorgstall.register.schemas import table_schemas
from tests.builders.submissions import ASSESSMENT, DIAGNOSIS, HOSPITAL, PAUSE, SERVICE, STAY, submission
from tests.fuzz.batch_xml import elements, seen, words
from tests.fuzz.batch_xml import seeds as xml_seeds
from tests.fuzz.changing import xml_changer
from tests.fuzz.privacy import no_number_in
from tests.fuzz.reader import Reader, as_file, refusing, scratch
from tests.spec.intake.case import FAILS, Case
from tests.spec.intake.cases_of_rules import CASES

KEY = PseudonymKey(bytes(range(32)))
RUN = re.compile("(?<![0-9])[0-9]{11}(?![0-9])")


class NoContentRules:
    """Judges nothing, so that the way of rows through intake is seen alone, a hundred times as fast."""

    def judge(self, _tables: Mapping[str, pa.Table], _year: int, _extracted: datetime) -> dict[str, Outcome]:
        """No outcome."""
        return {}


@cache
def engine() -> Engine:
    """One engine for all inputs."""
    return Engine.local(threads=1).__enter__()


def read_rows(data: bytes) -> None:
    """The rows of a batch through identity, types, code lists, keys and doubles; content rules leave no row out."""
    raw = _opened(data)
    if raw is None:
        return
    log = FindingLog()
    sender, units = Sender(raw.header.municipality, raw.header.data_year, KEY, True), UnitRules(None, raw.header.data_year, log)
    check = ChunkCheck(raw.header, sender, NoContentRules(), units, log)  # type: ignore[arg-type]
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        chunks = [check.accept(chunk) for chunk in raw.chunks()]
    if not refused:
        _nothing_lost(data, chunks, log.table(), check.read, check.accepted)
        _none_shown(raw, chunks, log.table())


def take_in(data: bytes) -> None:
    """A batch through the whole of intake, all rules on DuckDB, to its receipt."""
    raw = _opened(data)
    if raw is None:
        return
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        checked = check_batch(raw, KEY, engine(), test_persons=True)
    if refused:
        return
    if checked.verdict == "rejected":
        assert not checked.chunks
        assert checked.counts.failed
    else:
        _nothing_lost(data, checked.chunks, checked.findings, checked.counts.read, checked.counts.accepted)
    unknown = list(raw.unknown)
    if len(unknown) < MOST and checked.counts.read:
        assert checked.counts.failed.get("A01", 0) == sum(u.count for u in unknown)
    _none_shown(raw, checked.chunks, checked.findings)
    _tells(checked)


def _opened(data: bytes) -> RawBatch | None:
    if b"PK\x05\x06" in data:
        return None  # might be a zip file, which is another reader's
    with refusing(ErrorFamily.INPUT_REJECTED) as refused:
        raw = open_batch(as_file(data))
    if refused or not _in_use(raw):
        return None
    return raw


def _in_use(raw: RawBatch) -> bool:
    """Whether intake reads further than the header: an unknown municipality rejects the file before its rows."""
    return is_valid(raw.header.municipality, raw.header.data_year)


def _nothing_lost(
    data: bytes,
    chunks: list[dict[str, pa.Table]] | tuple[Mapping[str, pa.Table], ...],
    findings: pa.Table,
    read: Mapping[str, int],
    accepted: Mapping[str, int],
) -> None:
    rows, _ = seen(data)
    stood: Counter[tuple[str, int]] = Counter()
    for (table, line, _), count in rows.items():
        stood[table, line] += count
    kept: Counter[tuple[str, int]] = Counter()
    for chunk in chunks:
        for name, table in chunk.items():
            assert table.schema == table_schemas()[name].arrow()
            kept.update((name, line) for line in table["line"].to_pylist())
    assert findings.schema == FINDINGS_SCHEMA
    told = Counter(zip(findings["table"].to_pylist(), findings["line"].to_pylist(), strict=True))
    for place, count in stood.items():
        assert kept[place] <= count
        assert kept[place] == count or told[place] >= count - kept[place], place
    for name in file_tables():
        assert read[name] == sum(c for (table, _), c in stood.items() if table == name)
        assert accepted[name] == sum(c for (table, _), c in kept.items() if table == name)


def _none_shown(
    raw: RawBatch, chunks: list[dict[str, pa.Table]] | tuple[Mapping[str, pa.Table], ...], findings: pa.Table
) -> None:
    numbers = {n for c in raw.chunks() for n in c["person"]["identity_number"].to_pylist() if n}
    for chunk in raw.chunks():
        for table in chunk.values():
            for column in {"local_person_id", "service_id", "pause_id"} & set(table.column_names):
                numbers.update(n for text in table[column].to_pylist() for n in RUN.findall(text or ""))
    no_number_in(numbers, findings, *(t for c in chunks for t in c.values()))


def _tells(checked: CheckedBatch) -> None:
    """The receipt can be made of any outcome."""
    report = receipt(checked, "")
    assert receipt_json(report, Grant(report.owner, Scope.owner(report.owner, "receipt", "intake")) if report.owner else None)


def seeds() -> dict[str, bytes]:
    """Small submissions, and every case of the rules of intake."""
    folder = scratch()
    every = submission(
        folder / "seed.xml",
        service=[SERVICE, STAY],
        pause=[PAUSE],
        diagnosis=[DIAGNOSIS],
        assessment=[ASSESSMENT],
        hospital_stay=[HOSPITAL],
    ).read_bytes()
    service = every[every.index(b"<tjeneste ") : every.index(b"</tjeneste>") + len(b"</tjeneste>")]
    found = xml_seeds() | {
        "every-table": every,
        "service-twice": every.replace(service, service + service, 1),
        "split-municipality": every.replace(b'kommuneNr="4204"', b'kommuneNr="1507"'),
        "no-year": every.replace(b'argang="2022"', b'argang="0001"'),
        "first-years": every.replace(b'argang="2022"', b'argang="2007"'),
    }
    return found | _cases(CASES)


def row_seeds() -> dict[str, bytes]:
    """The same, without the cases of content rules."""
    return {name: content for name, content in seeds().items() if not name.startswith("case-C")}


def _cases(cases: Sequence[Case]) -> dict[str, bytes]:
    """The first case on which each rule fails."""
    failing = {case.rule: case for case in reversed(cases) if case.outcome == FAILS}
    return {f"case-{rule}": case.write(scratch() / "seed.xml").read_bytes() for rule, case in sorted(failing.items())}


_MODULES = tuple(f"omsorgstall.intake.{m}" for m in ("chunks", "typing", "values", "persons", "masking", "parsing", "findings"))
ROWS = Reader("batch-rows", _MODULES, read_rows, row_seeds, xml_changer(elements()), words, 6000)
WHOLE = Reader(
    "batch-intake",
    (*_MODULES, "omsorgstall.intake.batch", "omsorgstall.intake.evaluation"),
    take_in,
    seeds,
    xml_changer(elements()),
    words,
    6000,
)
