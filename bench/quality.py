"""Quality reports of one year: everything that is reckoned for all municipalities at once, and the national report as files."""

from bench.data import VINTAGE, Extent
from bench.harness import Row, Section, measure, spaced
from omsorgstall.access import Grant, Scope
from omsorgstall.app.pipeline.assessing import Assessed, assess
from omsorgstall.publish.quality import national_html, national_pdf, quality_excel, quality_html, quality_json

AIM = "a few minutes for the whole country"
SCOPE = Scope.national("benchmark", "bench")


def _assessed(extent: Extent) -> Assessed:
    return assess(extent.places(), VINTAGE, SCOPE, controls=False)


def reckoned(extent: Extent) -> str:
    """Shares, findings, effects and ranks of every municipality; how many shares."""
    return f"{spaced(len(_assessed(extent).book.shares))} shares"


def national(extent: Extent) -> str:
    """The same, and the national report; how large its files are."""
    report = _assessed(extent).national()
    files = (national_html(report).encode(), national_pdf(report), quality_json(report))
    return f"{spaced(sum(map(len, files)) // 1024)} KiB"


def every_municipality(extent: Extent) -> str:
    """The same, and the files of every municipality's report; how many municipalities."""
    found = _assessed(extent)
    made = 0
    for report in found.reports(found.municipalities()):
        grant = Grant(report.owner, SCOPE)
        for form in (quality_html, quality_excel, quality_json):
            form(report, grant)
        made += 1
    return f"{spaced(made)} municipalities"


def benchmark(extent: Extent) -> Section:
    """Measure the steps; each begins anew."""
    extent.register()
    steps = [
        ("Everything reckoned", reckoned, ""),
        ("The same, and the national report", national, AIM),
        ("The same, and the reports of all municipalities", every_municipality, ""),
    ]
    rows = []
    for what, step, aim in steps:
        done = measure(step, extent)
        rows.append(Row.of(what, done, str(done.result), aim=aim))
    about = f"Quality of one year of {extent.name}, without the controls on figures. Each line begins with what is reckoned."
    return Section(extent.titled("Quality reports"), about, tuple(rows))
