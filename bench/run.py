"""Run benchmarks, print what they found and write ``docs/performance.md``.

Usage: ``python3 dev.py bench`` for the county benchmarks, ``python3 dev.py bench chain --national`` for the whole country.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from bench import (
    chain,
    content_rules,
    disclosure,
    encryption,
    episodes,
    intake,
    one_file,
    planted,
    published,
    quality,
    sum_reports,
    tables,
)
from bench.data import Extent
from bench.harness import Section
from bench.report import keep, show

BENCHMARKS: dict[str, Callable[[Extent], Section]] = {
    "intake": intake.benchmark,
    "content-rules": content_rules.benchmark,
    "tables": tables.benchmark,
    "episodes": episodes.benchmark,
    "encryption": encryption.benchmark,
    "chain": chain.benchmark,
    "disclosure": disclosure.benchmark,
    "quality": quality.benchmark,
    "sum-reports": sum_reports.benchmark,
    "one-file": one_file.benchmark,
}
PLANTED = "planted"
"""No benchmark of time: what the rules find of planted faults, with a page of its own."""
PUBLISHED = "published"
"""Nor this: a year of the extent held against published figures, for a page of the reference."""


def options() -> argparse.Namespace:
    """What the caller asked for."""
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__.splitlines()[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHMARKS)}; all when left out; or {PLANTED} or {PUBLISHED}"
    )
    parser.add_argument("--county", default="42", help="county whose data are used, at full size (default 42, Agder)")
    parser.add_argument("--national", action="store_true", help="the whole country instead of one county")
    parser.add_argument("--years", default="1", help="numbers of years for the chain, such as 1,3,15")
    parser.add_argument("--folder", type=Path, default=Path("bench/data.d"), help="where generated files are kept between runs")
    parser.add_argument("--dry", action="store_true", help="print only, write no page")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - {*BENCHMARKS, PLANTED, PUBLISHED}:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    return chosen


def main() -> None:
    """Run the chosen benchmarks one after the other."""
    chosen = options()
    county = "" if chosen.national else chosen.county
    extent = Extent(county, tuple(int(n) for n in chosen.years.split(",")), chosen.folder)
    if PLANTED in chosen.names:
        planted.write_page(extent)
    if PUBLISHED in chosen.names:
        published.of_extent(extent)
    for name in [n for n in chosen.names if n not in (PLANTED, PUBLISHED)] if chosen.names else BENCHMARKS:
        section = BENCHMARKS[name](extent)
        show(section)
        if not chosen.dry:
            keep(name if county else f"{name}-national", section)


if __name__ == "__main__":
    main()
