"""Whose figures a corrected edition says are corrected: those that rest on something else than in the edition before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import _with_corrections
from omsorgstall.app.settings import Places
from omsorgstall.releases import ReleaseStore
from omsorgstall.statistics import Caveats
from tests.deliveries import annual, events
from tests.released_tables import users_table


@pytest.fixture
def places(tmp_path):
    """Three municipalities in a published edition, of which one sends again, one late messages, and one nothing."""
    made = Places(tmp_path / "store", catalogue=None)
    with open_register(made, create=True) as store:
        for place in ("4204", "4215", "4201"):
            store.accept(annual(place, municipality=place))
        store.freeze("final-2023", "final", [2023])
        store.accept(annual("again"))
        store.accept(events("late", datetime(2024, 2, 1, tzinfo=UTC), municipality="4215"))
    return made


def told(places, kind, vintage="final-2023"):
    releases = ReleaseStore(places.releases)
    if vintage:
        releases.publish("2024-06-15", [replace(users_table(), edition="2024-06-15", lineage={"vintage": vintage})])
    with open_register(places) as store:
        return _with_corrections(Caveats(), releases, store, store.freeze("next", kind, [2023]))


def test_who_sent_again_or_sent_more_is_told_of_with_the_edition(places):
    found = told(places, "corrected")
    assert (found.corrected, found.since) == ({2023: frozenset({"4204", "4215"})}, "2024-06-15")


@pytest.mark.parametrize(("kind", "vintage"), [("final", "final-2023"), ("corrected", ""), ("corrected", "unknown-here")])
def test_nothing_is_told_of_final_figures_or_without_an_edition_of_this_register(places, kind, vintage):
    assert told(places, kind, vintage) == Caveats()
