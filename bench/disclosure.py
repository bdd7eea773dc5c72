"""Disclosure control of one year: hiding cells once, attacking that once, and the whole way until the attack finds nothing."""

from bench.data import VINTAGE, Extent
from bench.harness import Row, Section, measure, spaced
from omsorgstall.app.pipeline.releasing import draft
from omsorgstall.core import OmsorgstallError
from omsorgstall.disclosure import Loss, preset, protect, release

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


def released(extent: Extent) -> str:
    """Every table, protected until the attack finds nothing; what that took, or why it was refused."""
    try:
        found = release(draft(extent.places(), "bench", VINTAGE), preset(PRESET))
    except OmsorgstallError as error:
        return f"refused: {error.code}"
    return f"{hidden(found.protected.loss)}, {spaced(found.attack.undecided)} intervals undecided"


def benchmark(extent: Extent) -> Section:
    """Measure the steps; each begins with the draft, whose time stands first."""
    extent.register()
    rows = []
    for what, step, aim in (
        ("Draft tables", drafted, ""),
        ("Draft tables and protection before any attack", protected_once, ""),
        ("Draft tables, and protection until the attack finds nothing", released, AIM),
    ):
        done = measure(step, extent)
        rows.append(Row.of(what, done, done.result if isinstance(done.result, str) else f"{spaced(done.result)} cells", aim=aim))
    about = f"All tables of one year of {extent.name}, with the preset {PRESET}."
    return Section(extent.titled("Disclosure control"), about, tuple(rows))
