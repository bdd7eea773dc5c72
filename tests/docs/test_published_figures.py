"""Generated against published: the page is what was counted, and nothing published is passed over in silence."""

from bench.published import wanted
from bench.published_counts import MEASURES

from tests.architecture.source import ROOT
from tests.docs import published


def test_the_page_of_published_figures_is_what_was_counted(golden):
    golden(ROOT / "docs" / "reference" / "generated-and-published.md", published.page())


def test_every_published_measure_is_counted_or_has_a_reason_not_to_be():
    told = published.notes()
    measures = {measure for measure, _, _ in wanted()}
    assert set(told) == measures
    assert {m for m, note in told.items() if "why_not" not in note} == set(MEASURES)
    counted = {published.key(f) for f in published.counted()["figures"]}
    assert counted <= set(wanted())
    assert {m for m, _, _ in counted} == set(MEASURES)
