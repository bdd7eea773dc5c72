"""All fourteen sum reports of all municipalities of the extent, in one process, as ``omsorgstall report`` counts them."""

from datetime import date

from bench.data import LAST_YEAR, VINTAGE, Extent
from bench.harness import Row, Section, measure, spaced
from omsorgstall.access import Scope
from omsorgstall.app.pipeline.reporting import make_reports
from omsorgstall.app.settings import Places
from omsorgstall.measures.period import Period
from omsorgstall.statistics.sum_reports import Request, sum_reports

AIM_SECONDS = 60
DAY = date(LAST_YEAR, 12, 31)
YEAR = Period(date(LAST_YEAR, 1, 1), DAY)


def reported(places: Places, reports: tuple[str, ...], owners: tuple[str, ...]) -> int:
    """The reports of these municipalities, all when none are named; how many cells."""
    scope = Scope.national("benchmark", "bench") if len(owners) != 1 else Scope.owner(owners[0], "benchmark", "bench")
    found = make_reports(places, VINTAGE, scope, [Request(r, (DAY,), (YEAR,)) for r in reports], owners)
    return sum(t.model.cells * len(t.model.contents) for tables in found.tables.values() for t in tables)


def benchmark(extent: Extent) -> Section:
    """Measure on one year of the extent: everything, and one report of the largest municipality."""
    extent.register()
    places, every = extent.places(), tuple(r for r in sum_reports() if r.startswith("S"))
    largest = extent.largest_file().name.split(".")[0].split("-")[0]
    all_of_them = measure(reported, places, every, ())
    alone = measure(reported, places, ("S01",), (largest,))
    about = (
        f"The {len(every)} sum reports of every municipality of {extent.name}, counted together, and one report "
        f"of the largest municipality ({largest}) alone, from an open register to its table."
    )
    rows = (
        Row.of(
            "All reports, all municipalities", all_of_them, f"{spaced(all_of_them.result)} cells", aim=f"at most {AIM_SECONDS} s"
        ),
        Row.of("S01 of the largest municipality", alone, f"{spaced(alone.result)} cells"),
    )
    return Section(extent.titled("Sum reports"), about, rows)
