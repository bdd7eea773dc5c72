"""All content rules over a year's annual batches, beside the same intake without them."""

import tempfile
from pathlib import Path

import omsorgstall.intake.batch
from bench.data import KEY, Extent
from bench.harness import Measured, Row, Section, measure, spaced
from omsorgstall.app.pipeline.taking_in import Terms, take_in
from omsorgstall.app.settings import Places
from omsorgstall.core import uncollected
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import open_batch
from omsorgstall.intake import PseudonymKey
from omsorgstall.intake.batch import BatchCheck
from omsorgstall.intake.evaluation import ContentCheck
from omsorgstall.intake.expressions import VIEWS
from omsorgstall.intake.rule import content_rules

AIM = 2.0


class Silent(ContentCheck):
    """No content rules: neither planned nor judged."""

    def __init__(self) -> None:
        pass

    def judge(self, *_: object) -> dict:
        return {}


def without_content_rules() -> None:
    """Leave the content rules out of every check of this process."""
    omsorgstall.intake.batch.content_check = lambda _engine: Silent()


def check(files: list[Path], judging: bool) -> int:
    """Check the batches and keep nothing: read, typed, checked, pseudonyms in place of identity numbers; rows accepted."""
    if not judging:
        without_content_rules()
    rows = 0
    with uncollected(), Engine.local(threads=1) as engine:
        for path in files:
            batch = BatchCheck(open_batch(path), KEY, engine, test_persons=True)
            rows += sum(table.num_rows for chunk in batch.chunks() for table in chunk.values())
            batch.conclusion([])
    return rows


def take(files: list[Path], judging: bool) -> int:
    """Take the batches into a new register, as ``omsorgstall intake`` does, with receipts; rows accepted."""
    if not judging:
        without_content_rules()
    with tempfile.TemporaryDirectory() as folder:
        places = Places(Path(folder) / "store")
        PseudonymKey.create(places.store)
        return sum(taken.rows for taken in take_in(places, files, Terms(test_persons=True), processes=1))


def benchmark(extent: Extent) -> Section:
    """Measure on one year of the extent, in one process."""
    files = extent.files()
    checking = [measure(check, files, judging) for judging in (False, True)]
    taking = [measure(take, files, judging) for judging in (False, True)]
    size = sum(path.stat().st_size for path in files) / 2**20
    number = sum(len(content_rules(name)) for name in VIEWS)
    about = (
        f"{number} content rules over the annual batches of {extent.name} of one year, in one process: {len(files)} files, "
        f"{size:.0f} MiB of XML, {spaced(taking[1].result)} rows. Most of what the rules cost is the same for a "
        "file of few persons as for one of many. Ratios are of processor time."
    )
    rows = (*pair("Checks, nothing kept", *checking), *pair("Intake into a register", *taking, f"at most {AIM:.0f}"))
    return Section(extent.titled("Content rules"), about, rows)


def pair(what: str, without: Measured, judged: Measured, aim: str = "") -> tuple[Row, Row]:
    """The lines of one piece of work without the content rules and with them."""
    return (
        Row.of(f"{what}: without content rules", without, f"{spaced(without.result / without.seconds)} rows/s"),
        Row.of(
            f"{what}: with all of them",
            judged,
            f"{spaced(judged.result / judged.seconds)} rows/s",
            "without",
            judged.cpu / without.cpu,
            aim,
        ),
    )
