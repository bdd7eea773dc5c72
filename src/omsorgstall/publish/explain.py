"""Where a table's figures come from, as facts for readers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from omsorgstall.publish.source import Published
from omsorgstall.publish.wording import words

_SMALL_COUNT = re.compile(r"small-count-(\d+)")


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value, ready to read."""

    name: str
    value: str


def facts_of(published: Published, language: str) -> list[Fact]:
    """Title, source, edition and protection of a table."""
    table, model = published.table, published.table.model
    levels = ", ".join(level.in_language(language) for level in published.levels())
    found = {
        "fact_table": published.label(language),
        "fact_source": model.source.in_language(language),
        "fact_levels": levels,
        "fact_period": published.period_text(),
        "fact_updated": norwegian_date(published) if language != "en" else published.updated.strftime("%d %B %Y"),
        "fact_edition": table.edition,
        "fact_preset": _protection(table.preset, language),
    }
    return [Fact(words(key, language), value) for key, value in found.items() if value]


def _protection(preset: str, language: str) -> str:
    """What a preset hides in words, with its id and version."""
    limit = _SMALL_COUNT.match(preset)
    return f"{words('preset_small_count', language, limit=limit.group(1))} ({preset})" if limit else preset


def norwegian_date(published: Published) -> str:
    """The day of publication as Norwegian writes it: 15.06.2026."""
    return published.updated.strftime("%d.%m.%Y")


def lineage_of(published: Published, language: str) -> list[Fact]:
    """What the figures rest on: vintage, definition, code version; what has no words keeps its name."""
    return [
        Fact(_told(key, language, key.replace("_", " ")), _told(f"{key}_{value}", language, value))
        for key, value in sorted(_plain(published.table.lineage).items())
    ]


def _plain(lineage: Mapping[str, str]) -> dict[str, str]:
    """Without the day of publication, which stands among the facts."""
    return {key: str(value) for key, value in lineage.items() if key != "published"}


def _told(key: str, language: str, otherwise: str) -> str:
    try:
        return words(f"lineage_{key}", language)
    except KeyError:
        return otherwise
