"""Disclosure control of one year by step: hiding cells, the attack without and with intervals, until it finds nothing."""

from bench.data import VINTAGE, Extent
from bench.harness import Row, Section, measure, spaced
from omsorgstall.app.pipeline.releasing import draft
from omsorgstall.core import OmsorgstallError
from omsorgstall.disclosure import LP_SECONDS, Loss, preset, protect, release

PRESET = "small-count-5"
AIM = "at most 300 s of CPU"


def hidden(loss: tuple[Loss, ...]) -> str:
    """What protection cost, in words."""
    return f"{spaced(sum(row.hidden for row in loss))} of {spaced(sum(row.cells for row in loss))} cells hidden"


def drafted(extent: Extent) -> int:
    """Every table, unprotected; how many cells."""
    return sum(t.model.cells for t in draft(extent.places(), "bench", VINTAGE).tables)


def protected_once(extent: Extent) -> str:
    """The tables with small counts and what gives them away hidden, before any attack."""
    return hidden(protect(draft(extent.places(), "bench", VINTAGE), preset(PRESET)).loss)


def linear(extent: Extent) -> str:
    """Every table, protected until nothing follows from adding and subtracting, also for insiders; intervals left aside."""
    return _released(extent, accept_undecided=True, lp_budget_seconds=0.0)


def released(extent: Extent) -> str:
    """Every table, protected until the whole attack finds nothing; what that took, or why it was refused."""
    return _released(extent, accept_undecided=False, lp_budget_seconds=LP_SECONDS)


def _released(extent: Extent, *, accept_undecided: bool, lp_budget_seconds: float) -> str:
    tables = draft(extent.places(), "bench", VINTAGE)
    try:
        found = release(tables, preset(PRESET), accept_undecided=accept_undecided, lp_budget_seconds=lp_budget_seconds)
    except OmsorgstallError as error:
        return f"refused: {error.code}"
    return f"{hidden(found.protected.loss)}, {spaced(found.attack.undecided)} intervals undecided"


def benchmark(extent: Extent) -> Section:
    """Measure the steps; each begins with the draft, whose time stands first. Intervals of a country take an hour."""
    extent.register()
    steps = [
        ("Draft tables", drafted, ""),
        ("Draft tables, and protection before any attack", protected_once, ""),
        ("The same, and the attack without intervals", linear, ""),
    ]
    whole = [("Draft tables, and protection until the whole attack finds nothing", released, AIM)] if extent.county else []
    rows = []
    for what, step, aim in steps + whole:
        done = measure(step, extent)
        rows.append(Row.of(what, done, done.result if isinstance(done.result, str) else f"{spaced(done.result)} cells", aim=aim))
    about = f"All tables of one year of {extent.name}, with the preset {PRESET}."
    return Section(extent.titled("Disclosure control"), about, tuple(rows))
