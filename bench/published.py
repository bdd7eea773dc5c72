"""A national year of made-up people as the published figures count it: one figure for each published one that can be computed.

``python3 dev.py bench published --national`` counts it and writes ``published.json``; the tests make
``docs/reference/generated-and-published.md`` from that file, ``published-figures.csv`` (measure, service or group, breakdown,
year, value, unit and source of each figure) and the notes in ``published-notes.yaml``.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.data import VINTAGE, Extent
from bench.published_counts import computed
from bench.published_people import gather
from omsorgstall.access import Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import settings_of
from omsorgstall.app.settings import Places
from omsorgstall.engine import Engine
from omsorgstall.statistics.release import without_idle_events

HERE = Path(__file__).parent
FIGURES, RESULTS = HERE / "published-figures.csv", HERE / "published.json"
Wanted = tuple[str, str, str]
"""Measure, service or group, and breakdown of a published figure."""


def wanted() -> list[Wanted]:
    """What is published, each once, in the order of the file."""
    with FIGURES.open(encoding="utf-8") as file:
        return list(dict.fromkeys((r["measure"], r["service_or_group"], r["breakdown"]) for r in csv.DictReader(file)))


def count(places: Places, vintage: str) -> dict[str, object]:
    """Every published figure that can be computed, counted on the last year of a vintage."""
    store = open_register(places)
    frozen = store.vintage(vintage)
    year = max(frozen.years)
    source = store.source(vintage, Scope.national("generated against published", "bench"))
    with Engine.local() as engine:
        tables = without_idle_events(engine, engine.open(source))
        nation = gather(engine, tables, settings_of(frozen), date(year, 12, 31))
    covered = len(store.basis.covered(frozen)[year])
    return {"year": year, "municipalities": covered, "figures": list(_figures(nation))}


def _figures(nation: object) -> Iterator[dict[str, object]]:
    for measure, service, breakdown in wanted():
        value = computed(nation, measure, service, breakdown)
        if value is not None:
            yield {"measure": measure, "service_or_group": service, "breakdown": breakdown, "value": round(value, 4)}


def write(places: Places, vintage: str = VINTAGE) -> None:
    """Count a vintage and write the file that the page is made from."""
    RESULTS.write_text(json.dumps(count(places, vintage), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def of_extent(extent: Extent) -> None:
    """The same of the benchmark's own country."""
    extent.register()
    write(extent.places())
