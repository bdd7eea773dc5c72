"""Where published tables come from: a store of editions, and a catalogue that keeps what can be derived from them."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Protocol

from omsorgstall.core import Text
from omsorgstall.publish.cube import Role, Variable, variables_of
from omsorgstall.publish.wording import text
from omsorgstall.tables import ReleasedTable
from omsorgstall.tables.serialise import model_to_json

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")
_LEVELS = {"K": "level_k", "F": "level_f", "B": "level_b"}


class TableSource(Protocol):
    """Hands out released tables, such as ``releases.ReleaseStore``."""

    def table_ids(self) -> Sequence[str]:
        """Ids of the tables that have a current edition."""
        ...

    def current(self, table_id: str) -> ReleasedTable:
        """The current edition of a table."""
        ...

    def editions(self) -> Sequence[str]:
        """Names of all editions, oldest first."""
        ...


@dataclass(frozen=True)
class Published:
    """A released table with what readers need beside the figures."""

    table: ReleasedTable

    @property
    def id(self) -> str:
        """The table number."""
        return self.table.model.id

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """All variables in the order of display."""
        return variables_of(self.table)

    @cached_property
    def content_hash(self) -> str:
        """A digest of everything that is published of the table, for caches; every process makes the same."""
        table = self.table
        words = (model_to_json(table.model), table.edition, table.preset, sorted(table.lineage.items()))
        digest = hashlib.sha256(json.dumps(words).encode())
        for content in sorted(table.values):
            digest.update(table.values[content].tobytes())
            digest.update(table.statuses[content].tobytes())
        return digest.hexdigest()[:32]

    @cached_property
    def updated(self) -> datetime:
        """When the edition was published, in UTC: as the lineage says, else as the edition's name says, else 1970."""
        for candidate in (self.table.lineage.get("published", ""), self.table.edition):
            match = _DATE.search(candidate)
            if match:
                moment = datetime.fromisoformat(match.group())
                return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return datetime.fromtimestamp(0, UTC)

    def variable(self, variable_id: str) -> Variable | None:
        """The variable with this code, whatever the case; ``time`` is another name of the time variable."""
        wanted = variable_id.lower()
        for variable in self.variables:
            if variable.id.lower() == wanted or (wanted == "time" and variable.role is Role.TIME):
                return variable
        return None

    def of_role(self, role: Role) -> Variable | None:
        """The first variable of a role, such as the time variable."""
        return next((v for v in self.variables if v.role is role), None)

    def periods(self) -> tuple[str, ...]:
        """Codes of the time variable in order; empty when there is none."""
        time = self.of_role(Role.TIME)
        return time.codes() if time else ()

    def period_text(self) -> str:
        """The periods from first to last, such as ``2015–2025``; one alone, or nothing."""
        periods = self.periods()
        return f"{periods[0]}–{periods[-1]}" if len(periods) > 1 else "".join(periods)

    def title(self, language: str) -> str:
        """The title with its mark of level, such as "Brukere av omsorgstjenester (K) (F)"."""
        marks = "".join(f" ({letter})" for letter in self.table.model.level_mark)
        return self.table.model.title.in_language(language) + marks

    def label(self, language: str) -> str:
        """The full title: number, title, and by which variables."""
        names = [v.label.in_language(language) for v in self.variables]
        by, last = text("by").in_language(language), text("and").in_language(language)
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
        return f"{self.id}: {self.title(language)}, {by} {listed}"

    def levels(self) -> tuple[Text, ...]:
        """What the level mark means: municipality, county, district."""
        return tuple(text(_LEVELS[letter]) for letter in self.table.model.level_mark if letter in _LEVELS)

    @property
    def discontinued(self) -> bool:
        """Whether another table has taken its place."""
        return bool(self.table.model.successor)


class Catalogue:
    """The current tables of a source, kept until the source has a new edition."""

    def __init__(self, source: TableSource) -> None:
        self._source = source
        self._editions: tuple[str, ...] | None = None
        self._ids: dict[str, str] = {}
        self._tables: dict[str, Published] = {}

    def _renew(self) -> None:
        editions = tuple(self._source.editions())
        if editions != self._editions:
            self._ids = {i.lower(): i for i in self._source.table_ids()}
            self._tables = {}
            self._editions = editions

    def get(self, table_id: str) -> Published | None:
        """The current edition of a table, whatever the case of its id; None when there is no such table."""
        self._renew()
        key = self._ids.get(table_id.lower())
        if key is None:
            return None
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = Published(self._source.current(key))
        return found

    def all(self) -> list[Published]:
        """Every table, by id."""
        self._renew()
        found = (self.get(i) for i in sorted(self._ids))
        return [f for f in found if f is not None]

    def made_up(self) -> bool:
        """Whether figures about made-up people have been read; no page shows a table before it is read."""
        return any("made_up" in found.table.lineage for found in list(self._tables.values()))

    def edition(self) -> str:
        """Name of the newest edition; empty when nothing is published."""
        self._renew()
        return self._editions[-1] if self._editions else ""
