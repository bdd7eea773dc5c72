"""All content rules over a year's annual batches, beside the same intake without them."""

from pathlib import Path

from bench.data import KEY, Extent
from bench.harness import Row, Section, measure, spaced
from omsorgstall.core import uncollected
from omsorgstall.engine import Engine
from omsorgstall.formats.batch import open_batch
from omsorgstall.intake.batch import BatchCheck
from omsorgstall.intake.evaluation import ContentCheck, content_check
from omsorgstall.intake.expressions import VIEWS
from omsorgstall.intake.rule import content_rules

AIM = 2.0


class Silent(ContentCheck):
    """No content rules: neither planned nor judged."""

    def __init__(self) -> None:
        pass

    def judge(self, *_: object) -> dict:
        return {}


def check(files: list[Path], judging: bool) -> int:
    """Take the batches in up to what is stored: read, typed, checked, pseudonyms in place of identity numbers; rows accepted."""
    rows = 0
    with uncollected(), Engine.local(threads=1) as engine:
        content = content_check(engine) if judging else Silent()
        for path in files:
            batch = BatchCheck(open_batch(path), KEY, engine, test_persons=True, content=content)
            rows += sum(table.num_rows for chunk in batch.chunks() for table in chunk.values())
            batch.conclusion([])
    return rows


def benchmark(extent: Extent) -> Section:
    """Measure on one year of the extent, in one process."""
    files = extent.files()
    without, with_rules = (measure(check, files, judging) for judging in (False, True))
    size = sum(path.stat().st_size for path in files) / 2**20
    number = sum(len(content_rules(name)) for name in VIEWS)
    about = (
        f"{number} content rules over the annual batches of {extent.name} of one year, in one process: {len(files)} files, "
        f"{size:.0f} MiB of XML, "
        f"{spaced(with_rules.result)} rows."
    )
    rows = (
        Row.of("Intake without content rules", without, f"{spaced(with_rules.result / without.seconds)} rows/s"),
        Row.of(
            "Intake with all of them",
            with_rules,
            f"{spaced(with_rules.result / with_rules.seconds)} rows/s",
            "without",
            with_rules.cpu / without.cpu if with_rules.cpu and without.cpu else None,
            f"at most {AIM:.0f}",
        ),
    )
    return Section(extent.titled("Content rules"), about, rows)
